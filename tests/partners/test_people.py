"""A partner's people: joining, roles, leaving; the last admin stays."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from activity.models import Event
from partners import selectors, services
from partners.models import Member, Partner
from prm.errors import Conflict, Unacceptable
from sellers import services as sellers
from sellers.models import User
from tests.cast import Team, last_mail_to, make_team, make_user, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def partner_with(team: Team, *roles: str) -> tuple[Partner, list[User]]:
    users = [make_user(f"Person {role}") for role in roles]
    with team.scope():
        partner = services.create_partner(seller=team.seller, actor=team.actor, name=token())
        for user, role in zip(users, roles, strict=True):
            services.add_member(partner=partner, user=user, role=role, actor=team.actor)
    return partner, users


def member(partner: Partner, user: User) -> Member:
    return Member.objects.select_related("partner", "user").get(partner=partner, user=user)


def test_adding_twice_adds_once(team: Team) -> None:
    partner, (rani,) = partner_with(team, "admin")
    with team.scope():
        again = services.add_member(partner=partner, user=rani, role="admin", actor=team.actor)
        assert again == member(partner, rani)
        with pytest.raises(Conflict):
            services.add_member(partner=partner, user=rani, role="member", actor=team.actor)
        with pytest.raises(Unacceptable) as caught:
            services.add_member(partner=partner, user=make_user(), role="king", actor=team.actor)
        assert caught.value.errors[0].field == "role"
        assert Event.objects.filter(partner_id=partner.pk, verb="member.added").count() == 1


def test_the_last_admin_stays(team: Team) -> None:
    partner, (rani, joko) = partner_with(team, "admin", "member")
    with team.scope():
        for act in (
            lambda: services.remove_member(member=member(partner, rani), actor=team.actor),
            lambda: services.change_member(
                member=member(partner, rani), role="finance", actor=team.actor
            ),
        ):
            with pytest.raises(Conflict) as caught:
                act()
            assert caught.value.errors[0].code == "last_admin"
        services.change_member(member=member(partner, joko), role="admin", actor=team.actor)
        services.remove_member(member=member(partner, rani), actor=team.actor)
        assert [m.user for m in selectors.people_of(partner)] == [joko]
        with pytest.raises(Conflict):
            services.remove_member(member=member(partner, rani), actor=team.actor)


def test_two_admins_cannot_remove_each_other(team: Team, rounds: int) -> None:
    for _round in range(rounds):
        partner, (rani, joko) = partner_with(team, "admin", "admin")
        answers: list[str] = []

        def remove(who: User, partner: Partner = partner, answers: list[str] = answers) -> None:
            try:
                with team.scope():
                    services.remove_member(member=member(partner, who), actor=team.actor)
                answers.append("done")
            except Conflict:
                answers.append("conflict")
            finally:
                connection.close()

        together(partial(remove, rani), partial(remove, joko))
        assert sorted(answers) == ["conflict", "done"]


def together(*acts: Callable[[], None]) -> None:
    """Run all at once and wait."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_an_invited_person_takes_his_seat(team: Team) -> None:
    partner, (_rani,) = partner_with(team, "admin")
    nia = make_user("Nia")
    with team.scope():
        invitation = services.invite_member(
            partner=partner, email=nia.email.upper(), role="finance", actor=team.actor
        )
        with pytest.raises(Conflict):
            services.invite_member(
                partner=partner, email=nia.email, role="member", actor=team.actor
            )
    mail = last_mail_to(nia.email)
    assert partner.name in f"{mail.subject}{mail.body}"
    sellers.accept_invitation(invitation=invitation, user=nia)
    with team.scope():
        assert member(partner, nia).role == "finance"
        with pytest.raises(Conflict) as caught:
            services.invite_member(
                partner=partner, email=nia.email, role="member", actor=team.actor
            )
        assert caught.value.errors[0].field == "email"


def test_an_ended_partnership_invites_nobody(team: Team) -> None:
    partner, _people = partner_with(team, "admin")
    with team.scope():
        services.terminate_partner(partner=partner, reason="Over", actor=team.actor)
        with pytest.raises(Conflict):
            services.invite_member(
                partner=partner, email="x@example.com", role="member", actor=team.actor
            )
