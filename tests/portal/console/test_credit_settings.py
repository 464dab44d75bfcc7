"""The page of who is credited with a program's sales."""

import pytest
from django.test import Client

from activity.models import Event
from campaigns.models import Program
from tests.campaigns.scene import make_program
from tests.cast import Team, make_team, signed_in

FORM = {
    "attribution": "position",
    "window_days": "45",
    "precedence": "click_over_coupon",
    "binding": "months",
    "binding_months": "6",
    "claim_days": "10",
}


@pytest.fixture(scope="module")
def team() -> Team:
    return make_team()


@pytest.fixture
def program(team: Team) -> Program:
    with team.scope():
        return make_program(team)


@pytest.fixture
def client(team: Team) -> Client:
    return signed_in(team.owner)


def test_each_model_has_its_words_and_its_picture(
    team: Team, client: Client, program: Program
) -> None:
    shown = client.get(team.url(f"programs/{program.pk}/credit/")).text
    assert shown.count('<svg class="model-pic"') == 5
    for parts in ("0, 0, 0, 100", "100, 0, 0, 0", "25, 25, 25, 25", "40, 10, 10, 40"):
        assert f"Of four clicks: {parts} %" in shown


def test_a_change_is_kept_and_stands_in_the_trail(
    team: Team, client: Client, program: Program
) -> None:
    url = team.url(f"programs/{program.pk}/credit/")
    assert client.post(url, FORM).status_code == 302
    with team.scope():
        changed = Program.objects.get(pk=program.pk)
        event = Event.objects.filter(object_id=program.pk).latest("id")
    assert (changed.attribution, changed.window_days) == ("position", 45)
    assert (changed.precedence, changed.claim_days) == ("click_over_coupon", 10)
    assert (changed.customer_binding, changed.binding_months) == ("months", 6)
    assert event.verb == "program.changed"
    assert set(event.changes) == {
        "attribution",
        "window_days",
        "precedence",
        "customer_binding",
        "binding_months",
        "claim_days",
    }
    assert client.post(url, {**FORM, "binding": "lifetime"}).status_code == 302
    with team.scope():
        changed = Program.objects.get(pk=program.pk)
    assert (changed.customer_binding, changed.binding_months) == ("lifetime", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("attribution", "coin"),
        ("window_days", "4000"),
        ("window_days", "-1"),
        ("precedence", ""),
        ("binding_months", ""),
        ("binding_months", "0"),
        ("binding_months", "121"),
        ("claim_days", "0"),
    ],
)
def test_mistakes(team: Team, client: Client, program: Program, field: str, value: str) -> None:
    answer = client.post(team.url(f"programs/{program.pk}/credit/"), {**FORM, field: value})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text


def test_only_who_may_manage_programs(team: Team, program: Program) -> None:
    url = team.url(f"programs/{program.pk}/credit/")
    assert signed_in(team.finance).get(url).status_code == 403
