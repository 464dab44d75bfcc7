"""Rules that decide about applications without a person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity import mail
from campaigns import admission, services
from campaigns.admission import Applicant
from campaigns.admission_checks import checked_rules
from campaigns.models import Application, ApplicationFile, Program
from campaigns.questions import checked_questions
from campaigns.services import Company
from partners.models import Partner
from prm.errors import Unacceptable
from tests.campaigns.scene import hand_in, image, make_partner, make_program, upload
from tests.cast import Team, last_mail_to, make_team, make_user, token

QUESTIONS: list[dict[str, Any]] = [
    {"key": "readers", "label": "Readers a month", "kind": "number", "required": False},
    {"key": "where", "label": "Where?", "kind": "many", "choices": ["Blog", "Coupons"],
     "required": False},
    {"key": "how", "label": "How?", "kind": "long", "required": False},
    {"key": "agree", "label": "Marked", "kind": "consent", "required": False},
]  # fmt: skip
ASKED, _NO_FAULTS = checked_questions(QUESTIONS)
COUPONS = {
    "decision": "reject",
    "reason": "We do not work with coupon sites.",
    "conditions": {"any": [
        {"field": "answers.where", "op": "contains", "value": "Coupons"},
        {"field": "answers.how", "op": "contains", "value": "COUPON"},
    ]},
}  # fmt: skip
LARGE = {
    "decision": "approve",
    "conditions": {"all": [
        {"field": "answers.readers", "op": "gte", "value": 1000},
        {"field": "country", "op": "in", "value": ["ID", "DE"]},
        {"field": "answers.agree", "op": "eq", "value": True},
    ]},
}  # fmt: skip


@pytest.fixture(scope="module")
def team() -> Team:
    """A seller with one person in each role."""
    return make_team()


def leaf(field: str, op: str, value: object) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (leaf("answers.readers", "gte", 1000), True),
        (leaf("answers.readers", "gt", "1000"), False),
        (leaf("answers.readers", "between", [900, 1000]), True),
        (leaf("answers.where", "contains", "Blog"), True),
        (leaf("answers.where", "not_contains", "Coupons"), True),
        (leaf("answers.how", "contains", "RECIPES"), True),
        (leaf("answers.how", "starts_with", "my"), True),
        (leaf("country", "in", ["de", "ID"]), True),
        (leaf("answers.agree", "eq", False), True),
        (leaf("answers.agree", "ne", False), False),
        (leaf("look_alike", "eq", True), False),
        (leaf("email_domain", "ends_with", ".example"), True),
        (leaf("website_domain", "ne", "spam.example"), False),
        ({"none": [leaf("country", "eq", "DE")]}, True),
        ({"all": [leaf("country", "eq", "ID"), {"any": [leaf("kind", "eq", "person")]}]}, False),
    ],
)
def test_conditions(condition: dict[str, Any], holds: bool) -> None:
    who = Applicant(country="ID", kind="company", email_domain="kopi.example")
    answers: list[dict[str, Any]] = [
        {"key": "readers", "kind": "number", "value": "1000"},
        {"key": "where", "kind": "many", "value": ["Blog"]},
        {"key": "how", "kind": "long", "value": "My recipes"},
        {"key": "agree", "kind": "consent", "value": ""},
    ]
    assert admission.holds(condition, admission.facts_of(who, answers)) is holds


@given(st.sampled_from(sorted(admission.fields_of(ASKED))), st.sampled_from(admission.CHOOSING))
def test_what_is_missing_matches_nothing_not_even_not(field: str, op: str) -> None:
    value = ["x"] if op in ("in", "not_in") else "x"
    assert not admission.holds(leaf(field, op, value), {})


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({**LARGE, "decision": "burn"}, "decision"),
        ({**COUPONS, "reason": " "}, "reason"),
        ({**LARGE, "conditions": {}}, "conditions"),
        ({**LARGE, "conditions": {"all": []}}, "conditions"),
        ({**LARGE, "conditions": leaf("answers.gone", "eq", "x")}, "conditions.field"),
        ({**LARGE, "conditions": leaf("answers.readers", "contains", "x")}, "conditions.op"),
        ({**LARGE, "conditions": leaf("answers.readers", "gt", "many")}, "conditions.value"),
        ({**LARGE, "conditions": leaf("answers.readers", "between", [9, 1])}, "conditions.value"),
        ({**LARGE, "conditions": leaf("answers.where", "contains", "Radio")}, "conditions.value"),
        ({**LARGE, "conditions": leaf("country", "eq", "Java")}, "conditions.value"),
        ({**LARGE, "conditions": leaf("look_alike", "eq", "yes")}, "conditions.value"),
        (
            {**LARGE, "conditions": {"all": [leaf("kind", "in", ["company"]), {"any": 1}]}},
            "conditions.all[1]",
        ),
        ({**LARGE, "weight": 3}, "weight"),
    ],
)
def test_bad_rules_name_their_place(rule: dict[str, Any], field: str) -> None:
    _rules, faults = checked_rules([rule], ASKED)
    assert faults[0].field == f"admission[0].{field}"


def program_of(team: Team, **settings: Any) -> Program:
    rules = {"admission": [COUPONS, LARGE], **settings}
    return make_program(team, questions=QUESTIONS, **rules)


def large(**changes: object) -> dict[str, object]:
    return {"readers": "2500", "agree": True, "where": ["Blog"], **changes}


def test_the_first_rule_that_holds_decides(team: Team) -> None:
    ayu = make_user("Ayu")
    with team.scope():
        program = program_of(team)
        taken = hand_in(program, ayu, answers=large())
        assert (taken.status, taken.decided_by) == ("approved", None)
        assert (taken.admission or {})["number"] == 2
        budi = make_user("Budi")
        refused = hand_in(program, budi, answers=large(how="A coupon site"))
        assert (refused.status, refused.reason) == ("rejected", COUPONS["reason"])
        assert Partner.objects.get(pk=refused.partner_id).status == "rejected"
        small = hand_in(program, answers={"readers": "10"})
        assert (small.status, small.admission) == ("submitted", None)


def test_a_rule_that_leaves_it_to_a_person_stops_the_programs_own_setting(team: Team) -> None:
    rule = {"decision": "review", "conditions": leaf("country", "eq", "ID")}
    with team.scope():
        program = program_of(team, admission=[rule], auto_approve=True)
        waits = hand_in(program)
        assert (waits.status, (waits.admission or {})["number"]) == ("submitted", 1)
        other = hand_in(program, company=Company(name=f"Elsewhere {token()}", country="DE"))
        assert other.status == "approved"


def test_no_rule_takes_in_who_looks_like_a_partner(team: Team) -> None:
    site = f"https://{token()}.example/"
    with team.scope():
        known = make_partner(team)
        Partner.objects.filter(pk=known.pk).update(domain=site[8:-1])
        program = program_of(team)
        company = Company(name=f"Same {token()}", country="ID", website=f"{site}blog")
        waits = hand_in(program, company=company, answers=large())
        assert waits.status == "submitted"
        assert (waits.admission or {})["stopped"] == "look_alike"
        assert waits.look_alikes[0]["partner"] == str(known.pk)
        assert waits.look_alikes[0]["signs"] == [{"kind": "domain", "value": site[8:-1]}]
        control = Company(name=f"Other {token()}", country="ID", website="https://o.example/")
        assert hand_in(program, company=control, answers=large()).status == "approved"


def test_rules_and_questions_fit_each_other(team: Team) -> None:
    with team.scope():
        program = program_of(team)
        with pytest.raises(Unacceptable) as caught:
            services.change_program(program=program, actor=team.actor, questions=QUESTIONS[1:])
        assert caught.value.errors[0].field == "questions"
        assert "Rule 2" in caught.value.errors[0].message
        both = {"questions": QUESTIONS[1:], "admission": [COUPONS]}
        changed = services.change_program(program=program, actor=team.actor, **both)  # type: ignore[arg-type]
        assert [rule["decision"] for rule in changed.admission] == ["reject"]


def test_rejected_for_days_of_its_own_or_for_good(team: Team) -> None:
    ayu, budi = make_user("Ayu"), make_user("Budi")
    with team.scope():
        program = make_program(team, reapply_days=90)
        one, two = hand_in(program, ayu), hand_in(program, budi)
        for row, how in ((one, {"reapply_days": 0}), (two, {"may_reapply": False})):
            services.reject_application(
                application=row,
                reason="Full",
                actor=team.actor,
                **how,
            )
        assert hand_in(program, ayu).status == "submitted"
        with pytest.raises(Exception, match="cannot apply"):
            hand_in(program, budi)


def test_an_uploaded_answer_is_drawn_anew_and_kept(team: Team) -> None:
    questions = [{"key": "kit", "label": "Media kit", "kind": "file"}]
    hidden = image() + b"<script>alert(1)</script>"
    with team.scope():
        program = make_program(team, questions=questions)
        row = hand_in(program, files={"kit": upload("../kit.png", hidden)})
        kept = ApplicationFile.objects.get(application=row)
        assert row.answers[0]["value"] == kept.file_name == "kit.png"
        with kept.file.open() as file:
            content = file.read()
        assert b"script" not in content
        assert ".." not in str(kept.file.name)
        for bad in (upload("kit.png", b"<html>"), upload("kit.svg", b"<svg/>")):
            with pytest.raises(Unacceptable) as caught:
                hand_in(program, files={"kit": bad})
            assert caught.value.errors[0].field == "answers.kit"
        with pytest.raises(Unacceptable):
            hand_in(program)
        assert Application.objects.filter(program=program).count() == 1


def test_the_mail_of_a_rule_says_why(team: Team) -> None:
    budi = make_user("Budi")
    with team.scope():
        hand_in(program_of(team), budi, answers={"where": ["Coupons"]})
    mail.send_due(team.id)
    assert str(COUPONS["reason"]) in str(last_mail_to(budi.email).body)
