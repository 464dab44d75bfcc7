"""Sums on dashboards equal the sales and lines behind them, at every moment, after anything."""

import io
import threading
from datetime import date, timedelta

from django.core.management import call_command
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from activity import work
from commissions import selectors, services, totals
from commissions.models import Commission, EarnedTotal
from ledger import checks
from prm.periods import last_days
from prm.totals import FOLDED, Grain, as_q, over, over_days
from tests.portal.market import Market, make_market
from tracking import selectors as tracking
from tracking.models import Sale, SalesTotal


def fold(market: Market) -> None:
    """What the worker does."""
    work.drain("totals", market.team.id)
    with market.team.scope():
        assert not SalesTotal.objects.filter(grain=Grain.FRESH).exists()
        assert not EarnedTotal.objects.filter(grain=Grain.FRESH).exists()


def busy_market() -> Market:
    """Sales of many days and two currencies, refunds, and lines in every state."""
    market = make_market(auto_approve=False)
    sold = [
        market.sell(side, amount=1_000 * (number + 1), days_ago=days, currency=currency)
        for number, days in enumerate((0, 1, 8, 9, 33, 40))
        for side in (market.rani, market.sekar)
        for currency in ("EUR", "USD")
    ]
    market.refund(sold[0], 300)
    lines = [market.line_of(sale) for sale in sold[4:7]]
    actor = market.team.actor
    with market.team.scope():
        services.hold_commission(commission=lines[0], actor=actor, reason="look")
        services.approve_commission(commission=lines[1], actor=actor)
        services.reject_commission(commission=lines[2], actor=actor, reason="no")
    market.compute()
    return market


def test_sums_agree_before_and_after_they_are_folded() -> None:
    market = busy_market()
    for _folded in range(2):
        with market.team.scope():
            assert list(totals.faults()) == []
            today = timezone.localdate()
            for days in (0, 5, 8, 13, 20, 40, 70):
                _same_as_rows(today - timedelta(days=days), today)
                _same_as_rows(today - timedelta(days=days + 9), today - timedelta(days=3))
        fold(market)
    with market.team.scope():
        grains = set(SalesTotal.objects.values_list("grain", flat=True))
    assert grains == set(FOLDED)


def _same_as_rows(first: date, last: date) -> None:
    by_sums = dict(
        SalesTotal.objects.filter(as_q(over_days(first, last)))
        .values_list("currency")
        .annotate(Sum("amount_minor"))
    )
    rows = Sale.objects.filter(partner__isnull=False, state="computed")
    in_days = [
        sale for sale in rows if first <= timezone.localtime(sale.occurred_at).date() <= last
    ]
    by_rows: dict[str, int] = {}
    for sale in in_days:
        by_rows[sale.currency] = by_rows.get(sale.currency, 0) + sale.amount_minor
    assert {code: int(total) for code, total in by_sums.items()} == by_rows


def test_days_are_covered_once_by_the_longest_rows() -> None:
    begins = date(2026, 1, 1)
    for first in (begins + timedelta(days=n) for n in range(45)):
        for last in (first + timedelta(days=n) for n in range(100)):
            covered: list[date] = []
            for grain, since, until in over_days(first, last):
                if grain == Grain.WEEK:
                    assert (since.weekday(), until.weekday()) == (0, 6)
                if grain == Grain.MONTH:
                    assert (since.day, (until + timedelta(days=1)).day) == (1, 1)
                if grain != Grain.FRESH:
                    covered += [since + timedelta(days=n) for n in range((until - since).days + 1)]
            assert covered == [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_a_change_of_a_sale_moves_its_sum() -> None:
    market = make_market()
    sale = market.sell(amount=5_000, days_ago=3)
    fold(market)
    with market.team.scope():
        Sale.objects.filter(pk=sale.pk).update(state="failed")
        period = last_days(timezone.localtime(), 7, "7d")
        assert tracking.sold(period).by_currency == {}
        Sale.objects.filter(pk=sale.pk).update(state="computed", partner=market.sekar.partner)
        assert list(totals.faults()) == []
        assert tracking.sold(period).by_currency["EUR"].amount == 5_000
        rising, _fading = tracking.movers(period, "EUR", [period.start])
        assert [one.partner_id for one in rising] == [market.sekar.partner.pk]
    fold(market)
    with market.team.scope():
        assert list(totals.faults()) == []
        Sale.objects.filter(pk=sale.pk).update(metadata={"a": 1})
        assert not SalesTotal.objects.filter(grain=Grain.FRESH).exists()


def test_tiles_and_costs_are_those_of_the_lines() -> None:
    market = busy_market()
    partner_id = market.rani.partner.pk
    period = last_days(timezone.localtime(), 30, "30d")
    for _folded in range(2):
        with market.team.scope():
            tiles = selectors.tiles(partner_id)
            for line in (
                Commission.objects.filter(partner_id=partner_id)
                .values("currency", "status")
                .annotate(amount=Sum("amount_minor"))
            ):
                assert tiles[line["currency"]][line["status"]].amount == line["amount"]
            counted = Commission.objects.exclude(status="rejected").filter(
                currency="EUR", occurred_at__gte=period.start
            )
            assert selectors.costs(period)["EUR"].earned == sum(
                counted.values_list("amount_minor", flat=True)
            )
        fold(market)


def test_the_check_finds_a_wrong_sum_and_the_rebuild_mends_it() -> None:
    market = busy_market()
    fold(market)
    with market.team.scope():
        one = SalesTotal.objects.filter(grain=Grain.MONTH).first()
        assert one is not None
        SalesTotal.objects.filter(pk=one.pk).update(amount_minor=one.amount_minor + 1)
        EarnedTotal.objects.filter(grain=Grain.WEEK).delete()
        found = checks.faults()
        assert [text for text in found if "tracking_salestotal of the month" in text]
        assert [text for text in found if "commissions_earnedtotal of the week" in text]
    told = io.StringIO()
    call_command("rebuild_totals", "--seller", market.team.seller.slug, stdout=told)
    assert "counted" in told.getvalue()
    with market.team.scope():
        assert checks.faults() == []


def test_folding_and_counting_anew_while_sales_come_lose_nothing(rounds: int) -> None:
    market = make_market()
    stop = threading.Event()
    failed: list[BaseException] = []

    def again() -> None:
        try:
            while not stop.is_set():
                totals.rebuild(market.team.seller)
                totals.KIND.step(market.team.id)
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connections.close_all()

    workers = [threading.Thread(target=again) for _number in range(2)]
    for worker in workers:
        worker.start()
    for _number in range(rounds * 5):
        market.sell(days_ago=1)  # compares the books each time
    stop.set()
    for worker in workers:
        worker.join()
    assert failed == []
    fold(market)
    with market.team.scope():
        assert checks.faults() == []
        weeks = SalesTotal.objects.filter(
            as_q(over(Grain.WEEK, date(2020, 1, 6), timezone.localdate() + timedelta(days=7)))
        )
        assert weeks.aggregate(n=Sum("count"))["n"] == rounds * 5
