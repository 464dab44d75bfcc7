"""Questions of every kind and what is taken as their answer."""

from decimal import Decimal
from typing import Any

import pytest

from campaigns.answers import checked_answers, shown
from campaigns.questions import Question, checked_questions, questions_of

MANY = {"label": "Where?", "kind": "many", "choices": ["Blog", "Shop", "Podcast"]}
NUMBER = {"label": "Readers?", "kind": "number", "least": "100", "most": "5000.5"}


def test_all_kinds_survive_being_kept() -> None:
    rows = [{"label": kind, "kind": kind} for kind in ("text", "country", "file", "consent")]
    found, errors = checked_questions([*rows, MANY, {**NUMBER, "help": " A month "}])
    assert not errors
    assert questions_of([question.as_json() for question in found]) == found
    assert (found[-1].least, found[-1].most, found[-1].help) == ("100", "5000.5", "A month")
    assert found[-2].choices == ("Blog", "Shop", "Podcast")


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({**MANY, "choices": ["Blog", "Blog"]}, "choices"),
        ({**MANY, "choices": ["Blog"]}, "choices"),
        ({**NUMBER, "least": "few"}, "least"),
        ({**NUMBER, "least": "9", "most": "8"}, "most"),
        ({**NUMBER, "most": "1e9"}, "most"),
        ({**NUMBER, "help": "x" * 301}, "help"),
        ({**NUMBER, "colour": "red"}, "colour"),
    ],
)
def test_what_a_question_may_not_be(raw: dict[str, Any], field: str) -> None:
    _found, errors = checked_questions([raw])
    assert [error.field for error in errors] == [f"questions[0].{field}"]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("number", "1200", "1200"),
        ("number", 1200, "1200"),
        ("number", Decimal("99.9"), None),
        ("number", "5001", None),
        ("number", "many", None),
        ("number", True, None),
        ("many", ["Shop", "Blog"], ["Blog", "Shop"]),
        ("many", "Shop", ["Shop"]),
        ("many", ["Shop", "Shop"], ["Shop"]),
        ("many", ["Radio"], None),
        ("many", [], None),
        ("many", [1], None),
        ("country", "id", "ID"),
        ("country", "XX", None),
        ("country", "", None),
        ("file", "made up.pdf", None),
    ],
)
def test_answers_of_the_further_kinds(kind: str, given: object, kept: object) -> None:
    question = Question("k", "Q?", kind, choices=("Blog", "Shop"), least="100", most="5000")
    answers, errors = checked_answers([question], {"k": given}, countries={"ID": "Indonesia"})
    assert [error.field for error in errors] == ([] if kept is not None else ["answers.k"])
    assert kept is None or answers[0]["value"] == kept


def test_a_file_answers_by_its_name_and_only_its_own_question() -> None:
    question = Question("media", "Media kit", "file")
    answers, errors = checked_answers([question], {}, files={"media": "kit.pdf"})
    assert not errors
    assert answers[0]["value"] == "kit.pdf"
    _answers, errors = checked_answers([question], {}, files={"media": "a.pdf", "other": "b.pdf"})
    assert [error.field for error in errors] == ["answers.other"]


def test_many_answers_read_as_one_line() -> None:
    assert shown({"value": ["Blog", "Shop"]}) == "Blog, Shop"
    assert shown({"value": "yes"}) == "yes"
