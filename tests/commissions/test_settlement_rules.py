"""What must hold of settlements whatever the numbers are, and what terms are refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commissions.settlements import calendar, computing, rules, terms
from commissions.settlements.calendar import Span
from commissions.settlements.components import Component, Known, Parties, components
from commissions.settlements.sold import Sold
from commissions.settlements.terms import Goods
from prm.errors import Unacceptable

AMOUNTS = st.integers(-(10**9), 10**9)
POSITIVE = st.integers(0, 10**9)
RATES = st.decimals(0, 100, places=2)
PARTIES = Parties("seller", ("rani",))
PERIODS = 5
ROYALTY: dict[str, Any] = {"source": "sales", "rate": "8"}


@given(
    parts=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 100), min_size=2),
    revenue=st.dictionaries(st.sampled_from("abcdefg"), POSITIVE),
    cost=st.dictionaries(st.sampled_from("abcdefg"), POSITIVE),
)
def test_parts_sum_to_the_whole_and_all_owed_to_nothing(
    parts: dict[str, int], revenue: dict[str, int], cost: dict[str, int]
) -> None:
    found = rules.share(parts, revenue, cost)
    whole = sum(revenue.values()) - sum(cost.values())
    assert sum(one.part for one in found.values()) == whole
    assert sum(one.owed for one in found.values()) == 0


@given(earned=st.lists(AMOUNTS, max_size=8), data=st.data())
def test_an_advance_is_never_recouped_beyond_its_amount(earned: list[int], data: Any) -> None:
    granted = data.draw(st.lists(POSITIVE, min_size=len(earned), max_size=len(earned)))
    found = rules.recoup(earned, granted)
    recouped = 0
    for place, (one, row) in enumerate(zip(earned, found, strict=True)):
        recouped += row.amount
        assert 0 <= row.amount <= max(one, 0)
        assert recouped <= sum(granted[: place + 1])
        assert row.left == sum(granted[: place + 1]) - recouped


@given(net=AMOUNTS, rate=RATES, steps=st.lists(st.tuples(st.integers(1, 10**9), RATES), max_size=5))
def test_slices_make_up_net_sales_and_are_rounded_once(
    net: int, rate: Decimal, steps: list[tuple[int, Decimal]]
) -> None:
    edges = [rules.Step(start, one) for start, one in sorted(dict(steps).items())]
    found = rules.royalty(net, rate, edges)
    assert sum(one.base for one in found.slices) == net
    exact = sum((one.exact for one in found.slices), Decimal(0))
    assert abs(exact - found.amount) <= Decimal("0.5")


@given(
    sold=st.lists(AMOUNTS, min_size=1, max_size=9),
    guarantee=st.integers(1, 10**7),
    per=st.sampled_from(["period", "year"]),
    month=st.integers(1, 12),
)
def test_a_guarantee_is_never_underpaid(
    sold: list[int], guarantee: int, per: str, month: int
) -> None:
    agreed = {**ROYALTY, "guarantee": {"amount": guarantee, "per": per}}
    known = _known(terms.parse("royalty", agreed), sold, start=date(2026, month, 1))
    rows = components(known, PARTIES, None)
    years = calendar.years([one.span for one in known], None)
    by_year: dict[int, int] = {}
    for row, (year, last) in zip(rows, years, strict=True):
        earned = sum(one.amount for one in row)
        by_year[year] = by_year.get(year, 0) + earned
        if per == "period":
            cut = next(one.base for one in row if one.code == "guarantee")
            assert earned >= cut
        elif last:
            assert by_year[year] >= guarantee


FACTS = st.lists(
    st.tuples(
        st.integers(0, PERIODS - 1),  # the period that it belongs to
        st.integers(0, PERIODS + 1),  # how much later it arrives
        st.integers(-(10**6), 10**6),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(
    facts=FACTS,
    steps=st.booleans(),
    guarantee=st.sampled_from([None, "period", "year"]),
    advance=st.integers(0, 10**5),
)
def test_any_order_of_arrival_comes_to_the_same(
    facts: list[tuple[int, int, int]], steps: bool, guarantee: str | None, advance: int
) -> None:
    agreed: dict[str, Any] = dict(ROYALTY)
    if steps:
        agreed["steps"] = [{"from": 1000, "rate": "10.5"}, {"from": 50_000, "rate": "3"}]
    if guarantee:
        agreed["guarantee"] = {"amount": 40_000, "per": guarantee}
    parsed = terms.parse("royalty", agreed)
    at_once = _settled(parsed, [(place, 0, amount) for place, _late, amount in facts], advance)
    assert _settled(parsed, facts, advance) == at_once


def _settled(parsed: terms.Terms, facts: list[tuple[int, int, int]], advance: int) -> int:
    """What is paid in all, when each settlement knows only what has arrived by then."""
    stated: dict[date, dict[tuple[str, str], tuple[int, int]]] = {}
    paid = 0
    for turn in range(2 * PERIODS + 2):
        arrived = [
            sum(amount for place, late, amount in facts if place == one and place + late <= turn)
            for one in range(min(turn + 1, PERIODS))
        ]
        known = _known(parsed, arrived, advance=advance)
        for one, parts in zip(known, components(known, PARTIES, None), strict=True):
            own = one.span.starts_on
            lines = computing.corrections(own, parts, stated)
            paid += sum(line.amount for line in lines)
            for line in lines:
                base, amount = stated.setdefault(own, {}).get((line.party_id, line.code), (0, 0))
                moved = (base + line.base, amount + line.amount)
                stated[own][line.party_id, line.code] = moved
    return paid


def _known(
    parsed: terms.Terms, sold: list[int], *, start: date = date(2026, 1, 1), advance: int = 0
) -> list[Known]:
    found = calendar.spans(start, None, "quarter", date(2032, 1, 1))
    return [
        Known(span=span, terms=parsed, sold=Sold(sold=amount), granted=0 if place else advance)
        for place, (span, amount) in enumerate(zip(found, sold, strict=False))
    ]


def test_what_is_no_longer_computed_is_taken_back() -> None:
    day = date(2026, 1, 1)
    stated = {day: {("rani", "cost"): (500, 500), ("rani", "share"): (100, 40)}}
    parts = [Component("rani", "share", 100, 40)]
    (line,) = computing.corrections(day, parts, stated)
    assert (line.code, line.amount, line.facts["amount_now"]) == ("cost", -500, 0)


def test_nothing_known_makes_nothing() -> None:
    assert components([], PARTIES, None) == []


# Periods


@pytest.mark.parametrize(
    ("day", "length", "first", "last"),
    [
        (date(2026, 2, 14), "month", date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), "month", date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 8, 1), "quarter", date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 6, 30), "half_year", date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), "year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_lies_in_its_calendar_period(day: date, length: str, first: date, last: date) -> None:
    assert calendar.span_of(day, length) == Span(first, last, length)


def test_an_agreement_within_a_period_has_short_ones() -> None:
    found = calendar.spans(date(2026, 9, 21), date(2027, 1, 15), "quarter", date(2030, 1, 1))
    assert [(one.starts_on, one.ends_on, one.is_short) for one in found] == [
        (date(2026, 9, 21), date(2026, 9, 30), True),
        (date(2026, 10, 1), date(2026, 12, 31), False),
        (date(2027, 1, 1), date(2027, 1, 15), True),
    ]


def test_a_contract_year_from_a_leap_day() -> None:
    assert calendar.year_days(date(2028, 2, 29), 1, None) == (365, 365)
    assert calendar.year_days(date(2028, 2, 29), 2, date(2029, 2, 27)) == (0, 365)


# Terms


@pytest.mark.parametrize(
    ("kind", "data", "field"),
    [
        ("royalty", {}, "terms.rate"),
        ("royalty", {"rate": "101"}, "terms.rate"),
        ("royalty", {"rate": "NaN"}, "terms.rate"),
        ("royalty", {"rate": "7.12345"}, "terms.rate"),
        ("royalty", {**ROYALTY, "source": "dreams"}, "terms.source"),
        ("royalty", {**ROYALTY, "colour": "red"}, "terms.colour"),
        ("royalty", {**ROYALTY, "goods": []}, ""),
        ("royalty", {**ROYALTY, "goods": {"brands": []}}, "terms.goods"),
        ("royalty", {**ROYALTY, "goods": {"skus": "A"}}, "terms.goods.skus"),
        ("royalty", {**ROYALTY, "goods": {"skus": ["A", ""]}}, "terms.goods.skus"),
        ("royalty", {**ROYALTY, "steps": 5}, "terms.steps"),
        ("royalty", {**ROYALTY, "steps": [{"from": 5}]}, "terms.steps[0]"),
        ("royalty", {**ROYALTY, "steps": [{"from": 0, "rate": "1"}]}, "terms.steps[0].from"),
        (
            "royalty",
            {**ROYALTY, "steps": [{"from": 5, "rate": "1"}, {"from": 5, "rate": "2"}]},
            "terms.steps[1].from",
        ),
        ("royalty", {**ROYALTY, "guarantee": 5}, "terms.guarantee"),
        ("royalty", {**ROYALTY, "guarantee": {"amount": -1}}, "terms.guarantee.amount"),
        ("royalty", {**ROYALTY, "guarantee": {"amount": 1, "per": "day"}}, "terms.guarantee.per"),
        ("shared_revenue", {}, "terms.parts"),
        ("shared_revenue", {"parts": {"a": 1, "b": True}}, "terms.parts"),
        ("shared_revenue", {"parts": {"a": 1, "b": 0}}, "terms.parts"),
        ("shared_revenue", {"parts": {"a": 1, "b": 1}, "costs": 1}, "terms.costs"),
        ("distribution", {}, "terms.fee.type"),
        ("distribution", {"fee": {"type": "per_unit"}}, "terms.fee.amount"),
        ("distribution", {"fee": {"type": "per_unit", "amount": 1, "rate": "2"}}, "terms.fee"),
        ("distribution", {"fee": {"type": "percent", "rate": "x"}}, "terms.fee.rate"),
    ],
)
def test_terms_are_refused_by_the_path_of_the_mistake(
    kind: str, data: dict[str, Any], field: str
) -> None:
    if not field:
        assert terms.parse(kind, data)
        return
    with pytest.raises(Unacceptable) as refused:
        terms.parse(kind, data)
    assert field in [error.field for error in refused.value.errors]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("royalty", {**ROYALTY, "rate": "7.50", "steps": [{"from": 9, "rate": "10"}]}),
        ("royalty", {**ROYALTY, "guarantee": {"amount": 5, "per": "year"}}),
        ("shared_revenue", {"source": "both", "parts": {"a": 1, "b": 2}, "costs": False}),
        ("distribution", {"fee": {"type": "percent", "rate": "2"}, "minimum": 4}),
        ("distribution", {"fee": {"type": "per_unit", "amount": 3}, "goods": {"skus": [" A "]}}),
    ],
)
def test_stored_terms_read_back_the_same(kind: str, data: dict[str, Any]) -> None:
    parsed = terms.parse(kind, data)
    assert terms.parse(kind, terms.as_json(parsed)) == parsed


@pytest.mark.parametrize(
    ("mine", "other", "meets"),
    [
        (Goods(), Goods(("A",)), True),
        (Goods(("A",)), Goods(("B",)), False),
        (Goods(("A",)), Goods(("A", "B")), True),
        (Goods(("A",)), Goods((), ("shoes",)), True),
        (Goods((), ("hats",)), Goods((), ("shoes",)), False),
    ],
)
def test_goods_of_two_agreements_may_meet(mine: Goods, other: Goods, meets: bool) -> None:
    assert mine.meets(other) is meets
