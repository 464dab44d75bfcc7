"""What goals pay, worked by hand, and what holds for every goal. No database."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissions.goals import rules, spans, terms
from commissions.goals.rules import Due, Step
from commissions.goals.spans import Span
from commissions.goals.terms import Terms

BRONZE = Step("Bronze", 100, "EUR", flat=1_000)
SILVER = Step("Silver", 200, "EUR", flat=2_500)
GOLD = Step("Gold", 300, "", rate=Decimal(10))
STEPS = [BRONZE, SILVER, GOLD]
IDS = [uuid.UUID(int=number) for number in range(1, 9)]

# value, all targets pay?, what is due; 10 % of EUR 123.45 is 12.345, rounded up, and of 5 points 1
DUE: list[tuple[int, bool, list[Due]]] = [
    (99, False, []),
    (100, False, [Due(1, "EUR", 1_000)]),
    (199, True, [Due(1, "EUR", 1_000)]),
    (200, False, [Due(2, "EUR", 2_500)]),
    (200, True, [Due(1, "EUR", 1_000), Due(2, "EUR", 2_500)]),
    (300, False, [Due(3, "EUR", 1_235), Due(3, "PTS", 1)]),
    (
        999,
        True,
        [Due(1, "EUR", 1_000), Due(2, "EUR", 2_500), Due(3, "EUR", 1_235), Due(3, "PTS", 1)],
    ),
    (-5, True, []),
]


@pytest.mark.parametrize(("value", "all_steps", "expected"), DUE)
def test_what_a_value_pays(value: int, all_steps: bool, expected: list[Due]) -> None:
    earned = {"EUR": 12_345, "PTS": 5, "USD": -300}
    assert rules.due(STEPS, value, earned, all_steps=all_steps) == expected


def test_a_percentage_of_nothing_pays_nothing() -> None:
    assert rules.due([GOLD], 300, {}, all_steps=False) == []


# wanted, paid before, all targets pay?, may take back?, what follows
SETTLE: list[tuple[list[Due], list[Due], bool, bool, list[Due]]] = [
    ([], [], False, False, []),
    ([Due(1, "EUR", 1_000)], [], False, False, [Due(1, "EUR", 1_000)]),
    ([Due(1, "EUR", 1_000)], [Due(1, "EUR", 1_000)], False, True, []),
    ([Due(2, "EUR", 2_500)], [Due(1, "EUR", 1_000)], False, False, [Due(2, "EUR", 1_500)]),
    ([Due(1, "EUR", 1_000)], [Due(2, "EUR", 2_500)], False, False, []),
    ([Due(1, "EUR", 1_000)], [Due(2, "EUR", 2_500)], False, True, [Due(2, "EUR", -1_500)]),
    ([], [Due(1, "EUR", 9), Due(2, "EUR", 1)], True, True, [Due(1, "EUR", -9), Due(2, "EUR", -1)]),
    (
        [Due(1, "EUR", 9), Due(2, "EUR", 4)],
        [Due(1, "EUR", 9)],
        True,
        True,
        [Due(2, "EUR", 4)],
    ),
]


@pytest.mark.parametrize(("wanted", "paid", "all_steps", "take_back", "expected"), SETTLE)
def test_what_is_still_to_be_paid_or_taken_back(
    wanted: list[Due], paid: list[Due], all_steps: bool, take_back: bool, expected: list[Due]
) -> None:
    found = rules.settle(wanted, paid, all_steps=all_steps, take_back=take_back)
    assert found == expected


@pytest.mark.parametrize(
    ("value", "near", "missing", "reached"),
    [(0, 0, 100, 0), (79, 0, 21, 0), (80, 1, 20, 0), (100, 0, 100, 1), (160, 2, 40, 1),
     (239, 0, 61, 2), (240, 3, 60, 2), (300, 0, 0, 3)],
)  # fmt: skip
def test_near_missing_and_reached(value: int, near: int, missing: int, reached: int) -> None:
    assert rules.is_near(STEPS, value) == near
    assert rules.missing(STEPS, value) == missing
    assert rules.reached(STEPS, value) == reached


def test_stored_steps() -> None:
    flat = {"name": "A", "from": 5, "reward": {"type": "flat", "amount": 7}}
    points = {"name": "", "from": 6, "reward": {"type": "points", "amount": 8}}
    percent = {"name": "C", "from": 7, "reward": {"type": "percent", "rate": "2.5"}}
    assert rules.step_of(flat, "IDR") == Step("A", 5, "IDR", flat=7)
    assert rules.step_of(points, "IDR") == Step("", 6, "PTS", flat=8)
    assert rules.step_of(percent, "IDR") == Step("C", 7, "", rate=Decimal("2.5"))


# values, prizes, minimum, places, what each gets
CONTESTS: list[tuple[list[int], list[int], int, list[int], list[int]]] = [
    ([30, 20, 10], [500, 300, 100], 1, [1, 2, 3], [500, 300, 100]),
    ([30, 30, 10], [501, 300, 100], 1, [1, 1, 3], [401, 400, 100]),  # 801 in two
    ([30, 20, 20, 20], [500, 300], 1, [1, 2, 2, 2], [500, 100, 100, 100]),  # 300 in three
    ([9, 9, 9], [10], 1, [1, 1, 1], [4, 3, 3]),
    ([30, 20, 10], [500], 25, [1], [500]),
    ([0, -4], [500], 0, [], []),
    ([5, 5], [1], 1, [1, 1], [1, 0]),
]


@pytest.mark.parametrize(("values", "prizes", "minimum", "places", "won"), CONTESTS)
def test_contests(
    values: list[int], prizes: list[int], minimum: int, places: list[int], won: list[int]
) -> None:
    found = rules.ranked(dict(zip(IDS, values, strict=False)), minimum)
    assert [one.place for one in found] == places
    paid = rules.prizes_of(found, prizes)
    assert [paid.get(one.partner_id, 0) for one in found] == won
    assert all(one.tied == (places.count(one.place) > 1) for one in found)


@given(
    st.dictionaries(st.uuids(), st.integers(-5, 30), max_size=12),
    st.lists(st.integers(1, 10_000), min_size=1, max_size=6),
    st.integers(0, 10),
)
def test_prizes_paid_sum_to_the_prizes_of_the_places_taken(
    values: dict[uuid.UUID, int], prizes: list[int], minimum: int
) -> None:
    places = rules.ranked(values, minimum)
    paid = rules.prizes_of(places, prizes)
    assert sum(paid.values()) == sum(prizes[: len(places)])
    by_place: dict[int, list[int]] = {}
    for one in places:
        by_place.setdefault(one.place, []).append(paid.get(one.partner_id, 0))
    assert all(max(shares) - min(shares) <= 1 for shares in by_place.values())


@st.composite
def ladders(draw: st.DrawFn) -> list[Step]:
    """Targets in order, each paying no less than the one before."""
    starts = sorted(draw(st.sets(st.integers(1, 500), min_size=1, max_size=4)))
    pays = sorted(draw(st.lists(st.integers(1, 900), min_size=len(starts), max_size=len(starts))))
    return [Step("", at, "EUR", flat=pay) for at, pay in zip(starts, pays, strict=True)]


@given(ladders(), st.lists(st.integers(0, 600), max_size=8), st.booleans())
def test_paid_at_once_and_taken_back_always_sums_to_what_the_last_value_pays(
    steps: list[Step], values: list[int], all_steps: bool
) -> None:
    paid: list[Due] = []
    for value in values:
        wanted = rules.due(steps, value, {}, all_steps=all_steps)
        for _again in range(2):
            paid += rules.settle(wanted, paid, all_steps=all_steps, take_back=True)
        assert sum(one.amount for one in paid) == sum(one.amount for one in wanted)


@given(ladders(), st.lists(st.integers(0, 600), min_size=1, max_size=8), st.booleans())
def test_without_taking_back_the_highest_value_ever_is_paid_once(
    steps: list[Step], values: list[int], all_steps: bool
) -> None:
    paid: list[Due] = []
    for value in values:
        wanted = rules.due(steps, value, {}, all_steps=all_steps)
        paid += rules.settle(wanted, paid, all_steps=all_steps, take_back=False)
    best = rules.due(steps, max(values), {}, all_steps=all_steps)
    assert sum(one.amount for one in paid) == sum(one.amount for one in best)


# Windows


@pytest.mark.parametrize(
    ("window", "day", "key", "first", "last"),
    [
        ("month", date(2028, 2, 29), "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 31), "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 8, 9), "2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("quarter", date(2026, 12, 1), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 5, 5), "2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_calendar_windows(window: str, day: date, key: str, first: date, last: date) -> None:
    assert spans.calendar_span(window, day) == Span(key, first, last)


def test_windows_are_cut_to_the_goals_own_days() -> None:
    first, last = date(2026, 11, 10), date(2027, 1, 15)
    assert spans.span_at("month", first, last, date(2026, 11, 9)) is None
    assert spans.span_at("month", first, last, date(2027, 1, 16)) is None
    found = spans.begun("month", first, last, date(2027, 3, 1))
    assert [(one.key, one.first, one.last) for one in found] == [
        ("2026-11", date(2026, 11, 10), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2027-01", date(2027, 1, 1), date(2027, 1, 15)),
    ]
    assert spans.begun("month", first, None, date(2026, 12, 1))[-1].key == "2026-12"
    assert spans.next_span("month", first, last, date(2026, 11, 1)) == found[0]
    assert spans.next_span("month", first, last, date(2027, 1, 2)) is None
    assert spans.next_span("month", first, last, date(2028, 1, 2)) is None


def test_a_fixed_window_comes_once() -> None:
    first, last = date(2026, 11, 10), date(2026, 11, 19)
    once = Span("once", first, last)
    assert spans.span_at("fixed", first, last, first) == once
    assert spans.span_at("fixed", first, None, first) == Span("once", first, first)
    assert spans.next_span("fixed", first, last, first) is None
    assert spans.begun("fixed", first, last, date(2027, 1, 1)) == [once]
    before = spans.spans_before("fixed", first, last, 2)
    assert [(one.first.day, one.last.day) for one in before] == [(21, 30), (31, 9)]


def test_windows_before_a_goal_are_whole() -> None:
    before = spans.spans_before("month", date(2026, 2, 10), None, 3)
    assert [one.key for one in before] == ["2025-11", "2025-12", "2026-01"]


def test_days_and_pace() -> None:
    november = Span("2026-11", date(2026, 11, 1), date(2026, 11, 30))
    assert (november.days, november.passed(date(2026, 10, 1))) == (30, 0)
    assert (november.passed(date(2026, 11, 10)), november.left(date(2026, 11, 10))) == (10, 20)
    assert november.left(date(2027, 1, 1)) == 0
    assert spans.forecast(7, november, date(2026, 11, 4)) == 53  # 7 in 4 days: 52.5
    assert spans.forecast(7, november, date(2026, 10, 4)) == 7


# Terms


def step(start: Any = 5, **reward: Any) -> dict[str, Any]:
    return {"name": "", "from": start, "reward": reward or {"type": "flat", "amount": 5}}


FAULTS: list[tuple[Terms, str, list[str]]] = [
    (Terms(steps=[step()]), "goal", []),
    (Terms(steps=[step()], grace_days=366), "goal", ["grace_days"]),
    (Terms(steps=[step()] * 11), "goal", ["steps"]),
    (Terms(steps=[{**step(), "name": "x" * 61}]), "goal", ["steps[0].name"]),
    (Terms(steps=[step(0)]), "goal", ["steps[0].from"]),
    (Terms(steps=[step(True)]), "goal", ["steps[0].from"]),
    (Terms(steps=[step(5, type="smile")]), "goal", ["steps[0].reward.type"]),
    (Terms(steps=[step(5, type="points", amount=0)]), "goal", ["steps[0].reward.amount"]),
    (Terms(steps=[step(5, type="percent", rate="x")]), "goal", ["steps[0].reward.rate"]),
    (Terms(steps=[step(5, type="percent", rate="101")]), "goal", ["steps[0].reward.rate"]),
    (Terms(steps=[step(5, type="percent", rate="NaN")]), "goal", ["steps[0].reward.rate"]),
    (Terms(steps=[step(5, type="percent", rate="1.00001")]), "goal", ["steps[0].reward.rate"]),
    (Terms(steps=[step(5), step(5)]), "goal", ["steps[1].from"]),
    (Terms(steps=[step(5), step(6, type="flat", amount=4)]), "goal", ["steps[1].reward.amount"]),
    (
        Terms(steps=[step(5, type="percent", rate="2"), step(6, type="percent", rate="1")]),
        "goal",
        ["steps[1].reward.rate"],
    ),
    (
        Terms(steps=[step(5), step(6, type="points", amount=1)], at_once=True),
        "goal",
        ["at_once"],
    ),
    (
        Terms(steps=[step(5), step(6, type="points", amount=1)], at_once=True, all_steps=True),
        "goal",
        [],
    ),
    (Terms(steps=[step(5, type="percent", rate="2")], at_once=True), "goal", ["at_once"]),
    (Terms(steps=[step()], take_back=True), "goal", ["take_back"]),
    (Terms(steps=[step()], prizes=[1]), "goal", ["prizes"]),
    (Terms(), "goal", ["steps"]),
    (Terms(prizes=[5, 5, 1]), "contest", []),
    (Terms(), "contest", ["prizes"]),
    (Terms(prizes=[1] * 51), "contest", ["prizes"]),
    (Terms(prizes=[1, 0]), "contest", ["prizes[1]"]),
    (Terms(prizes=[1, 2]), "contest", ["prizes[1]"]),
    (Terms(prizes=[1], minimum=0), "contest", ["minimum"]),
    (Terms(prizes=[1], at_once=True), "contest", ["at_once"]),
    (Terms(prizes=[1], steps=[step()]), "contest", ["steps"]),
]  # fmt: skip


@pytest.mark.parametrize(("given_terms", "kind", "fields"), FAULTS)
def test_faults_of_terms(given_terms: Terms, kind: str, fields: list[str]) -> None:
    assert [fault.field for fault in terms.faults(given_terms, kind)] == fields


def test_rates_are_stored_plain() -> None:
    percent = [step(5, type="percent", rate="2.50"), step(6, type="percent", rate="10.0")]
    kept = terms.stored(Terms(steps=[*percent, step(7)]))["steps"]
    assert [one["reward"].get("rate") for one in kept] == ["2.5", "10", None]
