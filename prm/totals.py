"""Sums kept beside the rows that they sum, so that a page costs the same however many there are.

A trigger on the counted table adds a `fresh` row of differences by day in the same transaction,
whoever changes a row and however. It only ever inserts, so nobody waits for anybody. `fold` moves
fresh rows into one row for the day, the week (from Monday) and the month each. What holds of a
stretch is the sum of its folded and its fresh rows, which is exact at any moment.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q


class Grain(models.TextChoices):
    """How long a row's stretch is; a fresh row is a difference of one day, not yet folded."""

    FRESH = "fresh"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_DAY = timedelta(days=1)
FOLDED = (Grain.DAY.value, Grain.WEEK.value, Grain.MONTH.value)


Stretch = tuple[str, date, date]


def over(grain: Grain, first: date, last: date) -> list[Stretch]:
    """Rows of the days `first` to `last`, which must begin and end with a `grain`: (grain, from,
    to), to be joined by `as_q` or `as_sql`."""
    return [(grain.value, first, last), (Grain.FRESH.value, first, last)]


def over_days(first: date, last: date) -> list[Stretch]:
    """The same for any days: whole months as such, then whole weeks, the days around them one by
    one. The fewer rows, the less a page costs."""
    month, after = _next_month(first), last.replace(day=1)
    if month >= after:
        found = _by_weeks(first, last)
    else:
        whole = (Grain.MONTH, month, after - _DAY)
        found = [*_by_weeks(first, month - _DAY), whole, *_by_weeks(after, last)]
    found.append((Grain.FRESH, first, last))
    return [(str(grain), since, until) for grain, since, until in found if since <= until]


def _by_weeks(first: date, last: date) -> list[Stretch]:
    """Weeks and days; some of the stretches may be empty."""
    monday = first + -first.weekday() % 7 * _DAY
    after = last + _DAY - (last + _DAY).weekday() * _DAY
    if monday >= after:
        return [(Grain.DAY, first, last)]
    return [
        (Grain.DAY, first, monday - _DAY),
        (Grain.WEEK, monday, after - _DAY),
        (Grain.DAY, after, last),
    ]


def as_q(stretches: Iterable[Stretch]) -> Q:
    """The condition on rows."""
    found = Q()
    for grain, first, last in stretches:
        found |= Q(grain=grain, starts_on__gte=first, starts_on__lte=last)
    return found


def as_sql(stretches: Sequence[Stretch]) -> tuple[str, list[Any]]:
    """The same as text with its values, for statements that pages run often."""
    one = "(grain = %s AND starts_on BETWEEN %s AND %s)"
    return f"({' OR '.join([one] * len(stretches))})", [v for each in stretches for v in each]


def _next_month(day: date) -> date:
    if day.day == 1:
        return day
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1)


@dataclass(frozen=True)
class Totals:
    """One table of sums. `counted` selects the keys, the day `starts_on` in the zone %(zone)s and
    the sums from the rows themselves; all names are our own. Where `marks` names a table with
    seller_id, partner_id and day, a fold adds there which days of which partners it met.
    """

    table: str
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    counted: str
    marks: str = ""

    def waiting(self) -> set[uuid.UUID]:
        """Sellers with fresh rows; for all sellers under the maintenance scope."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT seller_id FROM {self.table} WHERE grain = 'fresh'")  # noqa: S608
            return {row[0] for row in cursor.fetchall()}

    def fold(self, seller_id: uuid.UUID) -> None:
        """Fold a seller's fresh rows; in his scope."""
        with transaction.atomic(), connection.cursor() as cursor:
            self._lock(seller_id)
            cursor.execute(self._fold)

    def rebuild(self, seller_id: uuid.UUID, zone: str) -> None:
        """Count a seller's rows anew; in his scope. Whoever changes rows meanwhile may go on.

        One statement drops and counts, so both see the same moment.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            self._lock(seller_id)
            cursor.execute(self._rebuild, {"seller": seller_id, "zone": zone})
            cursor.execute(self._fold)

    def faults(self, zone: str) -> Iterable[str]:
        """Where the sums differ from the rows, in words; the first 20."""
        with connection.cursor() as cursor:
            cursor.execute(self._faults, {"zone": zone})
            for grain, starts_on, *keys in cursor.fetchall():
                named = ", ".join(
                    f"{name} {key}" for name, key in zip(self.keys, keys, strict=True)
                )
                yield f"{self.table} of the {grain} of {starts_on} ({named}) differs from its rows"

    def _lock(self, seller_id: uuid.UUID) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"{self.table}:{seller_id}"],
            )

    @cached_property
    def _names(self) -> str:
        return ", ".join(self.keys)

    @cached_property
    def _summed(self) -> str:
        return ", ".join(f"sum({name})::bigint AS {name}" for name in self.sums)

    @cached_property
    def _fold(self) -> str:
        grown = ", ".join(f"{name} = t.{name} + EXCLUDED.{name}" for name in self.sums)
        folded = ", ".join(f"'{grain}'" for grain in FOLDED)
        return f"""
            WITH gone AS (DELETE FROM {self.table} WHERE grain = 'fresh' RETURNING *){self._marked}
            INSERT INTO {self.table} AS t
                (seller_id, grain, starts_on, {self._names}, {", ".join(self.sums)})
            SELECT seller_id, g.grain, g.starts_on, {self._names}, {self._summed}
            FROM gone CROSS JOIN LATERAL (VALUES {_GRAINS}) g(grain, starts_on)
            GROUP BY seller_id, g.grain, g.starts_on, {self._names}
            -- rows that pages read together lie together, and are locked in one order
            ORDER BY seller_id, g.grain, g.starts_on, {self._names}
            ON CONFLICT (seller_id, grain, starts_on, {self._names}) WHERE grain IN ({folded})
            DO UPDATE SET {grown}
        """  # noqa: S608  the parts are our own

    @cached_property
    def _marked(self) -> str:
        if not self.marks:
            return ""
        return f""", marked AS (
                INSERT INTO {self.marks} (seller_id, partner_id, day)
                SELECT DISTINCT seller_id, partner_id, starts_on FROM gone
            )"""  # noqa: S608  the parts are our own

    @cached_property
    def _rebuild(self) -> str:
        names = f"{self._names}, {', '.join(self.sums)}"
        return f"""
            WITH gone AS (DELETE FROM {self.table})
            INSERT INTO {self.table} (seller_id, grain, starts_on, {names})
            SELECT %(seller)s, 'fresh', starts_on, {names} FROM ({self.counted}) counted
        """  # noqa: S608  the parts are our own

    @cached_property
    def _faults(self) -> str:
        names = f"{self._names}, {', '.join(self.sums)}"
        some = " OR ".join(f"sum({name}) <> 0" for name in self.sums)
        grouped = f"GROUP BY g.grain, g.starts_on, {self._names} HAVING {some}"
        summed = f"SELECT g.grain, g.starts_on, {self._names}, {self._summed}"
        spread = f"CROSS JOIN LATERAL (VALUES {_GRAINS}) g(grain, starts_on)"
        return f"""
            WITH stands AS (
                SELECT grain, starts_on, {names} FROM {self.table} WHERE grain <> 'fresh'
                UNION ALL
                SELECT g.grain, g.starts_on, {names} FROM {self.table} gone {spread}
                WHERE gone.grain = 'fresh'
            ), sums AS (
                {summed} FROM stands g {grouped}
            ), counts AS (
                {summed} FROM ({self.counted}) gone {spread} {grouped}
            )
            SELECT DISTINCT grain, starts_on, {self._names} FROM (
                (SELECT * FROM sums EXCEPT SELECT * FROM counts)
                UNION ALL (SELECT * FROM counts EXCEPT SELECT * FROM sums)
            ) differs LIMIT 20
        """  # noqa: S608  the parts are our own


_GRAINS = """
    ('day', gone.starts_on), ('week', date_trunc('week', gone.starts_on)::date),
    ('month', date_trunc('month', gone.starts_on)::date)
"""
