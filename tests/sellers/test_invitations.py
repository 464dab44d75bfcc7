"""Invitations: one personal link, once, for seven days, for the invited address only."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import Settings

from prm.errors import Conflict, NotAllowed, Unacceptable
from sellers import selectors, services
from sellers.models import Invitation
from tests.cast import (
    Team,
    last_mail_to,
    link_in,
    make_team,
    make_user,
    open_invitation,
    staff_of,
    token,
)
from tests.trail import told, verbs


def _token(message: EmailMessage) -> str:
    return link_in(message, "/join/").removeprefix("/join/").rstrip("/")


def _age(team: Team, invitation: Invitation) -> None:
    with team.scope():
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())


def test_the_link_is_mailed_and_only_its_hash_is_kept() -> None:
    team, guest = make_team(), make_user("Gita Guest")
    invitation = open_invitation(team, guest.email.upper())
    message = last_mail_to(guest.email)
    secret = _token(message)
    assert team.seller.name in message.subject
    assert secret not in invitation.token_hash
    found = selectors.invitation_by_token(secret)
    assert found == invitation
    with team.scope():
        assert Invitation.objects.get(pk=invitation.pk).mailed_at is not None


def test_accepting_gives_the_role_and_tells_the_inviter() -> None:
    team, guest = make_team(), make_user("Gita Guest")
    invitation = open_invitation(team, guest.email, "marketer")
    services.accept_invitation(invitation=invitation, user=guest)
    (membership,) = selectors.memberships_of(guest)
    assert membership.staff is not None
    assert membership.staff.role == "marketer"
    assert told(team, team.owner)[-1] == "Gita Guest joined the team as Marketer"
    assert verbs(team)[-2:] == ["invitation.sent", "staff.joined"]


def test_a_link_works_once() -> None:
    team, guest = make_team(), make_user()
    invitation = open_invitation(team, guest.email)
    secret = _token(last_mail_to(guest.email))
    services.accept_invitation(invitation=invitation, user=guest)
    assert selectors.invitation_by_token(secret) is None
    with pytest.raises(Conflict):
        services.accept_invitation(invitation=invitation, user=guest)


def test_only_the_verified_owner_of_the_address_may_accept() -> None:
    team = make_team()
    guest, other = make_user(verified=False), make_user()
    invitation = open_invitation(team, guest.email)
    for person in (guest, other):
        with pytest.raises(NotAllowed):
            services.accept_invitation(invitation=invitation, user=person)
        assert selectors.memberships_of(person) == []


def test_an_expired_link_is_over() -> None:
    team, guest = make_team(), make_user()
    invitation = open_invitation(team, guest.email)
    assert invitation.expires_at - timezone.now() <= timedelta(days=7)
    secret = _token(last_mail_to(guest.email))
    _age(team, invitation)
    assert selectors.invitation_by_token(secret) is None
    with pytest.raises(Conflict):
        services.accept_invitation(invitation=invitation, user=guest)


def test_sending_again_ends_the_old_link() -> None:
    team, guest = make_team(), make_user()
    invitation = open_invitation(team, guest.email)
    old = _token(last_mail_to(guest.email))
    _age(team, invitation)
    with team.scope():
        services.resend_invitation(invitation=invitation, actor=team.actor)
    new = _token(last_mail_to(guest.email))
    assert selectors.invitation_by_token(old) is None
    found = selectors.invitation_by_token(new)
    assert found is not None
    services.accept_invitation(invitation=found, user=guest)
    with pytest.raises(Conflict), team.scope():
        services.resend_invitation(invitation=found, actor=team.actor)


def test_a_withdrawn_invitation_is_over() -> None:
    team, guest = make_team(), make_user()
    invitation = open_invitation(team, guest.email)
    with team.scope():
        services.withdraw_invitation(invitation=invitation, actor=team.actor)
    with pytest.raises(Conflict):
        services.accept_invitation(invitation=invitation, user=guest)
    open_invitation(team, guest.email)


def test_a_second_address_of_a_member_changes_nothing() -> None:
    team = make_team()
    second = f"ola-{token()}@example.com"
    EmailAddress.objects.create(user=team.owner, email=second, verified=True)
    invitation = open_invitation(team, second, "auditor")
    with pytest.raises(Conflict):
        services.accept_invitation(invitation=invitation, user=team.owner)
    assert staff_of(team, team.owner).role == "owner"


def test_one_open_invitation_per_address() -> None:
    team, address = make_team(), f"gita-{token()}@example.com"
    first = open_invitation(team, address)
    with pytest.raises(Conflict) as caught:
        open_invitation(team, address.title())
    assert caught.value.errors[0].field == "email"
    _age(team, first)
    open_invitation(team, address)


def test_who_belongs_to_the_team_is_not_invited() -> None:
    team = make_team()
    with pytest.raises(Conflict) as caught:
        open_invitation(team, team.finance.email)
    assert caught.value.errors[0].field == "email"


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "two words@example.com", "x\x00@e.com"])
def test_a_bad_address_is_refused(address: str) -> None:
    team = make_team()
    with pytest.raises(Unacceptable) as caught:
        open_invitation(team, address)
    assert caught.value.errors[0].field == "email"


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(Unacceptable):
        open_invitation(make_team(), "gita@example.com", "emperor")


def test_a_mail_server_that_is_away_does_not_undo_the_invitation(
    settings: Settings,
) -> None:
    team = make_team()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invitation = open_invitation(team, f"gita-{token()}@example.com")
    with team.scope():
        kept = Invitation.objects.get(pk=invitation.pk)
    assert kept.mailed_at is None


def test_the_mail_is_in_the_persons_language() -> None:
    team, guest = make_team(), make_user(language="id")
    open_invitation(team, guest.email)
    assert mail.outbox, "a mail went out"
    assert last_mail_to(guest.email).reply_to == [team.owner.email]


def test_another_sellers_invitation_is_out_of_reach() -> None:
    team, other = make_team(), make_team()
    invitation = open_invitation(team, f"gita-{token()}@example.com")
    with other.scope():
        assert not selectors.team_invitations().filter(pk=invitation.pk).exists()
        with pytest.raises(Conflict):
            services.withdraw_invitation(invitation=invitation, actor=other.actor)
