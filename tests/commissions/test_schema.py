"""What a rule may say, and how mistakes are told. Those stand in tests/data/bad_rules.yaml."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from commissions.rules.conditions import FIELDS
from commissions.schema import KINDS, OPERATORS, OPERATORS_OF, checked, leaves
from prm.comparing import OPS
from prm.errors import Refusal

TABLE = Path(__file__).parent.parent / "data" / "bad_rules.yaml"
BAD = yaml.safe_load(TABLE.read_text())
PLAIN: dict[str, Any] = {"name": "Ten", "reward": {"type": "percent", "rate": "10"}}
STEPS = [{"from": 0, "rate": "5"}, {"from": 10, "rate": "12.5"}]
BRACKETS = {"metric": "quantity", "window": "year", "mode": "marginal", "steps": STEPS}


def rule(**parts: Any) -> dict[str, Any]:
    """A rule of 10 percent, checked, with other parts."""
    return checked({**PLAIN, **parts})


def one_of(field: str, op: str, value: Any) -> Any:
    """The stored value of a rule's one condition."""
    node = {"field": field, "op": op, "value": value}
    return rule(conditions={"all": [node]})["conditions"]["all"][0]["value"]


@pytest.mark.parametrize("row", BAD, ids=lambda row: row["why"])
def test_a_bad_rule_is_refused_at_its_place(row: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as caught:
        rule(**row["rule"])
    assert {one.field: one.code for one in caught.value.errors} == row["at"]
    assert caught.value.status == row["status"]
    assert all(one.message for one in caught.value.errors)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(Refusal) as caught:
        rule(
            reward={"type": "percent", "rate": "x"},
            conditions={"any": [{"field": "sku", "op": "eq", "value": 1}, {"op": "eq"}]},
            limits=[{"per": "sale", "amount": 5}, {"per": "sale", "amount": -5}],
        )
    assert {one.field for one in caught.value.errors} == {
        "reward.rate",
        "conditions.any[0].value",
        "conditions.any[1].field",
        "conditions.any[1].value",
        "limits[1].amount",
    }


def test_what_is_missing_gets_its_default() -> None:
    assert rule() == {
        "name": "Ten",
        "event": "sale",
        "reward": {"type": "percent", "rate": "10", "base": "net"},
        "conditions": None,
        "brackets": None,
        "duration": None,
        "limits": [],
        "adds": False,
        "override": None,
    }


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("7.50", "7.5"), ("10.0", "10"), ("100", "100"), ("0", "0"), ("0.0000", "0"), ("007", "7")],
)
def test_a_rate_has_one_spelling(sent: str, stored: str) -> None:
    assert rule(reward={"type": "percent", "rate": sent})["reward"]["rate"] == stored


def test_more_than_everything_is_paid_only_with_leave() -> None:
    reward = {"type": "percent", "rate": "150", "allow_over_100": True}
    assert rule(reward=reward)["reward"] == {**reward, "base": "net"}
    steps = [{"from": 5, "rate": "120"}]
    assert rule(reward=reward, brackets={**BRACKETS, "steps": steps})["brackets"]["steps"] == steps


@pytest.mark.parametrize(
    ("field", "op", "sent", "stored"),
    [
        ("metadata.vip", "eq", True, "true"),
        ("metadata.seats", "eq", 12, "12"),
        ("metadata.size", "in", [1.5, "XL"], ["1.5", "XL"]),
        ("metadata.size", "gt", "1.50", "1.5"),
        ("metadata.size", "between", ["2.0", 10], [2, 10]),
        ("sub3", "lte", "7", 7),
        ("coupon", "eq", " SPRING ", "SPRING"),
        ("amount", "between", [0, 0], [0, 0]),
        ("customer.country", "in", ["ID", "MY"], ["ID", "MY"]),
        ("customer.new", "ne", False, False),
    ],
)
def test_a_value_is_kept_as_its_field_compares_it(
    field: str, op: str, sent: Any, stored: Any
) -> None:
    assert one_of(field, op, sent) == stored


def test_every_field_takes_every_operator_of_its_kind() -> None:
    by_kind = {"yes": True, "country": "DE", "money": 5, "count": 5}
    for field, kind in {**KINDS, "metadata.any": "free"}.items():
        for op in OPERATORS_OF[kind]:
            one = by_kind.get(kind, "5")
            ends = [one, one] if op in {"in", "not_in", "between"} else one
            one_of(field, op, ends)


def test_the_engine_knows_every_field_and_operator() -> None:
    assert set(OPERATORS) == OPS
    assert {name for name in KINDS if not name.startswith("sub")} == FIELDS


def test_five_groups_deep_is_taken() -> None:
    node: dict[str, Any] = {"field": "sku", "op": "eq", "value": "A"}
    for name in ("all", "any", "none", "any", "all"):
        node = {name: [node]}
    (path, leaf), *rest = leaves(rule(conditions=node)["conditions"])
    assert path == "conditions.all[0].any[0].none[0].any[0].all[0]"
    assert (leaf["value"], rest) == ("A", [])


def test_a_hundred_conditions_and_no_more() -> None:
    group = {"any": [{"field": "sku", "op": "eq", "value": "A"}] * 50}
    rule(conditions={"all": [group, group]})
    with pytest.raises(Refusal) as caught:
        rule(conditions={"all": [group, group, group]})
    assert [one.code for one in caught.value.errors] == ["too_many"]


LEAVES = st.one_of(
    st.builds(
        lambda op, value: {"field": "amount", "op": op, "value": value},
        st.sampled_from(["eq", "ne", "gt", "lte"]),
        st.integers(0, 10**9),
    ),
    st.builds(
        lambda values: {"field": "metadata.x", "op": "in", "value": values},
        st.lists(st.one_of(st.booleans(), st.integers(), st.just("a")), min_size=1, max_size=3),
    ),
    st.builds(
        lambda low, more: {"field": "sub1", "op": "between", "value": [str(low), low + more]},
        st.integers(0, 99),
        st.integers(0, 99),
    ),
)
GROUPS = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda name, members: {name: members},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
RULES = st.fixed_dictionaries(
    {"name": st.just("Any")},
    optional={
        "reward": st.one_of(
            st.builds(
                lambda rate, base: {"type": "percent", "rate": rate, "base": base},
                st.decimals(0, 100, places=4).map(str),
                st.sampled_from(["net", "gross", "margin"]),
            ),
            st.builds(lambda amount: {"type": "flat", "amount": amount}, st.integers(1, 10**9)),
            st.builds(lambda amount: {"type": "points", "amount": amount}, st.integers(1, 10**9)),
        ),
        "conditions": st.one_of(st.none(), GROUPS),
        "duration": st.sampled_from([None, {"months": 0}, {"months": 12}, {"charges": 3}]),
        "limits": st.lists(
            st.builds(
                lambda per, amount: {"per": per, "window": "month", "amount": amount},
                st.sampled_from(["customer", "partner", "program"]),
                st.integers(-1, 10**6),
            ),
            max_size=2,
        ),
        "adds": st.booleans(),
    },
)


@settings(max_examples=200, deadline=None)
@given(sent=RULES)
def test_the_stored_form_is_taken_again_unchanged(sent: dict[str, Any]) -> None:
    try:
        stored = checked({**PLAIN, **sent})
    except Refusal:
        return
    assert checked(stored) == stored
