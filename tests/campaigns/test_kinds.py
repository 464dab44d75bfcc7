"""Kinds of program: the registry is whole, answers are checked, the advisor reaches every kind."""

import itertools
from typing import Any

import pytest

from campaigns import kinds
from campaigns.advisor import QUESTIONS, advise
from campaigns.kind_answers import checked_settings
from campaigns.kind_settings import SETTINGS, defaults_in, settings_of
from campaigns.models import Program
from portal.icons import drawing

ANSWERS: dict[str, dict[str, Any]] = {
    "sponsorship": {"deliverables": ["Logo on the stage", "Two posts"]},
    "co_branding": {"products": ["CUP-1", "CUP-2"]},
}
"""What has no default."""


def test_every_kind_of_the_model_is_in_the_registry_once() -> None:
    assert list(kinds.KINDS) == Program.Kind.values
    assert set(SETTINGS) == set(kinds.KINDS)
    offered = [code for _label, codes in kinds.FAMILIES for code in codes]
    assert sorted(offered) == sorted(kinds.KINDS)


@pytest.mark.parametrize("code", kinds.KINDS)
def test_a_kind_is_described_in_full(code: str) -> None:
    kind = kinds.kind_of(code)
    assert drawing(kind.icon)
    words = (kind.meaning, kind.pays, kind.applicants, kind.suits, kind.needs, *kind.measures)
    assert all(str(one).strip() for one in words)
    assert len(kind.measures) >= 3
    assert kind.rooms <= set(kinds.ROOMS)
    assert kind.rooms
    defaults = kinds.defaults_of(code)
    names = {field.name for field in Program._meta.fields}
    assert set(defaults) <= names
    earns = "earn" if code == "loyalty" else "nothing"
    assert defaults["self_purchase"] == earns


@pytest.mark.parametrize("code", kinds.KINDS)
@pytest.mark.parametrize("currency", ["EUR", "IDR", "JPY"])
def test_defaults_are_answers(code: str, currency: str) -> None:
    given = ANSWERS.get(code, {})
    answers, errors = checked_settings(code, given, currency)
    assert errors == []
    asked = {one.key for one in settings_of(code) if one.applies(answers)}
    assert set(answers) <= asked
    again, errors = checked_settings(code, answers, currency)
    assert (again, errors) == (answers, []), "what was kept is an answer, too"
    assert set(defaults_in(code, currency)) == {one.key for one in settings_of(code)}


@pytest.mark.parametrize(
    ("code", "given", "field", "fault"),
    [
        ("affiliate", {"rates": "5"}, "rates", "unknown_field"),
        ("affiliate", {"rate": 5}, "rate", "wrong_type"),
        ("affiliate", {"rate": "five"}, "rate", "wrong_type"),
        ("affiliate", {"rate": "0"}, "rate", "out_of_range"),
        ("affiliate", {"rate": "100.1"}, "rate", "out_of_range"),
        ("affiliate", {"rate": "1.00001"}, "rate", "too_fine"),
        ("affiliate", {"rate": "NaN"}, "rate", "out_of_range"),
        ("affiliate", {"rate": "1E+99"}, "rate", "out_of_range"),
        ("affiliate", {"pays": "luck"}, "pays", "invalid_choice"),
        ("affiliate", {"pays": ["click"]}, "pays", "wrong_type"),
        ("affiliate", {"pays": "flat", "rate": "5"}, "rate", "not_asked"),
        ("affiliate", {"pays": "flat", "amount": True}, "amount", "wrong_type"),
        ("affiliate", {"pays": "flat", "amount": 0}, "amount", "out_of_range"),
        ("affiliate", {"pays": "flat", "amount": 10**16}, "amount", "out_of_range"),
        ("affiliate", {"months": 121}, "months", "out_of_range"),
        ("content", {"host": "https://x.example"}, "host", "not_a_host"),
        ("content", {"host": "*.example.com"}, "host", "not_a_host"),
        ("sponsorship", {}, "deliverables", "required"),
        ("sponsorship", {"deliverables": [" "]}, "deliverables", "required"),
        ("sponsorship", {"deliverables": ["x" * 101]}, "deliverables", "max_length"),
        ("sponsorship", {"deliverables": ["x"] * 21}, "deliverables", "too_many"),
        ("sponsorship", {"deliverables": ["a", "b"], "fee": 1}, "fee", "out_of_range"),
        ("reseller", {"second_from": 2_000_000}, "second_rate", "needs_other"),
        ("reseller", {"second_rate": "5"}, "second_from", "needs_other"),
        ("reseller", {"second_from": 5, "second_rate": "5"}, "second_from", "out_of_order"),
        ("loyalty", {"every_nth": 1}, "every_nth", "out_of_range"),
        ("co_branding", {"products": "CUP"}, "products", "wrong_type"),
    ],
)
def test_faults_name_the_answer(code: str, given: dict[str, Any], field: str, fault: str) -> None:
    _answers, errors = checked_settings(code, given, "EUR")
    assert [(one.field, one.code) for one in errors] == [(f"kind_settings.{field}", fault)]
    assert errors[0].message


ADVICE = [
    # goal, market, capacity, flexibility, measurement -> best, second
    ("sales", "online", "little", "free", "clicks", "affiliate", "referral"),
    ("keep", "online", "little", "same", "customers", "loyalty", "referral"),
    ("keep", "online", "little", "free", "customers", "referral", "loyalty"),
    ("places", "local", "stock", "price", "orders", "reseller", "distribution"),
    ("places", "companies", "training", "price", "orders", "channel", "reseller"),
    ("places", "local", "stock", "contract", "orders", "distribution", "reseller"),
    ("known", "crowd", "money", "brief", "proof", "sponsorship", "placement"),
    ("known", "local", "stock", "brief", "proof", "placement", "sponsorship"),
    ("known", "online", "briefs", "free", "proof", "influencer", "content"),
    ("known", "companies", "briefs", "brief", "proof", "content", "sponsorship"),
    ("together", "brand", "money", "contract", "books", "licensing", "co_branding"),
    ("together", "brand", "briefs", "contract", "books", "co_branding", "licensing"),
    ("together", "companies", "training", "contract", "books", "joint_venture", "co_branding"),
]


@pytest.mark.parametrize("row", ADVICE, ids=lambda row: row[5])
def test_advice(row: tuple[str, ...]) -> None:
    answers = {question.key: row[at] for at, question in enumerate(QUESTIONS)}
    advice = advise(answers)
    assert (advice.best.kind, advice.second.kind) == row[5:]
    assert advise(answers) == advice, "the same answers get the same advice"


def test_advice_for_all_answers_reaches_every_kind_and_tells_why() -> None:
    best = set()
    keys = [[answer.key for answer in question.answers] for question in QUESTIONS]
    for chosen in itertools.product(*keys):
        advice = advise(dict(zip((one.key for one in QUESTIONS), chosen, strict=True)))
        best.add(advice.best.kind)
        assert len(advice.ranked) == len(kinds.KINDS)
        points = [one.points for one in advice.ranked]
        assert points == sorted(points, reverse=True)
        assert advice.best.pros
        for one in advice.ranked:
            assert len(one.pros) + len(one.cons) == len(QUESTIONS)
            assert one.points == sum(reason.points for reason in one.pros)
    assert best == set(kinds.KINDS)


def test_advice_needs_all_answers() -> None:
    with pytest.raises(KeyError):
        advise({"goal": "sales"})
    with pytest.raises(KeyError):
        advise({question.key: "nothing" for question in QUESTIONS})
