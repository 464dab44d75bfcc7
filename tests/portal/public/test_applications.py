"""A seller's program page, and applying on it."""

import html
from typing import Any

import pytest
from django.test import Client

from campaigns import selectors, services
from campaigns.models import Application, Program
from partners import services as partners
from tests.campaigns.scene import make_partner, make_program
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

QUESTIONS = [
    {"key": "how", "label": "How do you sell?", "kind": "long"},
    {"key": "site", "label": "Your channel", "kind": "url", "required": False},
    {"key": "where", "label": "Where?", "kind": "choice", "choices": ["Here", "There"]},
    {"key": "agree", "label": "I mark paid posts", "kind": "consent"},
]
FINE = {
    "kind": "company",
    "name": "Kedai Pojok",
    "website": "",
    "country": "ID",
    "answer_how": "A blog",
    "answer_where": "Here",
    "answer_agree": "on",
    "terms_version": "1",
    "accept": "on",
}


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def page_of(team: Team, program: Program) -> str:
    return f"/{team.seller.slug}/programs/{program.slug}/"


def opened(team: Team, **settings: Any) -> Program:
    values: dict[str, Any] = {"questions": QUESTIONS, **settings}
    with team.scope():
        return make_program(team, **values)


def test_anybody_reads_the_page_in_the_sellers_colours(team: Team) -> None:
    program = opened(team, name=f"Friends {token()}", terms="<script>x</script>")
    page = stranger().get(page_of(team, program))
    assert program.name in page.text
    assert "&lt;script&gt;" in page.text
    assert "/brand/" in page.text
    assert program.name in stranger().get(f"/{team.seller.slug}/programs/").text
    assert stranger().get(f"/{team.seller.slug}/programs/nothing-here/").status_code == 404


def test_a_newcomer_signs_up_and_comes_back(team: Team) -> None:
    program, browser = opened(team), stranger()
    apply = page_of(team, program) + "apply/"
    away = browser.get(apply)
    assert away.status_code == 302
    assert "/accounts/signup/" in away.headers["Location"]
    address = f"nia-{token()}@example.com"
    browser.post(away.headers["Location"], {"name": "Nia", "email": address, "password1": PASSWORD})
    confirm = link_in(last_mail_to(address), "/confirm-email/")
    answer = browser.post(confirm)
    if "login" in answer.headers["Location"]:
        answer = browser.post(answer.headers["Location"], {"login": address, "password": PASSWORD})
    assert answer.headers["Location"] == apply
    assert "Hand in application" in browser.get(apply).text


def test_handing_in_waiting_and_being_approved(team: Team) -> None:
    program, ayu = opened(team), make_user("Ayu")
    browser, apply = signed_in(ayu), page_of(team, program) + "apply/"
    assert "How do you sell?" in browser.get(apply).text
    assert browser.post(apply, FINE).status_code == 302
    assert "has it" in browser.get(apply).text
    browser.post(apply, FINE)
    with team.scope():
        application = Application.objects.get(program=program)
        assert application.address == "127.0.0.1"
        assert [answer["value"] for answer in application.answers] == ["A blog", "", "Here", "yes"]
        services.approve_application(application=application, actor=team.actor)
    assert "You are in" in browser.get(apply).text
    assert browser.get(team.url("programs/", "portal")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"country": ""}, "country"),
        ({"website": "javascript:1"}, "website"),
        ({"answer_how": ""}, "answer_how"),
        ({"answer_how": "x" * 4001}, "answer_how"),
        ({"answer_site": "not a site"}, "answer_site"),
        ({"answer_where": "Nowhere"}, "answer_where"),
        ({"answer_agree": ""}, "answer_agree"),
        ({"accept": ""}, "accept"),
    ],
)
def test_mistakes_stand_by_their_field(team: Team, changes: dict[str, str], field: str) -> None:
    program = opened(team)
    browser = signed_in(make_user())
    answer = browser.post(page_of(team, program) + "apply/", {**FINE, **changes})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text
    with team.scope():
        assert not Application.objects.filter(program=program).exists()


def test_terms_that_changed_meanwhile_are_read_again(team: Team) -> None:
    program = opened(team)
    with team.scope():
        services.change_program(program=program, actor=team.actor, terms="Newer terms.")
    browser = signed_in(make_user())
    answer = browser.post(page_of(team, program) + "apply/", FINE)
    assert answer.status_code == 422
    assert "The terms have changed" in answer.text
    assert (
        browser.post(page_of(team, program) + "apply/", {**FINE, "terms_version": "x"}).status_code
        == 422
    )


def test_a_rejected_applicant_reads_why_and_when_again(team: Team) -> None:
    program, ayu = opened(team), make_user("Ayu")
    browser, apply = signed_in(ayu), page_of(team, program) + "apply/"
    browser.post(apply, FINE)
    with team.scope():
        application = Application.objects.get(program=program)
        services.reject_application(
            application=application, reason="Too few readers", actor=team.actor
        )
    page = browser.get(apply).text
    assert "Too few readers" in page
    assert "You may apply again from" in page
    with team.scope():
        services.change_program(program=program, actor=team.actor, reapply_days=0)
    assert browser.post(apply, FINE).status_code == 302
    with team.scope():
        assert Application.objects.filter(program=program).count() == 2


def test_a_program_that_takes_everybody_opens_the_portal_at_once(team: Team) -> None:
    program, browser = opened(team, auto_approve=True), signed_in(make_user())
    apply = page_of(team, program) + "apply/"
    assert browser.post(apply, FINE).status_code == 302
    assert "You are in" in browser.get(apply).text


def test_partners_people_apply_for_their_partner(team: Team) -> None:
    program, rani, joko = opened(team, questions=[]), make_user("Rani"), make_user("Joko")
    with team.scope():
        partner = make_partner(team, user=rani)
        partners.add_member(partner=partner, user=joko, role="member", actor=team.actor)
    apply = page_of(team, program) + "apply/"
    assert "An admin of your partner applies" in signed_in(joko).get(apply).text
    page = signed_in(rani).get(apply).text
    assert partner.name in page
    assert 'name="name"' not in page
    signed_in(rani).post(apply, {"terms_version": "1", "accept": "on"})
    with team.scope():
        assert selectors.open_applications(partner).count() == 1


def test_a_closed_program_says_so(team: Team) -> None:
    program = opened(team)
    with team.scope():
        services.close_program(program=program, actor=team.actor)
    browser = signed_in(make_user())
    apply = page_of(team, program) + "apply/"
    assert "takes no applications" in html.unescape(browser.get(apply).text)
    assert browser.post(apply, FINE).status_code == 200
    assert isinstance(browser, Client)
    with team.scope():
        assert not Application.objects.filter(program=program).exists()
