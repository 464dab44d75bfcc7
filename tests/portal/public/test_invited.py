"""The page behind a personal invitation: read, answered, and what it fills in."""

import pytest
from django.test import Client

from campaigns import prospect_mail
from campaigns.models import Program, ProspectInvitation
from campaigns.services import prospect_invitations
from partners.models import Prospect
from partners.services import prospects
from tests.campaigns.scene import make_program
from tests.cast import (
    PASSWORD,
    Team,
    last_mail_to,
    link_in,
    make_team,
    make_user,
    signed_in,
    stranger,
    token,
)


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def invited(team: Team) -> tuple[str, ProspectInvitation]:
    """The path of the link in the mail, and the invitation."""
    with team.scope():
        prospect = prospects.create_prospect(
            seller=team.seller,
            actor=team.actor,
            name=f"Blue Parrot {token()}",
            email=f"ana-{token()}@example.com",
            kind="person",
            country="DE",
            website="https://parrot.example/",
        )
        invitation = prospect_invitations.invite_prospect(
            prospect=prospect,
            program=make_program(team, name=f"Circle {token()}"),
            actor=team.actor,
            message="We <3 your films",
        )
    prospect_mail.step(team.id)
    return link_in(last_mail_to(invitation.email), "/invited/"), invitation


def now(team: Team, invitation: ProspectInvitation) -> tuple[ProspectInvitation, Prospect]:
    with team.scope():
        kept = ProspectInvitation.objects.select_related("prospect").get(pk=invitation.pk)
        return kept, kept.prospect


def apply_url(team: Team, program: Program) -> str:
    return f"/{team.seller.slug}/programs/{program.slug}/apply/"


def hand_in(browser: Client, team: Team, invitation: ProspectInvitation) -> None:
    answer = browser.post(
        apply_url(team, invitation.program),
        {"kind": "person", "name": "Ana’s Parrot", "website": "", "country": "DE",
         "terms_version": "1", "accept": "on"},
    )  # fmt: skip
    assert answer.status_code == 302


def test_reading_the_page_changes_nothing(team: Team) -> None:
    link, invitation = invited(team)
    page = stranger().get(link)
    assert page.status_code == 200
    assert invitation.program.name in page.text
    assert "We &lt;3 your films" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    kept, prospect = now(team, invitation)
    assert (kept.state_now, prospect.stage) == ("sent", "invited")


def test_who_has_an_account_finds_the_application_filled_in(team: Team) -> None:
    link, invitation = invited(team)
    browser = signed_in(make_user("Ana"))
    answer = browser.post(link, {"answer": "yes"})
    assert answer.headers["Location"] == apply_url(team, invitation.program)
    form = browser.get(answer.headers["Location"]).text
    assert f'value="{invitation.prospect.name}"' in form
    assert 'value="https://parrot.example/"' in form
    assert '<option value="DE" selected' in form
    assert now(team, invitation)[0].state_now == "started"
    hand_in(browser, team, invitation)
    kept, prospect = now(team, invitation)
    assert (kept.state_now, prospect.stage) == ("applied", "applied")
    with team.scope():
        assert prospect.partner is not None
        assert prospect.partner.name == "Ana’s Parrot"
    assert stranger().get(link).status_code == 404


def test_a_newcomer_needs_no_second_mail_and_comes_back_to_the_application(team: Team) -> None:
    link, invitation = invited(team)
    browser = stranger()
    browser.post(link, {"answer": "yes"})
    away = browser.get(apply_url(team, invitation.program))
    assert "/accounts/signup/" in away.headers["Location"]
    answer = browser.post(
        away.headers["Location"],
        {"name": "Ana", "email": invitation.email, "password1": PASSWORD},
    )
    assert answer.headers["Location"] == apply_url(team, invitation.program)
    assert invitation.prospect.name in browser.get(answer.headers["Location"]).text
    hand_in(browser, team, invitation)
    assert now(team, invitation)[1].stage == "applied"


def test_the_link_fills_in_its_own_program_only(team: Team) -> None:
    link, invitation = invited(team)
    with team.scope():
        other = make_program(team)
    browser = signed_in(make_user("Ana"))
    browser.post(link, {"answer": "yes"})
    assert invitation.prospect.name not in browser.get(apply_url(team, other)).text
    assert now(team, invitation)[0].claimed_by is None


def test_the_first_person_keeps_the_link(team: Team) -> None:
    link, invitation = invited(team)
    first, second = make_user("Ana"), make_user("Bea")
    for person in (first, second):
        browser = signed_in(person)
        browser.post(link, {"answer": "yes"})
        browser.get(apply_url(team, invitation.program))
    hand_in(browser, team, invitation)
    assert now(team, invitation)[1].stage == "invited"
    assert now(team, invitation)[0].claimed_by == first


def test_saying_no_ends_it(team: Team) -> None:
    link, invitation = invited(team)
    browser = stranger()
    page = browser.post(link, {"answer": "no"})
    assert page.status_code == 200
    assert invitation.email in page.text
    kept, prospect = now(team, invitation)
    assert (kept.state_now, prospect.stage, prospect.no_contact) == ("declined", "dropped", True)
    assert browser.get(link).status_code == 404


def test_a_closed_program_a_wrong_token_and_another_seller_say_it_is_over(team: Team) -> None:
    link, invitation = invited(team)
    assert stranger().get(link[:-2] + "x/").status_code == 404
    assert (
        stranger().get(link.replace(team.seller.slug, make_team().seller.slug)).status_code == 404
    )
    with team.scope():
        Program.objects.filter(pk=invitation.program_id).update(status="closed")
    page = stranger().get(link)
    assert page.status_code == 404
    assert "This invitation is over" in page.text
