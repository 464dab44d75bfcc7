"""What needs somebody now, the figures beside the period before, and first steps."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissions import services
from payouts import services as payouts
from portal.console import home as home_page
from portal.console.growth import growth
from portal.console.waiting_tasks import tasks
from prm import periods
from sellers.actors import Actor
from sellers.models import Staff, User
from sellers.reader import Reader
from tests.cast import make_team, signed_in
from tests.portal.market import Market, make_market
from tracking.models import Sale

JAKARTA = ZoneInfo("Asia/Jakarta")


def _reader(market: Market, user: User) -> Reader:
    staff = Staff.objects.get(user=user)
    return Reader(market.team.seller, user, staff, [], None)


def _kinds(market: Market, user: User) -> dict[str, int]:
    with market.team.scope():
        found = tasks(_reader(market, user))
    return {task.kind: task.count for task in found}


def test_a_new_seller_sees_his_first_steps_and_that_nothing_waits() -> None:
    team = make_team()
    page = signed_in(team.owner).get(team.url())
    assert page.status_code == 200
    assert "Your way to the first sale" in page.content.decode()
    assert "Nothing waits for you" in page.content.decode()
    assert [step.done for step in page.context["steps"]] == [False, False, False, False, True]
    assert page.context["growth"].sales.amount == 0
    assert signed_in(team.finance).get(team.url()).context["steps"] == []


def test_steps_go_once_the_program_is_running() -> None:
    market = make_market()
    page = signed_in(market.team.owner).get(market.team.url())
    assert page.context["steps"] == []


def test_every_kind_of_task_is_counted_and_named() -> None:
    market = make_market(auto_approve=False)
    market.sell(days_ago=20)
    market.sell(days_ago=2)
    held = market.line_of(market.sell(days_ago=1))
    paid = market.line_of(market.sell(market.sekar, days_ago=30))
    failed = market.sell(days_ago=1)
    with market.team.scope():
        services.hold_commission(commission=held, actor=market.team.actor, reason="one cluster")
        services.approve_commission(commission=paid, actor=market.team.actor)
        Sale.objects.filter(pk=failed.pk).update(state="failed", error="KeyError: rate")
    assert _kinds(market, market.team.owner) == {
        "approval": 3,
        "failed": 1,
        "held": 1,
        "methods": 1,
    }
    assert _kinds(market, market.team.marketer) == {}  # he may decide none of it
    page = signed_in(market.team.owner).get(market.team.url())
    text = page.content.decode()
    assert "3 commissions wait for approval" in text
    assert "one cluster" in text
    assert "KeyError: rate" in text
    assert market.sekar.partner.name in text
    assert "Due today" in text
    only = signed_in(market.team.owner).get(market.team.url("?show=held"))
    shown = [task.kind for group in only.context["task_groups"] for task in group["tasks"]]
    assert shown == ["held"]
    assert only.context["count"] == only.context["nav_counts"]["home"] == 6


def test_a_batch_is_shown_with_who_may_approve_it() -> None:
    market = make_market()
    market.sell(amount=100_000, days_ago=30)
    with market.team.scope():
        payouts.set_payout_method(
            partner=market.rani.partner,
            kind="iban",
            name="Rani",
            account="DE89370400440532013000",
            actor=market.team.actor,
        )
    with market.team.scope():
        payouts.draft_batch(
            seller=market.team.seller,
            currency="EUR",
            cutoff=timezone.now(),
            actor=Actor.person(market.team.finance),
        )
        mine = tasks(_reader(market, market.team.finance))[0]
        owners = tasks(_reader(market, market.team.owner))[0]
    assert "you drafted it, so somebody else approves it: Ola Owner" in mine.text
    assert "waits for your approval" in owners.title
    assert owners.amounts == [(10_000, "EUR")]
    assert owners.url


def test_figures_compare_with_the_same_stretch_before_and_never_add_currencies() -> None:
    market = make_market()
    market.sell(amount=10_000, days_ago=1)
    market.sell(market.sekar, amount=30_000, days_ago=2)
    market.sell(amount=20_000, days_ago=9)
    market.sell(amount=7_000, days_ago=1, currency="USD")
    with market.team.scope(), timezone.override(JAKARTA):
        found = growth(_reader(market, market.team.owner), "7d")
    assert (found.currency, found.others) == ("EUR", [("USD", 7_000)])
    assert (found.sales.amount, found.sales.amount_before) == (40_000, 20_000)
    assert (found.reach.partners, found.reach.partners_before) == (2, 1)
    assert (found.cost.earned, found.cost.earned_before) == (4_000, 2_000)
    assert found.cost_rate == 10
    assert [one.name for one in found.rising] == [market.sekar.partner.name]
    assert [one.name for one in found.fading] == [market.rani.partner.name]
    assert sum(week.amount for week in found.weeks) == 60_000
    assert sum(sum(series["values"]) for series in found.chart["series"]) == 600


@pytest.mark.parametrize("period", ["7d", "month", "quarter", "nonsense"])
def test_every_period_answers(period: str) -> None:
    market = make_market()
    market.sell()
    page = signed_in(market.team.owner).get(market.team.url(f"?period={period}"))
    assert page.status_code == 200
    assert b'id="chart-sales"' in page.content


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    market = make_market()
    client = signed_in(market.team.owner)
    market.sell()
    client.get(market.team.url())
    few = _queries(client, market.team.url())
    for side in (market.rani, market.sekar):
        for days in (1, 3, 8, 40):
            market.sell(side, days_ago=days)
    many = _queries(client, market.team.url())
    assert many <= few + 1
    assert many <= 22


def _queries(client: Client, url: str) -> int:
    """How many queries a page takes; now and then one also notes that the reader is there."""
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    return min(counts)


def test_a_month_so_far_is_compared_with_its_own_length() -> None:
    now = datetime(2026, 3, 30, 9, 40, tzinfo=JAKARTA)
    found = periods.month_so_far(now)
    assert found.start == datetime(2026, 3, 1, tzinfo=JAKARTA)
    assert found.before_start == datetime(2026, 2, 1, tzinfo=JAKARTA)
    assert found.before_end == found.start  # February is over before its 30th day
    found = periods.month_so_far(datetime(2026, 11, 19, 9, 40, tzinfo=JAKARTA))
    assert found.before_end == datetime(2026, 10, 19, 9, 40, tzinfo=JAKARTA)


def test_a_quarter_and_seven_days() -> None:
    now = datetime(2026, 1, 15, 12, tzinfo=JAKARTA)
    quarter = periods.quarter_so_far(now)
    assert quarter.start == datetime(2026, 1, 1, tzinfo=JAKARTA)
    assert quarter.before_start == datetime(2025, 10, 1, tzinfo=JAKARTA)
    week = periods.last_days(now, 7, "7d")
    assert week.start == datetime(2026, 1, 9, tzinfo=JAKARTA)
    assert week.before_end == now - timedelta(days=7)
    assert len(periods.week_starts(now, 12)) == 12
    assert {start.weekday() for start in periods.week_starts(now, 12)} == {0}


def test_first_steps_are_for_owners_only() -> None:
    market = make_market()
    with market.team.scope():
        assert home_page.first_steps(_reader(market, market.team.manager)) == []
