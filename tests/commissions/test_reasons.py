"""The sentence of every kind of line, for the partner and for staff, and the trace's arithmetic."""

from datetime import timedelta

from django.utils import timezone, translation

from commissions import reasons, selectors, services
from commissions.inputs import LineInput
from commissions.models import Commission
from commissions.reasons import STAFF
from commissions.services.rulebook import RuleInput
from portal import traces
from tests.portal.market import Market, make_market

NBSP = "\u00a0"


def _lines(market: Market) -> list[Commission]:
    with market.team.scope():
        return list(selectors.lines().order_by("id"))


def _said(line: Commission, audience: str = reasons.PARTNER) -> str:
    with translation.override("en"):
        return reasons.sentence(line, audience).replace(NBSP, " ")


def test_a_percentage_by_a_named_link() -> None:
    market = make_market()
    market.sell(amount=48_390)
    line = _lines(market)[0]
    code = market.rani.link.code
    assert _said(line) == f"10 % of EUR 483.90, because the sale named your link {code}."
    assert _said(line, STAFF) == f"10 % of EUR 483.90, because the sale named link {code}."
    assert reasons.rate_text(line) == f"10{NBSP}%"


def test_a_refund_in_two_parts_says_part_and_rest() -> None:
    market = make_market()
    sale = market.sell(amount=10_000)
    market.refund(sale, 4_000)
    market.refund(sale, 6_000)
    earned, part, rest = _lines(market)
    order = sale.external_id
    assert _said(part) == (
        "Takes back its part of EUR 10.00, because EUR 40.00 of EUR 100.00 was refunded "
        f"on order {order}."
    )
    assert _said(rest) == (
        f"Takes back the rest of EUR 10.00, because order {order} is now refunded whole."
    )
    assert _said(earned).endswith("EUR 10.00 of it went back.")
    assert earned.amount_minor + part.amount_minor + rest.amount_minor == 0


def test_a_full_refund_at_once_says_all() -> None:
    market = make_market()
    market.refund(market.sell(amount=10_000), 10_000)
    assert _said(_lines(market)[1]).startswith("Takes back all of EUR 10.00, because order KN-")


def test_a_flat_reward_above_the_order_is_cut_and_says_so() -> None:
    market = make_market()
    with market.team.scope():
        services.create_rule(
            program=market.program,
            partner=market.rani.partner,
            rule=RuleInput(
                "Five euros",
                {"type": "flat", "amount": 500},
                valid_from=timezone.now() - timedelta(days=20),
            ),
            actor=market.team.actor,
        )
    market.sell(amount=300)
    market.sell(amount=900)
    cut, whole = _lines(market)
    assert _said(cut).startswith(
        "Flat EUR 5.00, cut to EUR 3.00, the amount sold, as agreed with you, because"
    )
    assert _said(whole, STAFF).startswith("Flat EUR 5.00, agreed with this partner, because")
    assert reasons.rate_text(whole) == "flat"


def test_an_adjustment_names_who_and_why() -> None:
    market = make_market()
    with market.team.scope():
        services.adjust(
            enrollment=market.rani.enrollment,
            amount_minor=-250,
            currency="EUR",
            reason="counted twice in May",
            actor=market.team.actor,
        )
    assert _said(_lines(market)[0]) == "Set by hand by Ola Owner: counted twice in May"


def test_the_sentence_speaks_the_readers_language() -> None:
    market = make_market()
    market.sell(amount=1_234_567)
    with translation.override("id"):
        said = reasons.sentence(_lines(market)[0])
    assert "12.345,67" in said


def test_the_bill_adds_up_and_names_every_item() -> None:
    market = make_market()
    market.sell(
        lines=[
            LineInput(quantity=2, unit_amount=9_790, name="Gayo 250 g"),
            LineInput(quantity=1, unit_amount=3_333, discount=450, name="Kintamani"),
        ]
    )
    trace = traces.of(_lines(market)[0])
    rows = [(row["label"].replace(NBSP, " "), str(row["value"])) for row in trace.bill[:-1]]
    assert rows == [
        ("2 × Gayo 250 g", "195.80"),
        ("1 × Kintamani", "33.33"),
        ("Discount", "−4.50"),
        ("Base: net, before tax and shipping", "224.63"),
        ("10 % of it", "22.463"),
        ("Rounding", "−0.003"),
    ]
    assert "Your commission: EUR\u00a022.46" in trace.text
    assert trace.title.endswith("Gayo 250 g, Kintamani")


def test_a_partners_trace_never_names_another_partners_rule() -> None:
    market = make_market()
    with market.team.scope():
        for starts in (-20, 3):
            services.create_rule(
                program=market.program,
                partner=market.sekar.partner,
                rule=RuleInput(
                    "Sekar only",
                    {"type": "percent", "rate": "50"},
                    valid_from=timezone.now() + timedelta(days=starts),
                ),
                actor=market.team.actor,
            )
    market.sell()
    line = _lines(market)[0]
    assert "Sekar" not in str(line.trace)
    assert "Sekar" not in traces.of(line).text


def test_an_older_trace_with_another_partners_rule_is_shown_without_it() -> None:
    market = make_market()
    market.sell()
    line = _lines(market)[0]
    line.trace["rule"]["others"] = [{"name": "Secret", "version": 1, "why": "other_partner"}]
    assert traces.of(line).rule["reasons"] == []


def test_a_reversals_trace_adds_up() -> None:
    market = make_market()
    sale = market.sell(amount=10_000)
    market.refund(sale, 2_500)
    market.refund(sale, 2_500)
    trace = traces.of(_lines(market)[2])
    values = {row["label"]: str(row["value"]) for row in trace.bill[:-1]}
    assert values == {
        "The order, net": "100.00",
        "Refunded so far": "50.00",
        "Earned by the order": "10.00",
        "Its refunded part, rounded": "5.00",
        "Taken back before": "−2.50",
    }
