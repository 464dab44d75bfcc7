"""Which rule wins, what it pays, what a refund takes back: by table and by property."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissions.rules import CompiledRule, Reward, SaleFacts, choose, earn, take_back

NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def rule(name: str = "All", **changes: object) -> CompiledRule:
    """A rule in force for everybody at 10 % of net, with changes."""
    fields: dict[str, object] = {
        "version_id": name,
        "rule_id": name,
        "name": name,
        "number": 1,
        "valid_from": NOON - timedelta(days=30),
        "valid_until": None,
        "partner_id": None,
        "priority": 0,
        "order": name,
        "currency": "EUR",
        "reward": Reward("percent", rate=Decimal(10)),
    }
    return CompiledRule(**{**fields, **changes})  # type: ignore[arg-type]


def facts(net: int = 10_000, **changes: object) -> SaleFacts:
    """A sale of partner `rani` at noon."""
    fields: dict[str, object] = {
        "partner_id": "rani",
        "currency": "EUR",
        "net": net,
        "tax": 0,
        "shipping": 0,
        "occurred_at": NOON,
    }
    return SaleFacts(**{**fields, **changes})  # type: ignore[arg-type]


FLAT_USD = rule("B", reward=Reward("flat", amount=500), currency="USD")


@pytest.mark.parametrize(
    ("rules", "winner", "reasons"),
    [
        ([], None, []),
        ([rule("A")], "A", []),
        ([rule("A"), rule("B", partner_id="rani")], "B", [("A", "less_specific")]),
        ([rule("A", priority=9), rule("B", partner_id="rani")], "B", [("A", "less_specific")]),
        ([rule("A"), rule("B", priority=1)], "B", [("A", "lower_priority")]),
        ([rule("B"), rule("A")], "A", [("B", "newer")]),
        ([rule("A"), rule("B", valid_from=NOON + SECOND)], "A", [("B", "not_yet")]),
        ([rule("A", valid_from=NOON)], "A", []),
        ([rule("A", valid_until=NOON)], None, [("A", "no_longer")]),
        ([rule("A", valid_until=NOON + SECOND)], "A", []),
        ([rule("A"), FLAT_USD], "A", [("B", "other_currency")]),
    ],
)
def test_choice(
    rules: list[CompiledRule], winner: str | None, reasons: list[tuple[str, str]]
) -> None:
    choice = choose(rules, facts())
    assert (choice.winner.name if choice.winner else None) == winner
    assert [(other.rule.name, other.why) for other in choice.others] == reasons


@pytest.mark.parametrize("starts", [NOON - SECOND, NOON + timedelta(days=9)])
def test_another_partners_rule_is_not_even_named(starts: datetime) -> None:
    secret = rule("Secret", partner_id="sekar", valid_from=starts)
    choice = choose([rule("A"), secret], facts())
    assert choice.winner is not None
    assert choice.winner.name == "A"
    assert choice.others == []


@pytest.mark.parametrize(
    ("reward", "net", "tax", "shipping", "base", "final"),
    [
        (Reward("percent", rate=Decimal("7.5")), 10_000, 900, 500, 10_000, 750),
        (Reward("percent", rate=Decimal("7.5")), 33, 0, 0, 33, 2),  # 2.475
        (Reward("percent", rate=Decimal("2.5")), 20, 0, 0, 20, 1),  # 0.5 goes up
        (Reward("percent", rate=Decimal("0.0001")), 1, 0, 0, 1, 0),
        (Reward("percent", base="gross", rate=Decimal(10)), 10_000, 900, 500, 11_400, 1_140),
        (Reward("percent", rate=Decimal(100)), 10_000, 0, 0, 10_000, 10_000),
        (Reward("flat", amount=500), 10_000, 0, 0, 10_000, 500),
        (Reward("flat", amount=500), 300, 900, 900, 300, 300),
        (Reward("flat", amount=500, uncapped=True), 300, 0, 0, 300, 500),
        (Reward("flat", amount=500), 0, 0, 0, 0, 0),
    ],
)
def test_amount(reward: Reward, net: int, tax: int, shipping: int, base: int, final: int) -> None:
    amount = earn(rule(reward=reward), facts(net, tax=tax, shipping=shipping))
    assert (amount.base, amount.final) == (base, final)


amounts = st.integers(min_value=0, max_value=10**12)
rates = st.decimals(min_value="0.0001", max_value=100, places=4)


@given(net=amounts, rate=rates)
def test_a_percentage_is_rounded_once_and_never_by_more_than_half(net: int, rate: Decimal) -> None:
    amount = earn(rule(reward=Reward("percent", rate=rate)), facts(net))
    assert abs(amount.final - amount.exact) <= Decimal("0.5")
    assert 0 <= amount.final <= net or net == 0


@given(
    sold=st.integers(min_value=1, max_value=10**9),
    earned=st.integers(min_value=0, max_value=10**9),
    cuts=st.lists(st.integers(min_value=0, max_value=10**9), max_size=6),
)
def test_parts_of_a_full_refund_take_back_exactly_all(
    sold: int, earned: int, cuts: list[int]
) -> None:
    """Whatever the parts are, nothing is taken twice and at the end all of it is gone."""
    points = [*sorted(min(cut, sold) for cut in cuts), sold]
    taken = 0
    for so_far in points:
        part = take_back(earned, taken, so_far, sold)
        assert part >= 0
        taken += part
        assert taken <= earned
    assert taken == earned


@given(
    rules=st.lists(
        st.builds(
            rule,
            st.sampled_from("ABCDE"),
            priority=st.integers(0, 2),
            partner_id=st.sampled_from([None, "rani", "sekar"]),
        ),
        max_size=6,
        unique_by=lambda one: one.name,
    )
)
def test_the_order_of_rules_does_not_matter(rules: list[CompiledRule]) -> None:
    one, other = choose(rules, facts()), choose(rules[::-1], facts())
    assert one.winner == other.winner
    if one.winner is not None:
        assert one.winner.partner_id in (None, "rani")
        own = [each for each in rules if each.partner_id == "rani"]
        assert not own or one.winner.partner_id == "rani"


def test_nothing_sold_takes_nothing_back() -> None:
    assert take_back(100, 0, 0, 0) == 0
