"""Clicks that earn: each once, late ones too, whatever is run again."""

import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connections
from django.utils import timezone

from campaigns import services as campaigns
from commissions import services
from commissions.engine import clicks as engine
from commissions.engine import sales
from commissions.models import Commission, Occasion
from commissions.services.rulebook import RuleInput
from tests.portal.market import Market, make_market
from tests.tracking.clicks import MACHINE, click, clicks
from tracking.models import Link, LinkDay, SellerDay

JAKARTA = ZoneInfo("Asia/Jakarta")


def make_paying_market(*, days: float = 60) -> Market:
    """A market that pays 5 cents a click since `days` ago."""
    market = make_market()
    rule = RuleInput(
        "Clicks",
        {"type": "per_unit", "amount": 5},
        event="click",
        valid_from=timezone.now() - timedelta(days=days),
    )
    with market.team.scope():
        services.create_rule(program=market.program, rule=rule, actor=market.team.actor)
    return market


def bring(market: Market) -> list[tuple[str, int]]:
    """Everything that is due, twice over; key and quantity of each occasion, in key order."""
    for _again in range(2):
        while engine.step(market.team.id):
            pass
    assert market.team.id not in _waiting(market)
    with market.team.scope():
        return sorted(Occasion.objects.values_list("key", "quantity"))


def _waiting(market: Market) -> list[object]:
    with market.team.scope():
        return list(engine.waiting())


def noon(days_ago: int) -> datetime:
    """Noon in the seller's zone."""
    day = timezone.localdate(timezone=JAKARTA) - timedelta(days=days_ago)
    return datetime.combine(day, time(12), tzinfo=JAKARTA)


def test_a_click_that_comes_a_month_late_is_paid_as_a_further_occasion() -> None:
    market = make_paying_market()
    link, day = market.rani.link, noon(30)
    clicks(link, 3, at=day)
    click(link, at=day, agent=MACHINE)
    clicks(market.sekar.link, 2, at=day)
    first = f"clicks:{link.pk}:{day.date()}"
    other = f"clicks:{market.sekar.link.pk}:{day.date()}"
    assert bring(market) == sorted([(first, 3), (other, 2)])
    clicks(link, 4, at=day + timedelta(hours=1))
    assert bring(market) == sorted([(first, 3), (f"{first}:2", 4), (other, 2)])
    click(link, at=day)
    assert len(bring(market)) == 4
    with market.team.scope():
        found = Occasion.objects.filter(link=link).order_by("id")
        assert [(one.key.rpartition(":")[2], one.quantity) for one in found] == [
            (str(day.date()), 3), ("2", 4), ("3", 1),
        ]  # fmt: skip
    sales.step(market.team.id)
    market.compute()
    with market.team.scope():
        paid = Commission.objects.filter(partner=market.rani.partner)
        assert sum(paid.values_list("amount_minor", flat=True)) == 8 * 5


def test_today_is_not_closed_and_days_before_the_rule_earn_nothing() -> None:
    market = make_paying_market(days=10)
    clicks(market.rani.link, 2)
    clicks(market.rani.link, 2, at=noon(11))
    assert bring(market) == []
    clicks(market.rani.link, 1, at=noon(9))
    assert [quantity for _key, quantity in bring(market)] == [1]


def test_a_link_of_a_partner_who_is_out_earns_nothing() -> None:
    market = make_paying_market()
    clicks(market.rani.link, 2, at=noon(2))
    clicks(market.sekar.link, 1, at=noon(2))
    with market.team.scope():
        campaigns.end_enrollment(enrollment=market.rani.enrollment, actor=market.team.actor)
    assert [quantity for _key, quantity in bring(market)] == [1]


def test_two_workers_bring_a_day_once(rounds: int) -> None:
    market = make_paying_market()
    total = 0
    for number in range(rounds):
        clicks(market.rani.link, 3, at=noon(3))
        total += 3
        barrier = threading.Barrier(3)
        workers = [
            threading.Thread(target=_step, args=(market, barrier), name=f"{number}-{one}")
            for one in range(3)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sum(quantity for _key, quantity in bring(market)) == total


def _step(market: Market, barrier: threading.Barrier) -> None:
    try:
        barrier.wait()
        engine.step(market.team.id)
    finally:
        connections.close_all()


def test_sums_that_shrink_take_nothing_back_and_pay_nothing_twice() -> None:
    """A rebuild may find that some clicks were a machine's; what was paid stays paid."""
    market = make_paying_market()
    clicks(market.rani.link, 5, at=noon(4))
    assert [quantity for _key, quantity in bring(market)] == [5]
    with market.team.scope():
        _set_sum(market.rani.link, 4)
    assert [quantity for _key, quantity in bring(market)] == [5]
    clicks(market.rani.link, 2, at=noon(4))
    assert sorted(quantity for _key, quantity in bring(market)) == [1, 5]


def _set_sum(link: Link, count: int) -> None:
    """As a rebuild leaves it: the link's day and the program's agree."""
    LinkDay.objects.filter(link_id=link.pk).update(clicks=count)
    SellerDay.objects.filter(dimension="program").update(clicks=count)
