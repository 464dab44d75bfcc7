"""Sales that several partners share, through the engine: lines, traces, tallies, goals."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from campaigns.models import Program
from commissions import reasons, selectors
from commissions.engine import recounting, sales
from commissions.engine.previews import takes_back
from commissions.goals import metrics
from commissions.goals.metrics import Stretch
from commissions.inputs import LineInput
from commissions.models import Commission, Tally
from commissions.reasons import STAFF
from commissions.rules.refunds import Returned
from commissions.services.rulebook import RuleInput
from commissions.simulation import services as simulation
from commissions.simulation.candidates import Candidate
from partners.models import Partner
from portal import traces
from tests.commissions.shared import sell_shared
from tests.portal.market import Market, make_market
from tracking.models import Link, Sale, SaleShare

NBSP = "\u00a0"


def amounts(market: Market, sale: Sale) -> dict[str, int]:
    """What each side earned by a sale, reversals included."""
    names = {market.rani.partner.pk: "rani", market.sekar.partner.pk: "sekar"}
    found: dict[str, int] = {}
    with market.team.scope():
        for line in Commission.objects.filter(sale=sale):
            name = names[line.partner_id]
            found[name] = found.get(name, 0) + line.amount_minor
    return found


def line_of(market: Market, sale: Sale, partner: Partner) -> Commission:
    """A partner's commission on a sale."""
    with market.team.scope():
        return selectors.lines().get(sale=sale, partner=partner, kind="commission")


def said(line: Commission, audience: str = reasons.PARTNER) -> str:
    with translation.override("en"):
        return reasons.sentence(line, audience).replace(NBSP, " ")


def test_each_has_a_line_that_says_his_part_and_names_nobody_else() -> None:
    market = make_market()
    sale = sell_shared(market, [(market.rani, 2), (market.sekar, 3)], 10_000)
    assert amounts(market, sale) == {"rani": 400, "sekar": 600}
    own = line_of(market, sale, market.rani.partner)
    other = line_of(market, sale, market.sekar.partner)
    assert said(own) == (
        "10 % of EUR 100.00, of which your part is 40 %, "
        "because the customer came by you and by others."
    )
    assert "of which this partner’s part is 60 %" in said(other, STAFF)
    assert own.trace["amount"]["share"] == {
        "weight": 2,
        "sum": 5,
        "clicks": [1],
        "whole": 1_000,
        "part": 400,
    }
    with translation.override("en"):
        shown = traces.of(own)
    text = shown.text.replace(NBSP, " ")
    assert f"Your link /r/{market.rani.link.code}" in text
    assert "Your part is 40 %." in text
    assert "For all of the sale: 10.00" in text
    assert "Part of a shared sale: 40 %: 4.00" in text
    stored = str(own.trace)
    for foreign in (market.sekar.link.code, str(market.sekar.partner.pk), "path"):
        assert foreign not in text + stored
        assert foreign in str(sale.attribution)  # what is kept back is there to be told


def test_several_clicks_of_one_are_one_line_of_the_sum() -> None:
    market = make_market()
    sale = sell_shared(market, [(market.rani, 1), (market.sekar, 1), (market.rani, 1)], 10_000)
    assert amounts(market, sale) == {"rani": 667, "sekar": 333}
    own = line_of(market, sale, market.rani.partner)
    assert own.trace["amount"]["share"]["clicks"] == [1, 3]
    assert "your part is 66.7 %" in said(own)


def test_a_refund_takes_back_of_each_line_and_says_so_beforehand() -> None:
    market = make_market()
    sale = sell_shared(market, [(market.rani, 1), (market.sekar, 1)], 5_001)
    assert amounts(market, sale) == {"rani": 250, "sekar": 250}
    with market.team.scope():
        told = [back.amount for back in takes_back(Sale.objects.get(pk=sale.pk), Returned(2_500))]
    market.refund(sale, 2_500)
    assert told == [125, 125]
    assert amounts(market, sale) == {"rani": 125, "sekar": 125}
    market.refund(sale, 2_501)
    assert amounts(market, sale) == {"rani": 0, "sekar": 0}


def test_what_the_buyer_himself_brought_is_nobodys() -> None:
    market = make_market()
    with market.team.scope():
        Program.objects.update(self_purchase="nothing")
    clicks = [(market.rani, 1), (market.sekar, 1)]
    sale = sell_shared(market, clicks, email=market.rani.user.email)
    assert amounts(market, sale) == {"sekar": 500}
    with market.team.scope():
        barred = SaleShare.objects.filter(sale=sale, barred=True)
        assert [share.partner for share in barred] == [market.rani.partner]
        tally = Tally.objects.filter(grain="month").values_list("partner", "sales_minor")
        assert list(tally) == [(market.sekar.partner.pk, 5_000)]
        assert Sale.objects.get(pk=sale.pk).outcome == "earned"
    alone = sell_shared(market, [(market.rani, 1), (market.rani, 2)], email=market.rani.user.email)
    assert amounts(market, alone) == {}
    with market.team.scope():
        assert Sale.objects.get(pk=alone.pk).outcome == "self_purchase"


def test_his_own_purchase_is_held_and_the_other_part_is_not() -> None:
    market = make_market()
    with market.team.scope():
        Program.objects.update(self_purchase="hold")
    clicks = [(market.rani, 1), (market.sekar, 1)]
    sale = sell_shared(market, clicks, email=market.rani.user.email)
    assert line_of(market, sale, market.rani.partner).status == "held"
    assert line_of(market, sale, market.sekar.partner).status == "pending"


def test_tallies_made_anew_are_those_that_grew() -> None:
    market = make_market()
    lines = [LineInput(quantity=3, unit_amount=1_111, sku="BAG")]
    sale = sell_shared(market, [(market.rani, 1), (market.sekar, 2)], lines=lines)
    market.sell(market.sekar)
    market.refund(sale, 1_000)
    names = ("partner", "grain", "sales_minor", "sales_count", "quantity", "commission_minor")
    with market.team.scope():
        grown = set(Tally.objects.values_list(*names))
        rani = Tally.objects.get(partner=market.rani.partner, grain="day")
        assert (rani.sales_minor, rani.sales_count, rani.quantity) == (1_111, 1, 1)
        assert list(recounting.tally_faults(market.team.id)) == []
        Tally.objects.filter(pk=rani.pk).update(sales_minor=1)
        assert len(list(recounting.tally_faults(market.team.id))) == 1
        recounting.recount_tallies(market.team.id, [market.program.pk])
        assert set(Tally.objects.values_list(*names)) == grown


def test_a_simulation_of_the_same_rules_comes_to_what_was_paid() -> None:
    market = make_market()
    sale = sell_shared(market, [(market.rani, 1), (market.sekar, 2)], 10_001, days_ago=3)
    sell_shared(market, [(market.sekar, 1), (market.rani, 1)], 333, days_ago=2)
    market.refund(sale, 5_000)
    with market.team.scope():
        today = simulation.today_of(market.team.seller)
        more = RuleInput("One more", {"type": "flat", "amount": 3}, adds=True)
        made = simulation.start_simulation(
            program=market.program,
            candidates=[Candidate(more)],
            since=today - timedelta(days=30),
            until=today,
            actor=market.team.actor,
        )
    simulation.step(market.team.id)
    with market.team.scope():
        made.refresh_from_db()
        paid = sum(Commission.objects.values_list("amount_minor", flat=True))
        counts = {line.partner_id: line.sales for line in made.lines.all()}
    totals = made.totals["EUR"]
    assert (made.sales, totals["sales"], totals["net"]) == (2, 2, 5_334)
    assert totals["now"] == paid
    assert counts == {market.rani.partner.pk: 2, market.sekar.partner.pk: 2}


def test_goals_count_the_part_of_each_less_what_came_back() -> None:
    market = make_market()
    lines = [LineInput(quantity=4, unit_amount=1_000, sku="BAG")]
    sale = sell_shared(market, [(market.rani, 1), (market.sekar, 3)], lines=lines)
    market.sell(market.rani, 700)
    market.refund(sale, 1_000)
    now = timezone.now()
    with market.team.scope():
        found = {
            metric: metrics.measure(
                Stretch(
                    market.program,
                    metric,
                    now - timedelta(days=5),
                    now,
                    now,
                    Partner.objects.values("pk"),
                )
            )
            for metric in ("sales_amount", "sales_count", "quantity")
        }
    rani, sekar = market.rani.partner.pk, market.sekar.partner.pk
    assert found["sales_amount"] == {rani: 700 + 750, sekar: 2_250}
    assert found["sales_count"] == {rani: 2, sekar: 1}
    assert found["quantity"] == {rani: 1 + 1, sekar: 3}


def test_shares_cost_one_query_and_only_where_there_are_any() -> None:
    market = make_market()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            sales.step(market.team.id)
        return sum("FROM tracking_saleshare" in one["sql"] for one in caught.captured_queries)

    pair = [(market.rani, 1), (market.sekar, 1)]
    for _sale in range(3):
        sell_shared(market, pair, compute=False)
    assert queries() == 1
    with market.team.scope():
        assert Commission.objects.count() == 6
    market.sell(market.rani)
    assert queries() == 0


def test_each_ones_link_has_the_sale_and_his_part() -> None:
    market = make_market()
    sell_shared(market, [(market.rani, 1), (market.sekar, 3), (market.rani, 1)], 10_000)
    market.sell(market.rani, 5_000)
    with market.team.scope():
        rows = selectors.with_figures(Link.objects.all())
        found = {row.pk: (row.sale_count, row.earned_minor) for row in rows}
    assert found == {market.rani.link.pk: (2, 900), market.sekar.link.pk: (1, 600)}
