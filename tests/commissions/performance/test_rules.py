"""Engagement and health by tables worked by hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from commissions.performance.rules import CASES, PARTS, Facts, engagement, health, tenths, worsened

DAY = date(2026, 11, 20)
OLD = date(2025, 1, 1)
GOOD: dict[str, Any] = {"sales": 10, "sales_before": 10, "amount": 1_000, "before": 1_000,
                        "last_sale_on": DAY}  # fmt: skip


def facts(**values: Any) -> Facts:
    return Facts(**{"as_of": DAY, "joined_on": OLD, **values})


@pytest.mark.parametrize(
    ("values", "why", "kind"),
    [
        ({}, "quiet", "dormant"),
        ({"last_sale_on": DAY - timedelta(days=60)}, "quiet", "dormant"),
        ({"last_sale_on": DAY - timedelta(days=59)}, "no_sales", "fading"),
        ({"joined_on": DAY - timedelta(days=29)}, "new", "steady"),
        ({"joined_on": DAY - timedelta(days=30)}, "never", "steady"),
        ({"joined_on": DAY - timedelta(days=60)}, "quiet", "dormant"),
        # an imported past makes nobody new
        ({**GOOD, "joined_on": DAY, "amount": 700}, "sales_down", "fading"),
        ({**GOOD, "sales": 0, "amount": 0}, "stopped", "fading"),
        ({"sales_before": 2, "before": 500, "last_sale_on": DAY}, "no_sales", "fading"),
        ({**GOOD, "amount": 750}, "sales_down", "fading"),
        ({**GOOD, "amount": 751}, "even", "steady"),
        ({**GOOD, "sales": 1, "sales_before": 2, "amount": 100}, "even", "steady"),
        ({**GOOD, "clicks": 50, "clicks_before": 100}, "clicks_down", "fading"),
        ({**GOOD, "clicks": 51, "clicks_before": 100}, "even", "steady"),
        ({**GOOD, "clicks": 5, "clicks_before": 29}, "even", "steady"),
        ({**GOOD, "amount": 1_001, "clicks": 50, "clicks_before": 100}, "even", "steady"),
        ({**GOOD, "sales_before": 0, "before": 0}, "started", "growing"),
        ({**GOOD, "amount": 1_250}, "sales_up", "growing"),
        ({**GOOD, "amount": 1_249}, "even", "steady"),
        ({**GOOD, "sales": 2, "amount": 5_000}, "even", "steady"),
        ({"clicks": 10}, "never", "steady"),
        (GOOD, "even", "steady"),
    ],
)  # fmt: skip
def test_health(values: dict[str, Any], why: str, kind: str) -> None:
    found = health(facts(**values))
    assert (found.why, found.health) == (why, kind)


def test_reasons_are_told_apart() -> None:
    assert len({case.why for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({}, (0, 0, 0, 0, 0, 0, 0)),
        (
            {"portal_days": 4, "click_days": 10, "sale_days": 5, "new_links": 1, "taken": 1,
             "news_read": 1, "messages": 1},
            (10, 10, 15, 3, 2, 2, 2),
        ),
        (
            {"portal_days": 8, "click_days": 20, "sale_days": 10, "new_links": 3, "taken": 4,
             "news_read": 2, "messages": 2},
            (20, 20, 30, 10, 10, 5, 5),
        ),
        (
            {"portal_days": 30, "click_days": 30, "sale_days": 30, "new_links": 9, "taken": 50,
             "news_read": 9, "messages": 40},
            (20, 20, 30, 10, 10, 5, 5),
        ),
    ],
)  # fmt: skip
def test_engagement(values: dict[str, Any], parts: tuple[int, ...]) -> None:
    assert tuple(engagement(facts(**values)).values()) == parts


def test_parts_make_a_hundred() -> None:
    assert sum(part.most for part in PARTS) == 100


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [("steady", "fading", True), ("growing", "fading", True), ("growing", "dormant", True),
     ("fading", "dormant", True), ("steady", "growing", False), ("dormant", "fading", False),
     ("fading", "fading", False), ("dormant", "dormant", False), ("fading", "steady", False)],
)  # fmt: skip
def test_what_is_told(before: str, now: str, told: bool) -> None:
    assert worsened(before, now) is told


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [(0, 0, None), (5, 0, None), (125, 100, 250), (0, 100, -1000), (2, 3, -333), (1, 2_000, -1000),
     (2_001, 2_000, 1), (1_999, 2_000, -1)],
)  # fmt: skip
def test_change(now: int, before: int, change: int | None) -> None:
    assert tenths(now, before) == change
