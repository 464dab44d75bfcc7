"""Results by link and day equal the sales, refunds and lines behind them, after anything."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from activity import work
from commissions import services, totals
from commissions.models import NO_LINK, Commission, ResultDay
from commissions.performance import counting
from ledger import checks
from tests.commissions.shared import sell_shared
from tests.portal.market import Market, Side, make_market
from tracking.models import ChangedDay, Refund, Sale

ZONE = ZoneInfo("Asia/Jakarta")  # of the cast's sellers
Key = tuple[str, str, str, str]


def counted(market: Market) -> None:
    """What the worker does."""
    work.drain("totals", market.team.id)
    with market.team.scope():
        assert not ChangedDay.objects.exists()


def kept() -> Counter[Key]:
    """By partner, day, link and column of the results."""
    names = ("sales", "amount_minor", "refunds", "refunded_minor", "earned_minor")
    return Counter(
        {
            (str(row.partner_id), str(row.day), str(row.link_id), name): value
            for row in ResultDay.objects.all()
            for name in names
            if (value := getattr(row, name))
        }
    )


def plain() -> Counter[Key]:
    """The same from the rows of sales that nobody shares, one by one."""
    found: Counter[Key] = Counter()
    for sale in Sale.objects.filter(state="computed", partner__isnull=False):
        key = (str(sale.partner_id), _day(sale.occurred_at), str(sale.link_id or NO_LINK))
        found[*key, "sales"] += 1
        found[*key, "amount_minor"] += sale.amount_minor
    for refund in Refund.objects.filter(state="computed").select_related("sale"):
        assert refund.sale is not None
        link = str(refund.sale.link_id or NO_LINK)
        key = (str(refund.sale.partner_id), _day(refund.occurred_at), link)
        found[*key, "refunds"] += 1
        found[*key, "refunded_minor"] += refund.amount_minor
    for line in Commission.objects.exclude(status="rejected").select_related("sale"):
        own = line.sale is not None and line.sale.partner_id == line.partner_id
        link = str((line.sale.link_id if line.sale and own else None) or NO_LINK)
        found[str(line.partner_id), _day(line.occurred_at), link, "earned_minor"] += (
            line.amount_minor
        )
    return Counter({key: value for key, value in found.items() if value})


def _day(at: datetime) -> str:
    return str(at.astimezone(ZONE).date())


def test_results_follow_sales_refunds_and_lines() -> None:
    market = make_market(auto_approve=False)
    sold = [
        market.sell(side, amount=1_000 * (number + 1), days_ago=days)
        for number, days in enumerate((0, 1, 1, 9, 40))
        for side in (market.rani, market.sekar)
    ]
    counted(market)
    with market.team.scope():
        assert kept() == plain()
        assert len(kept()) > 20
    market.refund(sold[0], 300)
    line = market.line_of(sold[3])
    with market.team.scope():
        services.reject_commission(commission=line, actor=market.team.actor, reason="no")
        Sale.objects.filter(pk=sold[5].pk).update(state="failed")
        assert kept() != plain()  # it is counted by the worker, not by the page
    counted(market)
    with market.team.scope():
        assert kept() == plain()
        refunded = sum(ResultDay.objects.values_list("refunded_minor", flat=True))
        assert refunded == 300


def test_a_refund_alone_marks_its_day() -> None:
    market = make_market()
    sale = market.sell(amount=5_000, days_ago=2)
    market.refund(sale, 700)
    counted(market)
    with market.team.scope():
        # as where nothing was earned, so that no line tells of it
        Refund.objects.update(state="failed")
        assert not ChangedDay.objects.exists()
        Refund.objects.update(state="computed")
        (mark,) = ChangedDay.objects.all()
        assert mark.partner_id == market.rani.partner.pk


def test_a_shared_sale_gives_each_partner_his_part() -> None:
    market = make_market()
    sides = [market.rani, market.sekar]
    sale = sell_shared(market, [(market.rani, 2), (market.sekar, 1)])
    counted(market)
    with market.team.scope():
        shares = {row.partner_id: row for row in sale.shares.all()}
        for side in sides:
            (row,) = ResultDay.objects.filter(partner_id=side.partner.pk, sales=1)
            assert row.amount_minor == shares[side.partner.pk].net_minor
            assert row.link_id == side.link.pk
            lines = Commission.objects.filter(sale=sale, partner_id=side.partner.pk)
            assert row.earned_minor == sum(lines.values_list("amount_minor", flat=True))
    market.refund(sale, 101)
    counted(market)
    with market.team.scope():
        parts = [_refunded(side) for side in sides]
        assert sum(parts) == 101
        assert all(parts)


def _refunded(side: Side) -> int:
    rows = ResultDay.objects.filter(partner_id=side.partner.pk)
    return sum(rows.values_list("refunded_minor", flat=True))


def test_the_check_finds_wrong_results_and_the_rebuild_mends_them() -> None:
    market = make_market()
    market.sell(amount=4_000, days_ago=3)
    counted(market)
    with market.team.scope():
        ResultDay.objects.update(amount_minor=1)
        assert [text for text in checks.faults() if text.startswith("results of partner")]
    totals.rebuild(market.team.seller)
    with market.team.scope():
        assert list(counting.faults()) == []
        assert kept() == plain()


def test_days_are_those_of_the_sellers_zone() -> None:
    market = make_market()
    sale = market.sell(days_ago=1)
    late = timezone.now().astimezone(ZONE).replace(hour=23, minute=59) - timedelta(days=3)
    with market.team.scope():
        Sale.objects.filter(pk=sale.pk).update(occurred_at=late)
    counted(market)
    with market.team.scope():
        assert [row.day for row in ResultDay.objects.filter(sales=1)] == [late.date()]
