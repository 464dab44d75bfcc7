"""Who recruited whom: a line upwards that never closes to a circle."""

import threading
import uuid
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from activity.models import Event
from partners import selectors, services
from partners.models import Partner
from prm.errors import Refusal, Unacceptable
from tests.cast import Team, make_partner, make_team, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def line_of(team: Team, count: int) -> list[Partner]:
    """New partners, each recruited by the one after him."""
    partners = [make_partner(team, name=f"Kedai {token()}") for _place in range(count)]
    for lower, upper in pairwise(partners):
        recruit(team, lower, upper)
    return partners


def recruit(team: Team, partner: Partner, recruiter: Partner | None) -> Partner:
    """Say that `recruiter` recruited `partner`."""
    with team.scope():
        return services.set_recruiter(partner=partner, recruiter=recruiter, actor=team.actor)


def above(team: Team, partner: Partner) -> list[uuid.UUID]:
    """Everybody above the partner, the nearest first."""
    with team.scope():
        return selectors.recruiters_above(partner.pk)


def test_a_recruiter_is_set_changed_and_taken_away(team: Team) -> None:
    first, second, third = line_of(team, 3)
    assert above(team, first) == [second.pk, third.pk]
    assert recruit(team, first, third).recruited_by_id == third.pk
    assert recruit(team, first, third).recruited_by_id == third.pk
    assert recruit(team, first, None).recruited_by_id is None
    with team.scope():
        told = [event.changes for event in Event.objects.filter(object_id=first.pk).order_by("id")]
    names = [change["recruited_by"] for change in told if "recruited_by" in change]
    assert names == [["", second.name], [second.name, third.name], [third.name, ""]]


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_a_circle_is_refused_at_any_depth(team: Team, depth: int) -> None:
    line = line_of(team, depth)
    with pytest.raises(Unacceptable) as caught:
        recruit(team, line[-1], line[0])
    (error,) = caught.value.errors
    assert (error.field, error.code) == ("recruited_by", "self" if depth == 1 else "circle")
    assert above(team, line[-1]) == []


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised, all run in threads started together."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            results[place] = act()
        except Refusal as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_of_two_that_would_close_a_circle_one_is_refused(team: Team) -> None:
    for _round in range(5):
        left, right = line_of(team, 1) + line_of(team, 1)
        results = at_once(
            partial(recruit, team, left, right),
            partial(recruit, team, right, left),
        )
        assert sorted(isinstance(one, Unacceptable) for one in results) == [False, True]
        assert not (above(team, left) and above(team, right))


def test_two_ends_of_two_lines_cannot_be_tied_at_once(team: Team) -> None:
    """Neither act touches a row of the other, and only both together close the circle."""
    for _round in range(5):
        low, high = line_of(team, 3), line_of(team, 3)
        results = at_once(
            partial(recruit, team, low[-1], high[0]),
            partial(recruit, team, high[-1], low[0]),
        )
        assert sorted(isinstance(one, Unacceptable) for one in results) == [False, True]
