"""The program advisor: questions, a kind with its reasons, the way to start it."""

from html import unescape

import pytest
from django.test import Client

from campaigns.advisor import QUESTIONS
from tests.cast import Team, make_team, signed_in

ANSWERS = {
    "goal": "known",
    "market": "online",
    "capacity": "briefs",
    "flexibility": "free",
    "measurement": "proof",
}


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture
def owner(team: Team) -> Client:
    """The owner's browser."""
    return signed_in(team.owner)


def test_five_questions_first(team: Team, owner: Client) -> None:
    page = owner.get(team.url("programs/advisor/"))
    assert page.status_code == 200
    assert "best" not in page.context
    shown = unescape(page.text)
    for question in QUESTIONS:
        assert str(question.label) in shown
        assert all(str(answer.label) in shown for answer in question.answers)


def test_a_kind_with_its_reasons_and_the_way_to_start_it(team: Team, owner: Client) -> None:
    page = owner.get(team.url("programs/advisor/"), ANSWERS)
    best, second = page.context["best"], page.context["second"]
    assert (best.kind.code, second.kind.code) == ("influencer", "content")
    shown = unescape(page.text)
    for reason in (*best.judged.pros, *second.judged.pros, *second.judged.cons):
        assert str(reason.sentence) in shown
    assert best.start_url == team.url("programs/new/?kind=influencer")
    assert f'href="{best.start_url}"' in shown
    assert owner.get(best.start_url).context["kind"].code == "influencer"
    assert len(page.context["others"]) == 11
    assert "Why not the others" in shown


@pytest.mark.parametrize("changes", [{"goal": ""}, {"goal": "luck"}, {"market": "\x00"}])
def test_an_answer_that_is_missing_or_unknown(
    team: Team, owner: Client, changes: dict[str, str]
) -> None:
    page = owner.get(team.url("programs/advisor/"), {**ANSWERS, **changes})
    assert page.status_code == 422
    assert "best" not in page.context
    assert f'id="id_{next(iter(changes))}_error"' in page.text


def test_who_may_not_start_a_program_is_told_who_may(team: Team) -> None:
    page = signed_in(team.marketer).get(team.url("programs/advisor/"), ANSWERS)
    assert page.status_code == 200
    assert "Start this program" not in page.text
    assert "Owners and partner managers can start it." in page.text
