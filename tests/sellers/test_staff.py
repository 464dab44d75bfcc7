"""Roles, leaving, and the last owner."""

import threading

import pytest
from django.db import connection

from prm.errors import Conflict, Refusal, Unacceptable
from sellers import selectors, services
from sellers.actors import Actor
from sellers.models import Staff
from tests.cast import Team, join_team, make_team, make_user, staff_of
from tests.trail import last_event, told


def _change(team: Team, staff: Staff, role: str) -> Staff:
    with team.scope():
        return services.change_staff_role(staff=staff, role=role, actor=team.actor)


def test_a_new_role_is_recorded_and_told() -> None:
    team = make_team()
    _change(team, staff_of(team, team.manager), "finance")
    assert staff_of(team, team.manager).role == "finance"
    assert last_event(team).changes == {"role": ["manager", "finance"]}
    assert "Finance" in told(team, team.manager)[-1]


def test_an_unknown_role_is_refused() -> None:
    team = make_team()
    with pytest.raises(Unacceptable):
        _change(team, staff_of(team, team.manager), "emperor")


def test_the_last_owner_keeps_the_role_and_stays() -> None:
    team = make_team()
    owner = staff_of(team, team.owner)
    with pytest.raises(Conflict) as caught:
        _change(team, owner, "manager")
    assert caught.value.errors[0].field == "role"
    with pytest.raises(Conflict), team.scope():
        services.remove_staff(staff=owner, actor=team.actor)
    assert staff_of(team, team.owner).is_active


def test_with_a_second_owner_the_first_may_leave() -> None:
    team = make_team()
    _change(team, staff_of(team, team.manager), "owner")
    with team.scope():
        services.remove_staff(staff=staff_of(team, team.owner), actor=team.actor)
    assert selectors.memberships_of(team.owner) == []


def test_who_left_cannot_be_changed_but_may_come_back() -> None:
    team = make_team()
    left = staff_of(team, team.finance)
    with team.scope():
        services.remove_staff(staff=left, actor=team.actor)
    with pytest.raises(Conflict):
        _change(team, left, "manager")
    join_team(team.seller, team.owner, team.finance, "auditor")
    again = staff_of(team, team.finance)
    assert (again.pk, again.role, again.is_active) == (left.pk, "auditor", True)


def test_two_owners_leaving_at_once_leave_one(rounds: int) -> None:
    for _round in range(rounds):
        team = make_team()
        join_team(team.seller, team.owner, other := make_user("Otto Other"), "owner")
        rows = [staff_of(team, team.owner), staff_of(team, other)]
        start = threading.Barrier(2)
        refused: list[Refusal] = []

        def leave(
            row: Staff,
            team: Team = team,
            start: threading.Barrier = start,
            refused: list[Refusal] = refused,
        ) -> None:
            start.wait()
            try:
                with team.scope():
                    services.remove_staff(staff=row, actor=Actor.person(row.user))
            except Refusal as refusal:
                refused.append(refusal)
            finally:
                connection.close()

        threads = [threading.Thread(target=leave, args=(row,)) for row in rows]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        with team.scope():
            assert Staff.objects.filter(role="owner", is_active=True).count() == 1


def test_a_person_changes_his_own_profile() -> None:
    user = make_user()
    services.change_person(user=user, name=" New Name ", language="id", time_zone="Asia/Jakarta")
    user.refresh_from_db()
    assert (user.name, user.language, user.time_zone) == ("New Name", "id", "Asia/Jakarta")


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("language", "xx"), ("time_zone", "Nowhere")]
)
def test_a_bad_profile_is_refused_by_field(field: str, value: str) -> None:
    values = {"name": "A", "language": "", "time_zone": "", field: value}
    with pytest.raises(Unacceptable) as caught:
        services.change_person(user=make_user(), **values)
    assert [error.field for error in caught.value.errors] == [field]
