"""Sums of sales and clicks over a period beside the period before; everything from rollups.

Written as SQL: a page of figures spends more time on making such statements than on running them.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from prm.periods import Period
from prm.totals import Grain, Stretch, as_sql, over, over_days


@dataclass(frozen=True)
class SalesSum:
    """Net sales through partners in one currency, in minor units, and how many; and before."""

    amount: int
    amount_before: int
    count: int
    count_before: int


@dataclass(frozen=True)
class Reach:
    """What partners brought: how many had a sale, people's clicks, and sales by a click."""

    partners: int
    partners_before: int
    clicks: int
    clicks_before: int
    click_sales: int
    click_sales_before: int

    @property
    def rate(self) -> float | None:
        """Clicks that became sales, in per cent; None without clicks."""
        return self.click_sales * 100 / self.clicks if self.clicks else None

    @property
    def rate_before(self) -> float | None:
        """The same before."""
        return self.click_sales_before * 100 / self.clicks_before if self.clicks_before else None


@dataclass(frozen=True)
class Week:
    """One calendar week of the seller in figures; `amounts` of one currency by program name."""

    start: datetime
    amounts: dict[str, int]
    partners: int
    clicks: int
    click_sales: int

    @property
    def amount(self) -> int:
        """Net sales of all programs."""
        return sum(self.amounts.values())


@dataclass(frozen=True)
class Mover:
    """A partner whose sales moved: net sales now and before, and by week, oldest first."""

    partner_id: uuid.UUID
    name: str
    kind: str
    now: int
    before: int
    weeks: list[int]

    @property
    def change(self) -> int:
        """Gain or loss in minor units."""
        return self.now - self.before


@dataclass(frozen=True)
class Sold:
    """What a period brought: by currency, and whom it reached."""

    by_currency: dict[str, SalesSum]
    reach: Reach


_SOLD: Final = """
    WITH sold AS (
        SELECT currency, partner_id,
               COALESCE(sum(amount_minor) FILTER (WHERE starts_on >= %s), 0) AS amount,
               COALESCE(sum(amount_minor) FILTER (WHERE starts_on < %s), 0) AS amount_before,
               COALESCE(sum(count) FILTER (WHERE starts_on >= %s), 0) AS n,
               COALESCE(sum(count) FILTER (WHERE starts_on < %s), 0) AS n_before,
               COALESCE(sum(parts) FILTER (WHERE starts_on >= %s), 0) AS parts,
               COALESCE(sum(parts) FILTER (WHERE starts_on < %s), 0) AS parts_before,
               COALESCE(sum(by_click) FILTER (WHERE starts_on >= %s), 0) AS clicked,
               COALESCE(sum(by_click) FILTER (WHERE starts_on < %s), 0) AS clicked_before
        FROM tracking_salestotal WHERE {rows} GROUP BY 1, 2
    )
    SELECT currency, sum(amount)::bigint, sum(amount_before)::bigint, sum(n)::bigint,
           sum(n_before)::bigint,
           count(DISTINCT partner_id) FILTER (WHERE n + parts > 0),
           count(DISTINCT partner_id) FILTER (WHERE n_before + parts_before > 0),
           COALESCE(sum(clicked), 0)::bigint, COALESCE(sum(clicked_before), 0)::bigint
    FROM sold GROUP BY GROUPING SETS ((currency), ())
"""
_CLICKED: Final = """
    SELECT COALESCE(sum(clicks) FILTER (WHERE day BETWEEN %s AND %s), 0)::bigint,
           COALESCE(sum(clicks) FILTER (WHERE day BETWEEN %s AND %s), 0)::bigint
    FROM tracking_sellerday WHERE dimension = '' AND day >= %s
"""
_WEEKS: Final = """
    SELECT s.*, p.name FROM (
        SELECT date_trunc('week', starts_on)::date AS week, program_id,
               COALESCE(sum(amount_minor) FILTER (WHERE currency = %s), 0)::bigint AS amount,
               count(DISTINCT partner_id) FILTER (WHERE count + parts > 0), sum(by_click)::bigint
        FROM tracking_salestotal WHERE {rows} GROUP BY GROUPING SETS ((1, 2), (1))
    ) s LEFT JOIN campaigns_program p ON p.id = s.program_id
"""
_CLICKED_WEEKS: Final = """
    SELECT date_trunc('week', day)::date, sum(clicks)::bigint
    FROM tracking_sellerday WHERE dimension = '' AND day >= %s GROUP BY 1
"""
_MOVED: Final = """
    WITH moved AS (
        SELECT partner_id,
               COALESCE(sum(amount_minor) FILTER (WHERE starts_on >= %s), 0)::bigint AS now,
               COALESCE(sum(amount_minor) FILTER (WHERE starts_on < %s), 0)::bigint AS before
        FROM tracking_salestotal WHERE {rows} AND currency = %s GROUP BY 1
    ), most AS (
        (SELECT * FROM moved WHERE now > before ORDER BY now - before DESC, partner_id LIMIT %s)
        UNION ALL
        (SELECT * FROM moved WHERE now < before ORDER BY now - before, partner_id LIMIT %s)
    )
    SELECT p.id, p.name, p.kind, m.now, m.before FROM most m
    JOIN partners_partner p ON p.id = m.partner_id ORDER BY abs(m.now - m.before) DESC, p.id
"""
_MOVED_WEEKS: Final = """
    SELECT partner_id, date_trunc('week', starts_on)::date, sum(amount_minor)::bigint
    FROM tracking_salestotal WHERE {rows} AND currency = %s AND partner_id = ANY(%s)
    GROUP BY 1, 2
"""


def sold(period: Period) -> Sold:
    """Sales credited to partners by currency, and their reach; two queries."""
    first, _last = period.days
    stretches = over_days(*period.days) + over_days(*period.days_before)
    by_currency: dict[str, SalesSum] = {}
    partners = partners_before = clicked = clicked_before = 0
    for code, amount, amount_before, n, n_before, *whole in _rows(_SOLD, stretches, [first] * 8):
        if code is None:
            partners, partners_before, clicked, clicked_before = whole
        elif n or n_before:
            by_currency[code] = SalesSum(amount, amount_before, n, n_before)
    days = (*period.days, *period.days_before)
    ((clicks, clicks_before),) = _rows(_CLICKED, [], [*days, min(days)])
    seen = Reach(partners, partners_before, clicks, clicks_before, clicked, clicked_before)
    return Sold(by_currency, seen)


def weeks(starts: Sequence[datetime], currency: str) -> list[Week]:
    """Figures of the weeks that begin at `starts`, midnights in the seller's zone; two queries."""
    by_program: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    people: dict[date, tuple[int, int]] = {}
    for week, program_id, amount, partners, clicked, name in _rows(
        _WEEKS, _weeks_of(starts), [currency]
    ):
        if program_id is None:
            people[week] = (partners, clicked)
        elif amount:
            by_program[week][name] += amount
    clicks = dict(_rows(_CLICKED_WEEKS, [], [starts[0].date()]))
    found = []
    for start in starts:
        day = start.date()
        partners, clicked = people.get(day, (0, 0))
        found.append(Week(start, dict(by_program[day]), partners, clicks.get(day, 0), clicked))
    return found


def movers(
    period: Period, currency: str, starts: Sequence[datetime], limit: int = 3
) -> tuple[list[Mover], list[Mover]]:
    """The partners who gained most and who lost most in one currency; two queries."""
    first, _last = period.days
    stretches = over_days(*period.days) + over_days(*period.days_before)
    rows = _rows(_MOVED, stretches, [first] * 2, [currency, limit, limit])
    ids = [row[0] for row in rows]
    weekly: dict[uuid.UUID, dict[date, int]] = defaultdict(dict)
    for partner_id, week, amount in _rows(_MOVED_WEEKS, _weeks_of(starts), [], [currency, ids]):
        weekly[partner_id][week] = amount
    found = [
        Mover(key, name, kind, now, was, [weekly[key].get(start.date(), 0) for start in starts])
        for key, name, kind, now, was in rows
    ]
    return [one for one in found if one.change > 0], [one for one in found if one.change < 0]


def _rows(
    sql: str, stretches: Sequence[Stretch], values: Sequence[Any], after: Sequence[Any] = ()
) -> list[Any]:
    """Rows of a statement. `stretches` stand at {rows}, after `values` and before `after`."""
    text, days = as_sql(stretches)
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{rows}", text), [*values, *days, *after])
        found: list[Any] = cursor.fetchall()
    return found


def _weeks_of(starts: Sequence[datetime]) -> list[Stretch]:
    return over(Grain.WEEK, starts[0].date(), starts[-1].date() + timedelta(days=6))
