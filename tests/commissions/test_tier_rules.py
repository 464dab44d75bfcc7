"""Tiers as they were worked by hand, and what holds for every ladder. No database."""

import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import TierMetric, TierWindow
from commissions.models import GoalMetric
from commissions.tiering import rules, windows, words
from commissions.tiering.rules import Condition, Rung, Step
from commissions.tiering.windows import Days

TABLE = Path(__file__).parent.parent / "data" / "tiers" / "timelines.yaml"
EXAMPLES = [pytest.param(one, id=one["name"]) for one in yaml.safe_load(TABLE.read_text())]
DAY = date(2026, 5, 20)


def ladder(tiers: dict[str, Any]) -> dict[str, Rung]:
    """The example's tiers by key."""
    found = {}
    for number, (key, (rank, *asked)) in enumerate(tiers.items(), start=1):
        condition = None if asked == ["by hand"] else Condition("sales_count", "lifetime", *asked)
        found[key] = Rung(uuid.UUID(int=number), rank, condition)
    return found


def met_by(rungs: list[Rung], value: int) -> set[uuid.UUID]:
    """Tiers that `value` is enough for."""
    return {one.tier for one in rungs if one.condition and value >= one.condition.threshold}


@pytest.mark.parametrize("example", EXAMPLES)
def test_where_a_partner_stands_day_by_day(example: dict[str, Any]) -> None:
    by_key = ladder(example["tiers"])
    names: dict[uuid.UUID | None, str] = {rung.tier: key for key, rung in by_key.items()}
    names[None] = "none"
    rungs = list(by_key.values())
    start = by_key.get(example.get("start", ""))
    tier, short = (start.tier if start else None), None
    for day, value, expected, *falls_on in example["days"]:
        verdict = rules.decide(rungs, met_by(rungs, value), tier, short, day)
        stands = (names[verdict.tier], [verdict.falls_on] if verdict.falls_on else [])
        assert stands == (expected, falls_on), day
        again = rules.decide(rungs, met_by(rungs, value), verdict.tier, verdict.short_since, day)
        kept = (again.tier, again.short_since, again.falls_on)
        assert kept == (verdict.tier, verdict.short_since, verdict.falls_on)
        tier, short = verdict.tier, verdict.short_since


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=12),
)
def test_nobody_is_below_what_he_meets_nor_leaves_within_the_grace(
    steps: list[tuple[int, int]], path: list[tuple[int, int]]
) -> None:
    rungs = [
        Rung(uuid.UUID(int=rank), rank, Condition("leads", "lifetime", start, grace))
        for rank, (start, grace) in enumerate(steps, start=1)
    ]
    rank_of: dict[uuid.UUID | None, int] = {one.tier: one.rank for one in rungs} | {None: 0}
    tier, short, day, began = None, None, DAY, None
    for value, pause in path:
        day += timedelta(days=pause)
        met = met_by(rungs, value)
        verdict = rules.decide(rungs, met, tier, short, day)
        top = rules.best(rungs, met)
        assert rank_of[verdict.tier] >= (top.rank if top else 0)
        if verdict.step is Step.DROPS:
            own = next(one for one in rungs if one.tier == tier)
            assert own.condition is not None
            assert day >= (began or day) + timedelta(days=own.condition.grace_days)
        began = verdict.short_since
        assert verdict.short_since is None or verdict.tier not in met
        tier, short = verdict.tier, verdict.short_since


# window, day of the evaluation, what it counts
COUNTED = [
    ("previous_month", date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)),
    ("previous_month", date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)),
    ("previous_month", date(2026, 1, 1), date(2025, 12, 1), date(2025, 12, 31), date(2026, 1, 1)),
    ("quarter", date(2026, 1, 1), date(2025, 10, 1), date(2025, 12, 31), date(2026, 1, 1)),
    ("quarter", date(2026, 3, 31), date(2025, 10, 1), date(2025, 12, 31), date(2026, 1, 1)),
    ("quarter", date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1)),
    ("year", date(2026, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)),
    ("rolling_90_days", date(2026, 4, 1), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1)),
    ("lifetime", date(2026, 4, 1), windows.BEGINNING, date(2026, 3, 31), date(2026, 4, 1)),
]


@pytest.mark.parametrize(("window", "day", "first", "last", "decides_on"), COUNTED)
def test_an_evaluation_counts_whole_windows_before_its_day(
    window: str, day: date, first: date, last: date, decides_on: date
) -> None:
    assert windows.counted(window, day) == Days(first, last, decides_on)


@pytest.mark.parametrize(
    ("window", "first", "last", "decides_on"),
    [
        ("previous_month", date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 1)),
        ("quarter", date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1)),
        ("year", date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)),
        ("rolling_90_days", date(2026, 2, 20), date(2026, 5, 20), date(2026, 5, 21)),
        ("lifetime", windows.BEGINNING, date(2026, 5, 20), date(2026, 5, 21)),
    ],
)
def test_what_runs_is_what_the_next_evaluation_counts(
    window: str, first: date, last: date, decides_on: date
) -> None:
    found = windows.running(window, DAY)
    assert found == Days(first, last, decides_on)
    assert windows.counted(window, decides_on) == found
    assert windows.counted(window, decides_on - timedelta(days=1)) != found


@pytest.mark.parametrize(
    ("value", "recent", "target", "expected"),
    [
        (90, 0, 90, DAY),
        (80, 28, 90, DAY + timedelta(days=10)),
        (80, 56, 91, DAY + timedelta(days=6)),  # 5.5 days
        (80, 0, 90, None),
        (80, -5, 90, None),
    ],
)
def test_when_a_target_is_reached_at_the_present_pace(
    value: int, recent: int, target: int, expected: date | None
) -> None:
    assert windows.reaches_on(value, recent, 28, target, DAY) == expected


def test_every_window_and_metric_has_its_words_and_its_counting() -> None:
    assert set(words.ASKS) == set(TierWindow.values)
    assert set(TierMetric.values) == set(GoalMetric.values)
    assert set(TierMetric.labels) == set(GoalMetric.labels)
