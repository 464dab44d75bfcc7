"""A partner's life: made, changed, suspended, brought back, ended."""

from typing import Any

import pytest

from activity.models import Event, Notification
from partners import selectors, services
from partners.models import Partner
from prm.errors import Conflict, Refusal, Unacceptable
from sellers.actors import Actor
from sellers.selectors import memberships_of
from tests.cast import Team, make_team, make_user, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def make_partner(team: Team, **fields: Any) -> Partner:
    values: dict[str, Any] = {"name": f"Ngopi {token()}", **fields}
    return services.create_partner(seller=team.seller, actor=team.actor, **values)


def test_every_partner_has_a_manager(team: Team) -> None:
    with team.scope():
        assert make_partner(team).manager.user == team.owner
        mine = services.create_partner(
            seller=team.seller, actor=Actor.person(team.manager), name="Mine"
        )
        assert mine.manager is not None
        assert mine.manager.user == team.manager
        by_clerk = services.create_partner(
            seller=team.seller, actor=Actor.person(team.finance), name="By clerk"
        )
        assert by_clerk.manager is not None
        assert by_clerk.manager.user == team.owner, "finance looks after nobody"
        with pytest.raises(Unacceptable) as caught:
            services.change_partner(partner=mine, actor=team.actor, manager=None)
        assert caught.value.errors[0].field == "manager"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 161),
        ("name", "zero\x00byte"),
        ("email", "nobody"),
        ("kind", "robot"),
        ("country", "XX"),
        ("country", "Germany"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://kopi.example"),
        ("website", "https://[broken"),
        ("notes", "x" * 5001),
        ("external_id", "x" * 121),
        ("status", "terminated"),
    ],
)
def test_bad_values_are_refused_by_the_field(team: Team, field: str, value: str) -> None:
    with team.scope():
        with pytest.raises(Unacceptable) as caught:
            make_partner(team, **{field: value})
        assert [error.field for error in caught.value.errors] == [field]


def test_an_own_id_is_given_once_per_seller(team: Team) -> None:
    key = token()
    with team.scope():
        make_partner(team, external_id=key)
        with pytest.raises(Conflict) as caught:
            make_partner(team, external_id=key)
        assert caught.value.errors[0].field == "external_id"
        make_partner(team, external_id="")
        make_partner(team, external_id=" ")
    other = make_team()
    with other.scope():
        make_partner(other, external_id=key)


def test_a_change_is_told_with_before_and_after(team: Team) -> None:
    with team.scope():
        partner = make_partner(team, country="DE")
        events = Event.objects.filter(object_id=partner.pk)
        before = events.count()
        changed = services.change_partner(partner=partner, actor=team.actor, country="id")
        assert changed.country == "ID"
        told = events.get(verb="partner.changed")
        assert told.changes == {"country": ["DE", "ID"]}
        assert told.partner_id == partner.pk
        services.change_partner(partner=changed, actor=team.actor, country="ID")
        assert events.count() == before + 1, "nothing differs, nothing is told"


def test_suspension_and_back(team: Team) -> None:
    rani = make_user("Rani")
    with team.scope():
        partner = make_partner(team)
        services.add_member(partner=partner, user=rani, role="admin", actor=team.actor)
        with pytest.raises(Unacceptable):
            services.suspend_partner(partner=partner, reason=" ", actor=team.actor)
        services.suspend_partner(partner=partner, reason="Brand bidding", actor=team.actor)
        assert partner.status == "suspended"
        assert partner.status_reason == "Brand bidding"
        notice = Notification.objects.filter(user=rani).latest("id")
        assert "Brand bidding" in notice.body
        assert notice.mail_due
        told = Event.objects.get(object_id=partner.pk, verb="partner.suspended")
        assert told.changes == {"status": ["active", "suspended"]}
        assert told.detail == {"reason": "Brand bidding"}
        services.reactivate_partner(partner=partner, actor=team.actor)
        assert partner.status == "active"
        assert partner.status_reason == ""


def test_who_moved_on_is_a_conflict(team: Team) -> None:
    with team.scope():
        partner = make_partner(team)
        stale = Partner.objects.get(pk=partner.pk)
        services.terminate_partner(partner=partner, reason="Closed his shop", actor=team.actor)
        for act in (services.suspend_partner, services.terminate_partner):
            with pytest.raises(Conflict):
                act(partner=stale, reason="late", actor=team.actor)
        with pytest.raises(Conflict):
            services.reactivate_partner(partner=stale, actor=team.actor)
        assert Partner.objects.get(pk=partner.pk).status == "terminated"


def test_reactivation_does_not_approve_an_applicant(team: Team) -> None:
    with team.scope():
        applicant = make_partner(team, status="applied")
        assert applicant.manager is None
        with pytest.raises(Conflict):
            services.reactivate_partner(partner=applicant, actor=team.actor)
        active = services.activate_partner(partner=applicant, actor=Actor.person(team.manager))
        assert active.manager is not None
        assert active.manager.user == team.manager


def test_duplicates_by_mail_domain_and_name(team: Team) -> None:
    with team.scope():
        mark = token()
        known = make_partner(
            team,
            name=f"Tassen {mark} GmbH",
            email=f"hi@{mark}.example",
            website=f"https://www.{mark}.example",
        )

        def shares(**sign: str) -> list[str]:
            found = selectors.possible_duplicates(**{"name": token(), **sign})  # type: ignore[arg-type]
            return [hit.shares for hit in found if hit.partner == known]

        assert shares(email=f"HI@{mark}.example") == ["email"]
        assert shares(website=f"http://{mark}.example/shop") == ["domain"]
        assert shares(name=f"tassen {mark}") == ["name"]
        assert shares() == []
        assert not selectors.possible_duplicates(name=known.name, apart_from=known.pk)


def test_another_seller_sees_nothing(team: Team) -> None:
    with team.scope():
        partner = make_partner(team)
    other = make_team()
    with other.scope(), pytest.raises(Refusal) as caught:
        selectors.partner_by_id(partner.pk)
    assert caught.value.status == 404


def test_seats_show_in_the_switcher(team: Team) -> None:
    rani = make_user("Rani")
    with team.scope():
        partner = make_partner(team)
        services.add_member(partner=partner, user=rani, role="finance", actor=team.actor)
        applied = make_partner(team, status="applied")
        services.add_member(partner=applied, user=rani, role="admin", actor=team.actor)
    (membership,) = memberships_of(rani)
    assert [(seat.partner_name, seat.role) for seat in membership.seats] == [
        (partner.name, "finance")
    ]
