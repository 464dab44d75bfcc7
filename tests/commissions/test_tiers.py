"""Tiers over months of moved time: up at once, down after grace, kept, told, and paid by."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from activity import work
from activity.models import Event, Notification
from campaigns import services as campaigns
from campaigns.models import TierClock, TierMove
from commissions import services as commissions
from commissions.engine import sales
from commissions.inputs import RefundInput
from commissions.models import Commission
from commissions.services.intake import ENGINE
from commissions.services.rulebook import RuleInput
from commissions.tiering import evaluation, previews, selectors
from commissions.tiering.evaluation import Outcome
from partners import services as partners
from prm.errors import Conflict, Refusal
from tests.cast import token
from tests.commissions.tier_scene import Ladder, at, make_ladder

NOTHING = Outcome()


@pytest.fixture
def ladder() -> Ladder:
    """Silver from 500.00 and Gold from 900.00 of sales a quarter, each with 30 days of grace."""
    found = make_ladder()
    found.tier("silver", 2, 50_000, grace_days=30)
    found.tier("gold", 3, 90_000, grace_days=30)
    return found


def a_year(ladder: Ladder) -> None:
    """Sales of four quarters: enough for Silver, for Gold, for nothing, for Silver."""
    ladder.sell(60_000, "2025-02-10")
    ladder.sell(95_000, "2025-05-10")
    ladder.sell(10_000, "2025-08-10")
    ladder.sell(55_000, "2025-11-10")


def test_a_partner_rises_and_falls_through_a_year(ladder: Ladder) -> None:
    a_year(ladder)
    assert ladder.evaluate("2025-03-31 23:59") == NOTHING
    assert ladder.evaluate("2025-04-01") == Outcome(risen=1)
    assert ladder.stands() == ("silver", None)
    assert ladder.evaluate("2025-06-30 23:59") == NOTHING
    assert ladder.evaluate("2025-07-01") == Outcome(risen=1)
    assert ladder.stands() == ("gold", None)
    assert ladder.evaluate("2025-10-01") == Outcome(warned=1)
    assert ladder.stands() == ("gold", date(2025, 10, 31))
    assert ladder.evaluate("2025-10-30 23:59") == NOTHING
    assert ladder.evaluate("2025-10-31") == Outcome(dropped=1)
    assert ladder.stands() == ("", None)
    assert ladder.evaluate("2026-01-01") == Outcome(risen=1)
    assert ladder.path() == [
        ("silver", "reached", at("2025-04-01")),
        ("gold", "reached", at("2025-07-01")),
        ("", "dropped", at("2025-10-31")),
        ("silver", "reached", at("2026-01-01")),
    ]
    assert ladder.stands(ladder.market.sekar) == ("", None)


def test_the_same_instant_again_changes_nothing(ladder: Ladder) -> None:
    a_year(ladder)
    for moment in ("2025-04-01", "2025-07-01 00:10", "2025-10-01"):
        assert ladder.evaluate(moment) != NOTHING
        before = (ladder.stands(), ladder.path())
        for _again in range(3):
            assert ladder.evaluate(moment) == NOTHING
        assert (ladder.stands(), ladder.path()) == before


def test_days_that_no_worker_saw_come_out_as_if_he_had(ladder: Ladder) -> None:
    daily, late = ladder, make_ladder()
    late.tier("silver", 2, 50_000, grace_days=30)
    late.tier("gold", 3, 90_000, grace_days=30)
    for one in (daily, late):
        a_year(one)
        one.evaluate("2025-03-31")
    for day in ("2025-04-01", "2025-07-01", "2025-09-30", "2025-10-01", "2025-10-02",
                "2025-10-30", "2025-10-31", "2025-11-01", "2026-01-01", "2026-01-02"):  # fmt: skip
        daily.evaluate(f"{day} 00:05")
    late.evaluate("2026-01-05 16:00")
    assert late.path() == daily.path()
    assert late.path()[-1] == ("silver", "reached", at("2026-01-01"))


def test_what_came_back_by_the_end_of_the_window_does_not_count(ladder: Ladder) -> None:
    for on, expected in (("2025-03-31 20:00", ""), ("2025-04-01 00:00", "silver")):
        one = make_ladder()
        one.tier("silver", 2, 50_000)
        sale = one.sell(60_000, "2025-02-10")
        with one.market.team.scope():
            refund = RefundInput(
                external_id=f"R-{token()}",
                sale_external_id=sale.external_id,
                amount=20_000,
                occurred_at=at(on),
            )
            team = one.market.team
            commissions.take_refund(seller=team.seller, actor=team.actor, refund=refund)
        one.evaluate("2025-04-01")
        assert one.stands()[0] == expected


def test_what_is_reported_late_still_lifts_him(ladder: Ladder) -> None:
    ladder.sell(40_000, "2025-02-10")
    assert ladder.evaluate("2025-04-01") == NOTHING
    ladder.sell(10_000, "2025-03-31 23:59")
    ladder.sell(90_000, "2025-04-01 00:00")
    assert ladder.evaluate("2025-04-02") == Outcome(risen=1)
    assert ladder.stands() == ("silver", None)


@pytest.mark.parametrize(
    ("metric", "window", "threshold", "reached_on", "lost_on"),
    [
        ("sales_count", "previous_month", 2, "2025-04-01", "2025-05-01"),
        ("sales_count", "rolling_90_days", 2, "2025-03-12", "2025-06-09"),
        ("sales_amount", "year", 20_000, "2026-01-01", "2027-01-01"),
        ("new_customers", "lifetime", 0, "2025-01-02", ""),
        ("commission_amount", "lifetime", 2_000, "2025-03-12", ""),
        ("quantity", "quarter", 2, "2025-04-01", "2025-07-01"),
    ],
)
def test_each_window_is_evaluated_on_its_day(
    metric: str, window: str, threshold: int, reached_on: str, lost_on: str
) -> None:
    one = make_ladder()
    one.tier("silver", 2, threshold, metric=metric, window=window)
    one.sell(10_000, "2025-03-10")
    one.sell(10_000, "2025-03-11")
    day_before = date.fromisoformat(reached_on) - timedelta(days=1)
    one.evaluate(f"{day_before} 23:59")
    assert (one.stands()[0] == "silver") == (threshold == 0)
    one.evaluate(reached_on)
    assert one.stands() == ("silver", None)
    if lost_on:
        one.evaluate(f"{date.fromisoformat(lost_on) - timedelta(days=1)} 23:59")
        assert one.stands() == ("silver", None)
        one.evaluate(lost_on)
        assert one.stands() == ("", None)


def test_an_event_earns_by_the_tier_of_its_own_time(ladder: Ladder) -> None:
    market = ladder.market
    with market.team.scope():
        gold = selectors.tiers_of(market.program).get(key="gold")
        terms = {
            "metric": "sales_count",
            "window": "lifetime",
            "mode": "slab",
            "steps": [{"from": 1, "rate": "20"}],
        }
        commissions.create_rule(
            program=market.program,
            rule=RuleInput(
                "Gold",
                {"type": "percent", "rate": "20", "base": "net"},
                brackets=terms,
                valid_from=at("2025-01-01"),
            ),
            actor=market.team.actor,
            tier=gold,
        )
    early = ladder.sell(95_000, "2025-05-10")
    ladder.evaluate("2025-06-30")
    ladder.evaluate("2025-07-02")
    after = ladder.sell(10_000, "2025-07-01 00:00")
    # a late event has everything after it computed anew: what was earned stays
    before = ladder.sell(10_000, "2025-06-30 23:59")
    market.compute()
    with market.team.scope():
        earned = {
            sale: sum(Commission.objects.filter(sale=sale).values_list("amount_minor", flat=True))
            for sale in (early, after, before)
        }
    assert earned == {early: 9_500, after: 2_000, before: 1_000}


def test_the_engine_evaluates_what_is_due_before_it_computes(ladder: Ladder) -> None:
    ladder.sell(60_000, "2026-05-10")
    ladder.evaluate("2026-06-30")
    market = ladder.market
    engine = next(kind for kind in work.kinds() if kind.name == ENGINE)
    with market.team.scope():
        TierClock.objects.update(due_at=at("2026-07-01"))
    engine.step(market.team.id)
    assert ladder.path()[0] == ("silver", "reached", at("2026-07-01"))
    with market.team.scope():
        clock = TierClock.objects.get(program=market.program)
    assert clock.due_at is not None
    assert clock.due_at > timezone.now()
    assert clock.due_at.astimezone(at("2026-01-01").tzinfo).hour == 0
    assert clock.due_at - timezone.now() <= timedelta(days=1)
    assert not evaluation.step(market.team.id)


def test_a_new_condition_is_looked_at_soon_and_one_taken_away_no_more() -> None:
    one = make_ladder()
    team = one.market.team
    by_hand = one.tier("friend", 1)
    with team.scope():
        assert not TierClock.objects.filter(program=one.market.program).exists()
        campaigns.change_tier(
            tier=by_hand, actor=team.actor, metric="leads", window="lifetime", threshold=0
        )
    assert evaluation.step(team.id)
    assert one.stands() == ("friend", None)
    with team.scope():
        campaigns.change_tier(tier=by_hand, actor=team.actor, metric="")
        by_hand.refresh_from_db()
        assert (by_hand.window, by_hand.threshold) == ("", None)
    assert evaluation.step(team.id)
    with team.scope():
        assert TierClock.objects.get(program=one.market.program).due_at is None
    assert one.stands() == ("friend", None)


def test_a_pinned_partner_stays_until_he_is_let_go(ladder: Ladder) -> None:
    team, rani = ladder.market.team, ladder.market.rani
    with team.scope():
        gold = selectors.tiers_of(ladder.market.program).get(key="gold")
        with pytest.raises(Refusal):
            campaigns.pin_tier(enrollment=rani.enrollment, tier=gold, reason=" ", actor=team.actor)
        campaigns.pin_tier(enrollment=rani.enrollment, tier=gold, reason="Agreed", actor=team.actor)
    assert ladder.evaluate("2025-04-01") == NOTHING
    assert ladder.stands() == ("gold", None)
    with team.scope():
        campaigns.unpin_tier(enrollment=rani.enrollment, actor=team.actor)
        with pytest.raises(Conflict):
            campaigns.unpin_tier(enrollment=rani.enrollment, actor=team.actor)
    assert ladder.evaluate("2025-04-02") == Outcome(warned=1)
    with team.scope():
        campaigns.place_enrollment(enrollment=rani.enrollment, actor=team.actor, tier=None)
    assert ladder.stands() == ("", None)
    assert [(tier, cause) for tier, cause, _at in ladder.path()] == [
        ("gold", "staff"),
        ("", "staff"),
    ]


def test_suspended_partners_and_those_who_left_are_let_be(ladder: Ladder) -> None:
    a_year(ladder)
    ladder.sell(95_000, "2025-02-10", ladder.market.sekar)
    team = ladder.market.team
    with team.scope():
        partners.suspend_partner(
            partner=ladder.market.rani.partner, reason="Bids on our name", actor=team.actor
        )
        campaigns.end_enrollment(enrollment=ladder.market.sekar.enrollment, actor=team.actor)
    assert ladder.evaluate("2025-04-01") == NOTHING


def test_who_comes_back_has_his_grace_anew(ladder: Ladder) -> None:
    ladder.sell(60_000, "2025-02-10")
    ladder.evaluate("2025-04-01")
    assert ladder.evaluate("2025-07-01") == Outcome(warned=1)
    assert ladder.stands() == ("silver", date(2025, 7, 31))
    market = ladder.market
    team, rani = market.team, market.rani
    with team.scope():
        campaigns.end_enrollment(enrollment=rani.enrollment, actor=team.actor)
        assert ladder.evaluate("2025-09-01") == NOTHING
        campaigns.enroll(program=market.program, partner=rani.partner, actor=team.actor)
    assert ladder.stands() == ("silver", None)
    assert ladder.evaluate("2025-09-02") == Outcome(warned=1)
    assert ladder.stands() == ("silver", date(2025, 10, 2))


def test_partners_are_told_once_in_their_language(ladder: Ladder) -> None:
    a_year(ladder)
    for moment in ("2025-06-30", "2025-07-01", "2025-07-01", "2025-10-01", "2025-10-31"):
        ladder.evaluate(moment)
    with ladder.market.team.scope():
        news = Notification.objects.filter(
            user=ladder.market.rani.user, subject__startswith="Affiliate"
        ).order_by("id")
        told = [(one.subject, one.body.replace("\u00a0", " ")) for one in news]
        verbs = list(
            Event.objects.filter(object_id=ladder.market.rani.enrollment.pk)
            .exclude(verb="enrollment.created")
            .order_by("id")
            .values_list("verb", flat=True)
        )
    assert told == [
        (
            "Affiliate: you are Silver now",
            "EUR 600.00 of sales, 1 Jan – 31 Mar 2025; it takes EUR 500.00.",
        ),
        (
            "Affiliate: you are Gold now",
            "EUR 950.00 of sales, 1 Apr – 30 Jun 2025; it takes EUR 900.00.",
        ),
        ("Affiliate: you keep Gold until 31 Oct 2025", "Your figures fell short of it."),
        (
            "Affiliate: you are no longer Gold",
            "EUR 100.00 of sales, 1 Jul – 30 Sep 2025; it takes EUR 900.00.",
        ),
    ]
    assert verbs == [
        "enrollment.promoted",
        "enrollment.promoted",
        "enrollment.tier_at_risk",
        "enrollment.demoted",
    ]


def test_a_preview_says_what_the_next_evaluation_then_does() -> None:
    one = make_ladder()
    market, team = one.market, one.market.team
    silver = one.tier("silver", 2, 5_000, window="lifetime", grace_days=10)
    market.sell(market.rani, 10_000, days_ago=3)
    market.sell(market.sekar, 6_000, days_ago=3)
    evaluation.step(team.id)
    assert (one.stands()[0], one.stands(market.sekar)[0]) == ("silver", "silver")
    with team.scope():
        draft = campaigns.drafted_tier(
            program=market.program,
            key="gold",
            name="Gold",
            rank=3,
            metric="sales_amount",
            window="lifetime",
            threshold=10_000,
        )
        seen = previews.preview(market.program, draft)
        assert [(mover.after, mover.step.value) for mover in seen.movers] == [(draft, "rises")]
        assert (seen.stay, seen.pinned) == (1, 0)
        stricter = selectors.tier_by_id(silver.pk)
        stricter.threshold = 8_000
        seen = previews.preview(market.program, stricter)
        (warned,) = seen.warned
        assert (warned.before, warned.after) == (stricter, None)
        assert warned.enrollment == market.sekar.enrollment
        assert TierMove.objects.filter(enrollment__program=market.program).count() == 2
        campaigns.change_tier(tier=silver, actor=team.actor, threshold=8_000)
    assert one.stands(market.sekar) == ("silver", None)
    evaluation.step(team.id)
    assert one.stands(market.sekar) == ("silver", warned.falls_on)


def test_two_workers_move_a_partner_once(ladder: Ladder) -> None:
    a_year(ladder)
    ladder.evaluate("2025-03-31")
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        ladder.evaluate("2025-12-31")
        connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ladder.path()) == 3


def test_sales_are_computed_though_no_tier_asks_for_anything() -> None:
    one = make_ladder()
    sale = one.sell(10_000, "2025-05-10")
    assert not sales.step(one.market.team.id)
    assert one.market.line_of(sale).amount_minor == 1_000
