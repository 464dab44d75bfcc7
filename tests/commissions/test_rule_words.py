"""A rule in words: whole sentences (tests/data/rule_sentences.yaml) and what differs."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import translation

from commissions.reasons import rule_words
from commissions.reasons.condition_words import Names
from commissions.schema import checked

TABLE = Path(__file__).parent.parent / "data" / "rule_sentences.yaml"
SENTENCES = yaml.safe_load(TABLE.read_text())
NBSP = "\u00a0"
NAMES = Names(tiers={"gold": "Gold"})
IDR = 100
BEANS: dict[str, Any] = {
    "conditions": {
        "all": [
            {"field": "customer.new", "op": "eq", "value": True},
            {"field": "category", "op": "eq", "value": "Beans"},
            {"field": "amount", "op": "gte", "value": 150_000 * IDR},
        ]
    },
    "brackets": {
        "metric": "sales_amount",
        "window": "month",
        "mode": "marginal",
        "steps": [{"from": 25_000_000 * IDR, "rate": "15"}],
    },
    "duration": {"months": 12},
    "limits": [{"per": "sale", "amount": 500_000 * IDR}],
}


def content(**parts: Any) -> dict[str, Any]:
    """What a version of a 12 % rule says, with other parts."""
    plain = {"name": "Any", "reward": {"type": "percent", "rate": "12"}}
    found = checked({**plain, **parts})
    override = found.pop("override")
    return {**found, "override_level": override["level"] if override else None}


def said(names: Names = NAMES, **parts: Any) -> str:
    """The sentence in English, plain spaces."""
    with translation.override("en"):
        return rule_words.sentence_of(content(**parts), "IDR", names).replace(NBSP, " ")


def leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    """One condition."""
    return {"field": field, "op": op, "value": value}


def test_a_rule_reads_as_one_sentence() -> None:
    assert said(**BEANS) == (
        "When a new customer buys Beans worth at least IDR 150,000, pay 12 % of net, and 15 % on "
        "the part above IDR 25,000,000 of the partner’s sales this month, for 12 months from the "
        "customer’s first commission, at most IDR 500,000 per sale."
    )


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["reads"][:60])
def test_every_part_has_its_words(row: dict[str, Any]) -> None:
    assert said(**row["rule"]) == row["reads"]


def test_it_says_whom_it_is_for() -> None:
    words = "For tier Gold: when a customer buys, pay 12 % of net."
    assert said(Names(whom="tier Gold")) == words


def test_numbers_lists_and_countries_follow_the_readers_language() -> None:
    here = {"all": [leaf("customer.country", "in", ["DE", "MY"])]}
    with translation.override("id"):
        words = rule_words.sentence_of(content(**BEANS), "IDR")
        countries = rule_words.sentence_of(content(conditions=here), "IDR")
    assert f"IDR{NBSP}25.000.000" in words
    assert "Jerman atau Malaysia" in countries


def test_a_difference_is_shown_part_by_part() -> None:
    is_new = BEANS["conditions"]["all"][0]
    new: dict[str, Any] = {
        **BEANS,
        "conditions": {"all": [is_new, leaf("amount", "gte", 100_000 * IDR)]},
        "duration": {"months": 6},
        "limits": [],
        "adds": True,
    }
    with translation.override("en"):
        changes = rule_words.difference(content(**BEANS), content(**new), "IDR")
    pieces = {
        one.key: [(mark, words.replace(NBSP, " ")) for mark, words in one.pieces]
        for one in changes
        if not one.is_same
    }
    assert [one.key for one in changes] == [
        "when", "goods", "worth", "reward", "brackets", "duration", "limits.sale.sale", "adds",
    ]  # fmt: skip
    assert pieces == {
        "goods": [("old", "Beans")],
        "worth": [("same", "worth at least"), ("old", "IDR 150,000"), ("new", "IDR 100,000")],
        "duration": [
            ("same", "for"),
            ("old", "12"),
            ("new", "6"),
            ("same", "months from the customer’s first commission"),
        ],
        "limits.sale.sale": [("old", "at most IDR 500,000 per sale")],
        "adds": [("new", "on top of the rule that wins")],
    }


def test_equal_versions_differ_in_nothing() -> None:
    changes = rule_words.difference(content(**BEANS), content(**BEANS), "IDR")
    assert all(one.is_same and one.pieces == [("same", one.after)] for one in changes)
