"""What a goal may be, how its terms change and end, and who sees it."""

from datetime import timedelta
from typing import Any

import pytest

from commissions.goals import evaluation, selectors, services
from commissions.goals.services import terms_of
from commissions.goals.terms import Terms
from commissions.models import Goal
from prm.errors import Conflict, Unacceptable
from tests.commissions.goals_scene import SILVER, Scene, local_today, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_new_terms_hold_for_windows_that_have_not_begun(scene: Scene) -> None:
    goal, market = scene.make(window="month", starts_on=local_today(), ends_on=None), scene.market
    scene.work()
    before = scene.period(goal)
    with market.team.scope():
        newest = goal.versions.latest("number")
        services.change_goal(
            goal=goal,
            actor=market.team.actor,
            new_terms=Terms(**{**vars(terms_of(newest)), "steps": [SILVER]}),
        )
        goal = selectors.goal_by_id(goal.pk)
        assert evaluation.version_for(goal, before.starts_on).number == 1
        assert evaluation.version_for(goal, before.ends_on + timedelta(days=1)).number == 2
        with pytest.raises(Unacceptable, match="live goal keeps this"):
            services.change_goal(goal=goal, actor=market.team.actor, fields={"metric": "clicks"})


def test_terms_of_a_goal_whose_last_window_has_begun_stay(scene: Scene) -> None:
    goal = scene.make()
    with scene.market.team.scope(), pytest.raises(Conflict):
        services.change_goal(
            goal=goal, actor=scene.market.team.actor, new_terms=Terms(steps=[SILVER])
        )


def test_an_ended_goal_finishes_the_window_that_has_begun(scene: Scene) -> None:
    first = local_today().replace(day=1)
    goal = scene.make(window="month", starts_on=first, ends_on=None)
    scene.market.sell(amount=30_000, days_ago=0.01)
    scene.work()
    with scene.market.team.scope():
        ended = services.end_goal(goal=goal, actor=scene.market.team.actor)
        assert ended.status == "ended"
        assert ended.ends_on == scene.period(goal).ends_on
        with pytest.raises(Conflict):
            services.end_goal(goal=goal, actor=scene.market.team.actor)
    scene.work()
    with scene.market.team.scope():
        locked = Goal.objects.select_related("seller", "program").get(pk=goal.pk)
        evaluation.look(locked, scene.period(goal).closes_at)
    scene.work()
    assert scene.paid(goal) == [(1_000, "EUR")]


def test_a_goal_ended_before_its_first_day_never_begins(scene: Scene) -> None:
    first = local_today() + timedelta(days=3)
    goal = scene.make(starts_on=first, ends_on=first + timedelta(days=5))
    with scene.market.team.scope():
        services.end_goal(goal=goal, actor=scene.market.team.actor)
    scene.pass_days(goal, 3)
    with scene.market.team.scope():
        Goal.objects.filter(pk=goal.pk).update(look_at=None)
        assert selectors.running_span(selectors.goal_by_id(goal.pk)) is None


def test_a_draft_can_be_thrown_away_and_a_live_goal_cannot(scene: Scene) -> None:
    draft, live = scene.make(live=False), scene.make()
    with scene.market.team.scope():
        services.delete_goal(goal=draft, actor=scene.market.team.actor)
        assert not Goal.objects.filter(pk=draft.pk).exists()
        with pytest.raises(Conflict):
            services.delete_goal(goal=live, actor=scene.market.team.actor)


def test_a_goal_cannot_begin_in_a_window_that_is_over(scene: Scene) -> None:
    before = local_today().replace(day=1) - timedelta(days=1)
    with pytest.raises(Unacceptable, match="first day lies in a period that is over"):
        scene.make(window="month", starts_on=before, ends_on=None)
    with pytest.raises(Unacceptable, match="last day is over"):
        scene.make(starts_on=before, ends_on=local_today() - timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"metric": "smiles"}, "metric"),
        ({"window": "decade"}, "window"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": local_today() - timedelta(days=40)}, "ends_on"),
        ({"steps": []}, "steps"),
        ({"kind": "contest"}, "steps"),
    ],
)
def test_faults_are_named_by_field(scene: Scene, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unacceptable) as caught:
        scene.make(**changes)
    assert field in {error.field for error in caught.value.errors}


def test_a_rehearsal_says_what_it_would_have_cost(scene: Scene) -> None:
    market = scene.market
    market.sell(market.rani, amount=30_000, days_ago=25)
    market.sell(market.sekar, amount=60_000, days_ago=25)
    market.sell(market.rani, amount=30_000, days_ago=55)
    goal = scene.make(live=False)
    with market.team.scope():
        found = selectors.rehearse(selectors.goal_by_id(goal.pk))
    assert [(one.partners, one.costs) for one in found] == [
        (0, {}),
        (1, {"EUR": 1_000}),
        (2, {"EUR": 3_500}),
    ]


def test_a_partner_sees_his_goals_only(scene: Scene) -> None:
    market = scene.market
    mine, other = scene.make(), scene.make(partner=market.sekar.partner)
    scene.make(live=False)
    with market.team.scope():
        rani = market.rani.partner.pk
        assert {one.pk for one in selectors.goals_for(rani)} == {mine.pk}
        assert {one.pk for one in selectors.goals_for(market.sekar.partner.pk)} == {
            mine.pk,
            other.pk,
        }
        progress = selectors.progress_of(selectors.goal_for(rani, mine.pk), rani)
    assert progress is not None
    assert (progress.value, progress.target, progress.days_left) == (0, 30_000, 9)
