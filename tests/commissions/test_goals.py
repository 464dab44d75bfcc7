"""Goals through their services and their worker: counted right, paid once, told once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from activity.models import Event, Notification
from commissions import reasons
from commissions.goals import evaluation, selectors, services, words
from commissions.models import Goal, GoalPayment, Occasion
from partners import services as partners
from tests.commissions.goals_scene import Scene, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_the_highest_target_pays_once_when_the_period_is_over(scene: Scene) -> None:
    goal, rani = scene.make(), scene.market.rani
    scene.market.sell(amount=40_000, days_ago=5)
    scene.market.sell(scene.market.sekar, amount=29_999, days_ago=5)
    scene.work()
    assert scene.paid(goal) == []
    assert scene.result(goal, rani).step == 1

    scene.market.sell(amount=10_000, days_ago=3)
    scene.pass_days(goal, 10)
    scene.work()
    assert scene.paid(goal) == [(2_500, "EUR")]
    assert scene.period(goal).state == "closed"

    for _again in range(3):
        scene.look(goal)
    assert scene.paid(goal) == [(2_500, "EUR")]
    (line,) = scene.lines(rani)
    with scene.market.team.scope():
        assert reasons.sentence(line) == (
            "Bonus “Silver”, because EUR\u00a0500.00 of sales in "
            f"{days_of(goal)} reached the target of EUR\u00a0500.00 of sales."
        )
        assert Goal.objects.get(pk=goal.pk).status == "ended"


def days_of(goal: Goal) -> str:
    """The days of the goal's only period, as sentences name them."""
    now = Goal.objects.get(pk=goal.pk)
    assert now.ends_on is not None
    return words.days_text(now.starts_on, now.ends_on)


def test_every_target_pays_where_the_goal_says_so(scene: Scene) -> None:
    goal = scene.make(all_steps=True)
    scene.market.sell(amount=50_000, days_ago=5)
    scene.pass_days(goal, 10)
    scene.work()
    assert scene.paid(goal) == [(1_000, "EUR"), (2_500, "EUR")]


def test_refunds_count_until_the_days_for_them_are_over(scene: Scene) -> None:
    goal = scene.make(grace_days=5)
    kept = scene.make(name="Gross", grace_days=5, net_of_refunds=False)
    sale = scene.market.sell(amount=50_000, days_ago=10)
    for one in (goal, kept):
        scene.pass_days(one, 12)
    scene.work()
    assert scene.paid(goal) == []  # over since three days, but its five days are not
    for one in (goal, kept):
        scene.pass_days(one, 4)
    scene.refund(sale, 15_000, days_ago=4)
    scene.refund(sale, 10_000, days_ago=0.01)  # after the five days
    scene.work()
    assert scene.paid(goal) == [(1_000, "EUR")]
    assert scene.paid(kept) == [(2_500, "EUR")]


def test_a_percentage_is_of_what_rules_paid_in_the_window_less_what_went_back(
    scene: Scene,
) -> None:
    reward = {"type": "percent", "rate": "12.5"}
    goal = scene.make(steps=[{"name": "More", "from": 10_000, "reward": reward}])
    sale = scene.market.sell(amount=20_010, days_ago=5)  # earns 20.01
    scene.market.sell(amount=50_000, days_ago=35)  # before the window
    scene.refund(sale, 10_005, days_ago=4)  # takes back 10.01, half of it rounded up
    scene.pass_days(goal, 10)
    scene.work()
    # 12.5 % of the 10.00 that are left
    (line,) = scene.lines(scene.market.rani)
    assert (line.amount_minor, line.trace["settled"]["earned"]) == (125, 1_000)
    assert "12.5\u00a0% of EUR\u00a010.00 earned" in reasons.sentence(line)


def test_points_are_paid_in_points(scene: Scene) -> None:
    reward = {"type": "points", "amount": 500}
    goal = scene.make(metric="sales_count", steps=[{"name": "", "from": 2, "reward": reward}])
    scene.market.sell(days_ago=5)
    gone = scene.market.sell(days_ago=4)
    scene.market.sell(days_ago=3)
    scene.market.refund(gone, 10_000)  # refunded whole: no sale
    scene.pass_days(goal, 10)
    scene.work()
    assert scene.paid(goal) == [(500, "PTS")]


def test_paid_at_once_and_a_higher_target_pays_the_difference(scene: Scene) -> None:
    goal = scene.make(at_once=True)
    scene.market.sell(amount=30_000, days_ago=5)
    scene.work()
    assert scene.paid(goal) == [(1_000, "EUR")]
    sale = scene.market.sell(amount=25_000, days_ago=4)
    scene.look(goal)
    assert scene.paid(goal) == [(1_000, "EUR"), (1_500, "EUR")]
    scene.market.refund(sale, 25_000)
    scene.look(goal)
    scene.pass_days(goal, 10)
    scene.work()
    assert sum(amount for amount, _unit in scene.paid(goal)) == 2_500  # stays paid


def test_a_drop_takes_back_only_where_the_goal_says_so(scene: Scene) -> None:
    goal = scene.make(at_once=True, take_back=True)
    scene.market.sell(amount=30_000, days_ago=5)
    sale = scene.market.sell(amount=20_000, days_ago=4)
    scene.work()
    assert scene.paid(goal) == [(2_500, "EUR")]
    scene.market.refund(sale, 20_000)
    scene.look(goal)
    assert scene.paid(goal) == [(2_500, "EUR"), (-1_500, "EUR")]
    scene.market.sell(amount=20_000, days_ago=2)
    scene.look(goal)
    assert scene.paid(goal)[2:] == [(1_500, "EUR")]
    back = scene.lines(scene.market.rani)[1]
    assert reasons.sentence(back).startswith("Takes back the bonus “Silver”, because refunds")


def test_what_comes_in_after_closing_is_noted_and_not_paid(scene: Scene) -> None:
    goal = scene.make()
    scene.market.sell(amount=30_000, days_ago=15)
    scene.pass_days(goal, 10)
    scene.work()
    assert scene.paid(goal) == [(1_000, "EUR")]
    scene.market.sell(amount=40_000, days_ago=12)
    scene.market.sell(scene.market.sekar, amount=40_000, days_ago=12)
    with scene.market.team.scope():
        period = scene.period(goal)
        period.looked_at = timezone.now() - timedelta(days=1)
        period.save()
    scene.look(goal)
    scene.look(goal)
    assert scene.paid(goal) == [(1_000, "EUR")]
    own = scene.result(goal, scene.market.rani)
    assert (own.value, own.late_value) == (30_000, 70_000)
    other = scene.result(goal, scene.market.sekar)
    assert (other.value, other.late_value) == (0, 40_000)
    with scene.market.team.scope():
        assert Event.objects.filter(object_id=goal.pk, verb="goal.came_late").count() == 1


def test_only_active_partners_whom_it_is_for_count(scene: Scene) -> None:
    market = scene.market
    only_sekar = scene.make(name="For Sekar", partner=market.sekar.partner)
    everybody = scene.make(name="For all")
    for side in (market.rani, market.sekar):
        market.sell(side, amount=30_000, days_ago=5)
    scene.work()
    with market.team.scope():
        partners.suspend_partner(
            partner=market.rani.partner, reason="Looked into", actor=market.team.actor
        )
    for goal in (only_sekar, everybody):
        scene.pass_days(goal, 10)
    scene.work()
    assert scene.paid(only_sekar) == [(1_000, "EUR")]
    assert scene.paid(everybody) == [(1_000, "EUR")]
    assert scene.paid(everybody, market.sekar) == [(1_000, "EUR")]


def test_a_contest_pays_places_and_splits_shared_ones(scene: Scene) -> None:
    goal, market = scene.contest(prizes=[5_001, 3_000]), scene.market
    for side in (market.rani, market.sekar):
        market.sell(side, amount=30_000, days_ago=5)
    scene.pass_days(goal, 10)
    scene.work()
    assert scene.paid(goal) == [(4_001, "EUR"), (4_000, "EUR")]
    assert {scene.result(goal, side).place for side in (market.rani, market.sekar)} == {1}
    (line,) = scene.lines(market.sekar)
    assert reasons.sentence(line).startswith("Prize for place 1, because of EUR\u00a0300.00 of")


def test_leaderboards_show_names_only_of_who_agreed(scene: Scene) -> None:
    goal, market = scene.contest(), scene.market
    market.sell(market.rani, amount=30_000, days_ago=5)
    market.sell(market.sekar, amount=40_000, days_ago=5)
    scene.work()
    rani, sekar = market.rani.partner, market.sekar.partner
    with market.team.scope():
        period = scene.period(goal)

        def names(viewer: object) -> list[str]:
            return [row.name for row in selectors.board(goal, period, viewer)]  # type: ignore[arg-type]

        assert names(rani.pk) == ["", rani.name]
        assert names(None) == [sekar.name, rani.name]
        services.show_name(partner=sekar, actor=market.team.actor, shown=True)
        assert names(rani.pk) == [sekar.name, rani.name]
        services.show_name(partner=sekar, actor=market.team.actor, shown=False, goal=goal)
        assert names(rani.pk) == ["", rani.name]


def test_partners_hear_once_when_near_and_when_there(scene: Scene) -> None:
    goal, market = scene.make(), scene.market
    market.sell(amount=24_000, days_ago=5)  # 80 % of bronze
    scene.work()
    scene.look(goal)
    market.sell(amount=6_000, days_ago=4)
    scene.look(goal)
    scene.look(goal)
    scene.pass_days(goal, 10)
    scene.work()
    scene.look(goal)
    with market.team.scope():
        told = Notification.objects.filter(event__object_id=goal.pk)
        own = told.filter(user=market.rani.user).order_by("id")
        assert [row.subject for row in own] == [
            "Harvest goal: you are nearly there",
            "Harvest goal: target reached",
        ]
        staff = told.filter(user=market.team.manager)
        assert [row.body for row in staff] == ["It paid EUR\u00a010.00 to 1 partner."]


def test_two_workers_at_once_pay_once(scene: Scene) -> None:
    goal, market = scene.make(all_steps=True), scene.market
    for side in (market.rani, market.sekar):
        market.sell(side, amount=50_000, days_ago=5)
    scene.pass_days(goal, 10)
    failed: list[BaseException] = []

    def drain() -> None:
        try:
            for _again in range(12):
                evaluation.step(market.team.id)
        except BaseException as error:  # noqa: BLE001  told to the test
            failed.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=drain) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    scene.work()
    for side in (market.rani, market.sekar):
        assert scene.paid(goal, side) == [(1_000, "EUR"), (2_500, "EUR")]


def test_a_decision_that_was_lost_after_paying_pays_nothing_more(scene: Scene) -> None:
    """The occasion's key holds even where our own note of the line is gone."""
    goal = scene.make()
    scene.market.sell(amount=30_000, days_ago=5)
    scene.pass_days(goal, 10)
    scene.work()
    with scene.market.team.scope():
        GoalPayment.objects.filter(result__goal=goal).update(line=None)
    scene.work()
    assert scene.paid(goal) == [(1_000, "EUR")]
    assert len(scene.lines(scene.market.rani)) == 1
    with scene.market.team.scope():
        assert Occasion.objects.filter(kind="goal").count() == 1
