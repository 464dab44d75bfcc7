"""Invitations to apply: mailed once, personal, and what the application does to the prospect."""

import smtplib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from activity.models import Event, Notification
from campaigns import prospect_mail, services
from campaigns import prospect_selectors as fits
from campaigns.fit import Profile
from campaigns.models import Program, ProspectFit, ProspectInvitation
from campaigns.services import prospect_invitations as invitations
from campaigns.services import wanted
from partners.models import Prospect
from partners.services import prospects, reach
from partners.services.reach import ChannelInput
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from sellers.models import User
from tests.campaigns.scene import hand_in, make_program
from tests.cast import Team, last_mail_to, link_in, make_team, make_user, token


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def found(team: Team, **fields: Any) -> Prospect:
    """A prospect with an address of his own; needs the seller's scope."""
    values = {"name": f"Kopi {token()}", "email": f"p-{token()}@example.com", **fields}
    return prospects.create_prospect(seller=team.seller, actor=team.actor, **values)


def invited(team: Team, program: Program, **fields: Any) -> ProspectInvitation:
    """An invitation of a new prospect; needs the seller's scope."""
    return invitations.invite_prospect(
        prospect=found(team, **fields), program=program, actor=team.actor
    )


def stage_of(prospect: Prospect) -> str:
    """The stage as it is now; needs the seller's scope."""
    return Prospect.objects.get(pk=prospect.pk).stage


def token_of(invitation: ProspectInvitation) -> str:
    """The token in the mail, after it was sent."""
    return link_in(last_mail_to(invitation.email), "/invited/").rstrip("/").rsplit("/", 1)[1]


def claimed(invitation: ProspectInvitation, user: User) -> None:
    """The person begins the application from the link; needs the seller's scope."""
    invitations.claim_invitation(invitation=invitation, user=user, actor=Actor.person(user))


def test_the_mail_leaves_once_and_takes_the_token_with_it(team: Team) -> None:
    with team.scope():
        program = make_program(team, name="Friends of Beans")
        prospect = found(team, name="Blue Parrot")
        invitation = invitations.invite_prospect(
            prospect=prospect, program=program, actor=team.actor, message="Your film was lovely."
        )
        assert stage_of(prospect) == "invited"
        assert bytes(ProspectInvitation.objects.get(pk=invitation.pk).sealed)
    prospect_mail.step(team.id)
    prospect_mail.step(team.id)
    letter = last_mail_to(invitation.email)
    assert "invites you to Friends of Beans" in letter.subject
    assert "Your film was lovely." in letter.body
    assert letter.reply_to == [team.owner.email]
    with team.scope():
        kept = ProspectInvitation.objects.get(pk=invitation.pk)
        assert (bytes(kept.sealed), kept.mail_due) == (b"", False)
        assert kept.mailed_at is not None
        assert kept.state_now == "sent"
        secret = token_of(invitation)
        assert secret not in str(vars(kept))
        behind = fits.invitation_by_token(secret)
        assert behind is not None
        assert behind.pk == kept.pk
        assert fits.invitation_by_token(secret + "x") is None
        assert not ProspectInvitation.objects.filter(mail_due=True).exists()
    with make_team().scope():
        assert fits.invitation_by_token(secret) is None


def test_a_mail_that_fails_waits_and_is_tried_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    with team.scope():
        invitation = invited(team, make_program(team))

    def away(_self: object, _messages: object) -> int:
        raise smtplib.SMTPServerDisconnected("away")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", away)
        prospect_mail.step(team.id)
    prospect_mail.step(team.id)
    with team.scope():
        rows = ProspectInvitation.objects.filter(pk=invitation.pk)
        kept = rows.get()
        assert (kept.mailed_at, kept.mail_attempts, kept.mail_due) == (None, 1, True)
        rows.update(mail_not_before=timezone.now())
    prospect_mail.step(team.id)
    with team.scope():
        assert rows.get().mailed_at is not None
        assert fits.invitation_by_token(token_of(invitation)) is not None


def test_who_cannot_be_invited(team: Team) -> None:
    with team.scope():
        program, draft = make_program(team), make_program(team, opened=False)
        prospect = found(team, email="")
        with pytest.raises(Unacceptable) as caught:
            invitations.invite_prospect(prospect=prospect, program=program, actor=team.actor)
        assert caught.value.errors[0].field == "email"
        with pytest.raises(Conflict):
            invitations.invite_prospect(
                prospect=prospect, program=draft, actor=team.actor, email="a@b.example"
            )
        invitations.invite_prospect(
            prospect=prospect, program=program, actor=team.actor, email="A@b.example"
        )
        prospect.refresh_from_db()
        assert prospect.email == "a@b.example"
        with pytest.raises(Conflict) as twice:
            invitations.invite_prospect(prospect=prospect, program=program, actor=team.actor)
        assert twice.value.errors[0].code == "invited"
        applied = found(team)
        prospects.set_stage(prospect=applied, to="applied", actor=team.actor)
        with pytest.raises(Conflict):
            invitations.invite_prospect(prospect=applied, program=program, actor=team.actor)


def test_an_expired_invitation_makes_room_for_a_new_one(team: Team) -> None:
    with team.scope():
        first = invited(team, make_program(team))
        rows = ProspectInvitation.objects.filter(pk=first.pk)
        rows.update(expires_at=timezone.now() - timedelta(seconds=1))
        second = invitations.invite_prospect(
            prospect=first.prospect, program=first.program, actor=team.actor
        )
        assert second.pk != first.pk
        assert rows.get().state_now == "withdrawn"


def test_withdrawn_means_back_in_talks_and_no_mail(team: Team) -> None:
    with team.scope():
        invitation = invited(team, make_program(team))
        invitations.withdraw_invitation(invitation=invitation, actor=team.actor)
        assert stage_of(invitation.prospect) == "talking"
        with pytest.raises(Conflict):
            invitations.withdraw_invitation(invitation=invitation, actor=team.actor)
    prospect_mail.step(team.id)
    with pytest.raises(LookupError):
        last_mail_to(invitation.email)


def test_sent_again_the_old_link_ends(team: Team) -> None:
    with team.scope():
        invitation = invited(team, make_program(team))
    prospect_mail.step(team.id)
    old = token_of(invitation)
    with team.scope():
        invitations.invite_again(invitation=invitation, actor=team.actor)
    prospect_mail.step(team.id)
    with team.scope():
        assert fits.invitation_by_token(old) is None
        assert fits.invitation_by_token(token_of(invitation)) is not None
        assert stage_of(invitation.prospect) == "invited"


def test_who_says_no_is_left_alone(team: Team) -> None:
    with team.scope():
        invitation = invited(team, make_program(team))
        other = invitations.invite_prospect(
            prospect=invitation.prospect, program=make_program(team), actor=team.actor
        )
        invitations.decline_invitation(invitation=invitation)
        prospect = Prospect.objects.get(pk=invitation.prospect_id)
        assert (prospect.stage, prospect.no_contact) == ("dropped", True)
        assert ProspectInvitation.objects.get(pk=other.pk).state_now == "withdrawn"
        with pytest.raises(Conflict) as caught:
            invitations.invite_prospect(
                prospect=prospect, program=invitation.program, actor=team.actor
            )
        assert "not to be written to" in caught.value.message
        event = Event.objects.get(verb="prospect.declined", object_id=prospect.pk)
        assert Notification.objects.filter(event=event, user=team.owner).exists()


def test_the_stage_follows_the_application_from_the_link(team: Team) -> None:
    """By the link, though the applicant's address is another one."""
    ayu = make_user("Ayu")
    with team.scope():
        invitation = invited(team, make_program(team))
        prospect = invitation.prospect
        reach.set_channels(
            holder=prospect, channels=[ChannelInput("x", "kopi", audience=9)], actor=team.actor
        )
        claimed(invitation, ayu)
        application = hand_in(invitation.program, ayu)
        prospect.refresh_from_db()
        assert (prospect.stage, prospect.partner_id) == ("applied", application.partner_id)
        kept = ProspectInvitation.objects.get(pk=invitation.pk)
        assert (kept.application_id, kept.state_now) == (application.pk, "applied")
        services.approve_application(application=application, actor=team.actor)
        assert stage_of(prospect) == "joined"
        assert application.partner.channels.get().audience == 9
        moves = Event.objects.filter(object_id=prospect.pk, verb="prospect.moved").order_by("id")
        stages = [event.changes["stage"][1] for event in moves]
        assert stages == ["invited", "applied", "joined"]


def test_the_stage_follows_an_application_by_the_address(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        prospect = found(team, email=ayu.email)
        application = hand_in(make_program(team), ayu)
        assert stage_of(prospect) == "applied"
        services.reject_application(application=application, reason="Not a match", actor=team.actor)
        prospect.refresh_from_db()
        assert (prospect.stage, prospect.stage_reason) == ("rejected", "Not a match")


def test_a_shared_name_ties_nobody(team: Team) -> None:
    """A control: only the link or the very address does."""
    with team.scope():
        prospect = found(team, name="Kedai Rame", website="https://kedai-rame.example")
        hand_in(
            make_program(team),
            company=services.Company(
                name="Kedai Rame", country="ID", website="https://kedai-rame.example"
            ),
        )
        assert stage_of(prospect) == "found"


def test_a_rejection_waits_for_the_other_application(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        prospect = found(team, email=ayu.email)
        first = hand_in(make_program(team), ayu)
        second = hand_in(make_program(team), ayu)
        services.reject_application(application=first, reason="No", actor=team.actor)
        assert stage_of(prospect) == "applied"
        services.approve_application(application=second, actor=team.actor)
        assert stage_of(prospect) == "joined"


def test_scores_are_kept_by_the_worker_and_follow_changes(team: Team) -> None:
    with team.scope():
        program = make_program(team)
        prospect = found(team, niches=["coffee"], country="ID")
        wanted.save_wanted_profile(
            program=program,
            profile=Profile(niches=["Coffee"], countries=["de"]),
            actor=team.actor,
        )
        assert not ProspectFit.objects.filter(prospect=prospect).exists()
        assert Prospect.objects.get(pk=prospect.pk).fit_due

    def score() -> int | None:
        while wanted.step(team.id):
            pass
        with team.scope():
            rows = fits.with_fit(Prospect.objects.filter(pk=prospect.pk), str(program.pk))
            row: Any = rows.get()
            found_score: int | None = row.fit_score
            return found_score

    assert score() == 50
    with team.scope():
        prospects.change_prospect(prospect=prospect, actor=team.actor, country="DE")
    assert score() == 100
    with team.scope():
        wanted.save_wanted_profile(
            program=program,
            profile=Profile(niches=["coffee"], least_audience=100),
            actor=team.actor,
        )
        reach.set_channels(
            holder=prospect, channels=[ChannelInput("x", "k", audience=50)], actor=team.actor
        )
    assert score() == 75
    with team.scope():
        wanted.save_wanted_profile(program=program, profile=Profile(), actor=team.actor)
    assert score() is None


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        (Profile(countries=["QQ"]), "countries"),
        (Profile(platforms=["myspace"]), "platforms"),
        (Profile(content_kinds=["dance"]), "content_kinds"),
        (Profile(languages=["klingon"]), "languages"),
        (Profile(niches=["x" * 41]), "niches"),
        (Profile(least_audience=0), "least_audience"),
        (Profile(least_audience=9, most_audience=8), "most_audience"),
        (Profile(least_engagement=Decimal(101)), "least_engagement"),
        (Profile(weights={"niches": "huge"}), "weights.niches"),
        (Profile(weights={"hair": "must"}), "weights.hair"),
    ],
)
def test_wrong_profiles_are_refused_by_the_field(team: Team, profile: Profile, field: str) -> None:
    with team.scope(), pytest.raises(Unacceptable) as caught:
        wanted.checked_profile(profile)
    assert caught.value.errors[0].field == field
