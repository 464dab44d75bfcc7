"""Rules of admission, check-list and welcome mails of a program, in console and portal."""

import re
from typing import Any

import pytest
from django.test import Client

from campaigns import onboarding
from campaigns.models import Program, WelcomeMail
from campaigns.services import onboarding as services
from tests.campaigns.scene import hand_in, make_partner, make_program
from tests.cast import Team, make_team, make_user, signed_in

QUESTIONS = [{"key": "readers", "label": "Readers a month", "kind": "number"}]


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


@pytest.fixture
def owner(team: Team) -> Client:
    """The owner's browser."""
    return signed_in(team.owner)


@pytest.fixture
def program(team: Team) -> Program:
    """An open program that asks for a number."""
    with team.scope():
        return make_program(team, questions=QUESTIONS)


def kept(team: Team, program: Program) -> Program:
    with team.scope():
        return Program.objects.get(pk=program.pk)


def rule(**changes: str) -> dict[str, str]:
    values = {"match": "all", "decision": "reject", "reason": "Too few readers", "act": "save"}
    values |= {"field0": "answers.readers", "op0": "lt", "value0": "1000"}
    return {**values, **changes}


def test_a_rule_is_tried_made_moved_and_taken_out(
    team: Team, owner: Client, program: Program
) -> None:
    with team.scope():
        small = hand_in(program, answers={"readers": "10"})
    url = team.url(f"programs/{program.pk}/admission/")
    assert "No rule yet" in owner.get(url).text
    tried = owner.post(f"{url}edit/", rule(act="try")).text
    assert "This rule would have decided 1 of them." in tried
    assert small.partner.name in tried
    assert kept(team, program).admission == []
    assert owner.post(f"{url}edit/", rule()).status_code == 302
    second = rule(decision="approve", op0="between", value0="1000; 9000", match="any")
    assert owner.post(f"{url}edit/", second).status_code == 302
    page = owner.get(url).text
    assert "“Readers a month” is less than 1000" in page
    assert "“Readers a month” is between 1000 and 9000" in page
    one, two = (row["key"] for row in kept(team, program).admission)
    assert 'value="1000; 9000"' in owner.get(f"{url}edit/?rule={two}").text
    owner.post(f"{url}move/", {"act": f"up:{two}"})
    owner.post(f"{url}move/", {"act": f"remove:{one}"})
    assert [row["key"] for row in kept(team, program).admission] == [two]
    assert owner.post(f"{url}move/", {"act": f"up:{one}"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value0": "few"}, "value0"),
        ({"op0": "contains"}, "op0"),
        ({"field0": ""}, "field0"),
        ({"reason": ""}, "reason"),
        ({"op0": "between", "value0": "9; 1"}, "value0"),
    ],
)
def test_mistakes_stand_by_their_field(
    team: Team, owner: Client, program: Program, changes: dict[str, str], field: str
) -> None:
    url = team.url(f"programs/{program.pk}/admission/edit/")
    answer = owner.post(url, rule(**changes))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text


def test_a_nested_rule_is_not_opened_in_the_form(
    team: Team, owner: Client, program: Program
) -> None:
    leaf = {"field": "answers.readers", "op": "lt", "value": 5}
    nested = {"all": [leaf, {"any": [leaf, {"field": "country", "op": "eq", "value": "ID"}]}]}
    with team.scope():
        Program.objects.filter(pk=program.pk).update(
            admission=[{"key": "n", "decision": "review", "conditions": nested, "reason": ""}]
        )
    url = team.url(f"programs/{program.pk}/admission/")
    assert owner.get(f"{url}edit/?rule=n").status_code == 302
    assert "Indonesia" in owner.get(url).text


def builder(prefix: str, *rows: dict[str, Any], act: str = "save") -> dict[str, Any]:
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0", "act": act,
    }  # fmt: skip
    for index, row in enumerate(rows):
        data |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return data


def test_buttons_of_the_form_builder_change_the_page_and_save_nothing(
    team: Team, owner: Client, program: Program
) -> None:
    url = team.url(f"programs/{program.pk}/questions/")
    rows = ({"label": "First", "kind": "text"}, {"label": "Second", "kind": "country"})
    down = owner.post(url, builder("q", *rows, act="down:0")).text
    assert down.index('value="Second"') < down.index('value="First"')
    added = owner.post(url, builder("q", *rows, act="add:many")).text
    assert 'name="q-2-label"' in added
    gone = owner.post(url, builder("q", *rows, act="remove:0")).text
    assert 'value="First"' not in gone
    shown = owner.post(f"{url}preview/", builder("q", *rows, {"label": "", "kind": "text"})).text
    assert len(re.findall("form-label", shown)) == 2
    assert "Indonesia" in shown
    assert kept(team, program).questions[0]["key"] == "readers"
    assert owner.get(f"{url}preview/").status_code == 405


def test_a_check_list_from_builder_to_tick(team: Team, owner: Client, program: Program) -> None:
    url = team.url(f"programs/{program.pk}/onboarding/")
    assert "No steps yet" in owner.get(url).text
    rows = (
        {"kind": "profile", "label": "", "gates": ["payouts"]},
        {"kind": "own", "label": "Watch the film", "ticked_by": "partner", "gates": ["links"]},
    )
    assert 'name="s-2-label"' in owner.post(url, builder("s", *rows, act="add:terms")).text
    assert owner.post(url, builder("s", {"kind": "own", "label": ""})).status_code == 422
    assert owner.post(url, builder("s", *rows)).status_code == 302
    person = make_user("Nia New")
    with team.scope():
        partner = make_partner(team, program, person)
        steps = onboarding.steps()[program.pk]
        enrollment = program.enrollments.get(partner=partner)
    assert [step.gates for step in steps] == [["payouts"], ["links"]]
    nia = signed_in(person)
    home = nia.get(team.url("", "portal")).text
    assert "First steps in Affiliate" in home
    assert "making links, being paid" in home
    mine = team.url("onboarding/", "portal")
    assert "Watch the film" in nia.get(mine).text
    assert nia.post(f"{mine}{enrollment.pk}/{steps[1].pk}/").status_code == 302
    assert nia.post(f"{mine}{enrollment.pk}/{steps[0].pk}/").status_code == 403
    with team.scope():
        assert onboarding.closed(partner.pk, "links") == set()
    staff = team.url(f"partners/{partner.pk}/onboarding/")
    assert "1 of 2 done" in owner.get(staff).text
    assert owner.post(f"{staff}{enrollment.pk}/{steps[1].pk}/", {"act": "undo"}).status_code == 302
    with team.scope():
        assert onboarding.closed(partner.pk, "links") == {program.pk}
        services.set_checklist(program=program, steps=[], actor=team.actor)
    other = signed_in(make_team().owner)
    assert other.post(f"{staff}{enrollment.pk}/{steps[1].pk}/").status_code == 404


def test_welcome_mails_are_written_shown_and_stopped(
    team: Team, owner: Client, program: Program
) -> None:
    url = team.url(f"programs/{program.pk}/welcome/")
    assert "No mails yet" in owner.get(url).text
    data = {"days": "3", "subject": "Day three in {program}", "body": "Hi {person}\n<b>x</b>"}
    shown = owner.post(f"{url}edit/", {**data, "act": "preview"}).text
    assert "Day three in Affiliate" in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert owner.post(f"{url}edit/", {**data, "days": "366"}).status_code == 422
    assert owner.post(f"{url}edit/", data).status_code == 302
    with team.scope():
        mail = WelcomeMail.objects.get(program=program)
    assert "3 days after joining" in owner.get(url).text
    change = f"{url}edit/?mail={mail.pk}"
    assert owner.post(change, {**data, "days": "4"}).status_code == 302
    assert "4 days after joining" in owner.get(url).text
    assert owner.post(f"{url}stop/", {"mail": str(mail.pk)}).status_code == 302
    assert owner.get(change).status_code == 404
    assert owner.get(f"{url}edit/?mail=x").status_code == 404


def test_a_partner_finds_his_first_steps_in_the_navigation(team: Team, program: Program) -> None:
    user = make_user("Nia")
    with team.scope():
        make_partner(team, program, user)
    nia, page = signed_in(user), team.url("programs/", "portal")
    entry = f'href="{team.url("onboarding/", "portal")}"'
    assert entry not in nia.get(page).text, "no check-list, nothing to open"
    with team.scope():
        services.set_checklist(program=program, steps=[{"kind": "link"}], actor=team.actor)
    assert entry in nia.get(page).text
