"""Questions, answers, hosts, amounts and merged texts on plain values."""

from typing import Any

import pytest

from campaigns import answers, questions, rules

CHOICE = {"label": "Where?", "kind": "choice", "choices": ["Here", "There"]}


def test_questions_get_keys_and_defaults() -> None:
    found, errors = questions.checked_questions([{"label": " How? ", "kind": "text"}, CHOICE])
    assert not errors
    assert [(q.key, q.label, q.required, q.choices) for q in found] == [
        ("q1", "How?", True, ()),
        ("q2", "Where?", True, ("Here", "There")),
    ]
    assert questions.questions_of([q.as_json() for q in found]) == found


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("text", "questions"),
        ([{}] * 31, "questions"),
        ([1], "questions[0]"),
        ([{"label": "", "kind": "text"}], "questions[0].label"),
        ([{"label": "a\x00b", "kind": "text"}], "questions[0].label"),
        ([{"label": "x", "kind": "essay"}], "questions[0].kind"),
        ([{"label": "x", "kind": "text", "key": "Å"}], "questions[0].key"),
        ([{**CHOICE, "choices": ["One"]}], "questions[0].choices"),
        ([{**CHOICE, "choices": [1, 2]}], "questions[0].choices"),
        ([{"label": "x", "kind": "text", "key": "a"}] * 2, "questions"),
    ],
)
def test_bad_questions_name_their_place(raw: Any, field: str) -> None:
    _found, errors = questions.checked_questions(raw)
    assert errors[0].field == field


@pytest.mark.parametrize(
    ("kind", "value", "fine"),
    [
        ("text", "Fine", True),
        ("text", "", False),
        ("text", "x" * 301, False),
        ("text", "a\x00b", False),
        ("long", "x" * 4000, True),
        ("url", "https://kopi.example/a", True),
        ("url", "javascript:alert(1)", False),
        ("url", "https://[", False),
        ("choice", "Here", True),
        ("choice", "Nowhere", False),
        ("consent", True, True),
        ("consent", "", False),
        ("text", ["a list"], False),
    ],
)
def test_answers(kind: str, value: object, fine: bool) -> None:
    question = questions.Question("k", "Q?", kind, choices=("Here", "There"))
    found, errors = answers.checked_answers([question], {"k": value})
    assert not errors if fine else errors[0].field == "answers.k"
    assert found[0]["label"] == "Q?"


def test_unknown_answers_are_refused_and_optional_ones_may_be_empty() -> None:
    question = questions.Question("k", "Q?", "text", required=False)
    _found, errors = answers.checked_answers([question], {"k": "", "other": "x"})
    assert [error.field for error in errors] == ["answers.other"]


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("Shop.Example.com", True),
        ("*.example.com", True),
        ("localhost", True),
        ("https://example.com", False),
        ("exa mple.com", False),
        ("*.*.com", False),
        ("-a.com", False),
        ("", False),
        (5, False),
    ],
)
def test_hosts(host: object, fine: bool) -> None:
    found, errors = rules.checked_hosts([host])
    assert not errors if fine else errors[0].field == "allowed_hosts[0]"
    assert not fine or found == [str(host).lower()]


@pytest.mark.parametrize(
    ("raw", "fine"),
    [
        (2500, True),
        ({"EUR": 0, "IDR": 100}, True),
        ({"EUR": -1}, False),
        ({"EUR": 1.5}, False),
        ({"EUR": True}, False),
        ({"EUR": 10**16}, False),
        ({"euro": 1}, False),
        ("many", False),
        (True, False),
    ],
)
def test_least_payouts(raw: object, fine: bool) -> None:
    found, errors = rules.checked_minimum(raw, "EUR")
    assert bool(errors) is not fine
    assert raw != 2500 or found == {"EUR": 2500}


def test_terms_hash_is_of_the_text_and_not_of_its_line_ends() -> None:
    assert rules.terms_hash("a\r\nb\n") == rules.terms_hash("a\nb")
    assert rules.terms_hash("a b") != rules.terms_hash("a\nb")


def test_merging_fills_known_names_only() -> None:
    text = "Order at {link}, {who}. {partner}"
    assert rules.merged(text, {"link": "L", "partner": "{link}"}) == "Order at L, {who}. {link}"
