"""Counts the sums of days anew from raw clicks, and tells where they differ.

Impressions have no rows, so theirs stay as they are.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from sellers.models import Seller
from sellers.scope import maintenance_scope
from tracking.shipping import days, sums
from tracking.shipping.days import Day
from tracking.shipping.sums import Target

_CLEARED: Final = "UPDATE {table} SET clicks = 0, bots = 0 WHERE seller_id = %s AND day = %s"
_PRUNED: Final = """
DELETE FROM {table}
WHERE seller_id = %s AND day = %s AND clicks = 0 AND bots = 0 AND impressions = 0
"""
_MONTH: Final = """
INSERT INTO tracking_partnermonth AS old
    (seller_id, day, program_id, partner_id, clicks, bots, visitors, impressions)
SELECT seller_id, %(month)s, program_id, partner_id,
       sum(clicks), sum(bots), sum(visitors), sum(impressions)
FROM tracking_partnerday
WHERE seller_id = %(seller)s AND dimension = '' AND day >= %(month)s
  AND day < %(month)s::date + interval '1 month'
GROUP BY seller_id, program_id, partner_id ORDER BY seller_id, program_id, partner_id
ON CONFLICT (seller_id, day, program_id, partner_id) DO UPDATE SET clicks = EXCLUDED.clicks,
    bots = EXCLUDED.bots, visitors = EXCLUDED.visitors, impressions = EXCLUDED.impressions
"""
_STRAY_MONTHS: Final = """
DELETE FROM tracking_partnermonth m WHERE seller_id = %(seller)s AND day = %(month)s
AND NOT EXISTS (SELECT FROM tracking_partnerday d WHERE d.seller_id = m.seller_id
    AND d.dimension = '' AND d.day >= m.day AND d.day < m.day + interval '1 month'
    AND d.partner_id = m.partner_id AND d.program_id = m.program_id)
"""


def rebuild(seller: Seller, day: date) -> None:
    """Count one day of a seller anew, in one transaction that keeps shippers waiting.

    Raises ValueError for a day whose raw clicks are gone: its sums are all that is left of it.
    """
    with maintenance_scope(), connection.cursor() as cursor:
        of = _counted(cursor, seller, day)
        for target in sums.DAYS:
            _replace(cursor, target, of)
        recount_month(cursor, of)
        cursor.execute(sums.CHANGED)


def faults(seller: Seller, day: date) -> list[str]:
    """Where a day's sums are not what its raw clicks say. Raises ValueError as `rebuild` does."""
    with maintenance_scope(), connection.cursor() as cursor:
        of = _counted(cursor, seller, day)
        return [fault for target in sums.DAYS for fault in _differences(cursor, target, of)]


def recount_month(cursor: CursorWrapper, of: Day) -> None:
    """Make the month's sums those of its days."""
    values: dict[str, Any] = {"seller": of.seller_id, "month": of.month}
    cursor.execute(_MONTH, values)
    cursor.execute(_STRAY_MONTHS, values)


def _counted(cursor: CursorWrapper, seller: Seller, day: date) -> Day:
    if day < days.oldest_day():
        raise ValueError(f"The raw clicks of {day} are gone; its sums stay.")
    of = Day(seller.pk, day, seller.time_zone)
    sums.own(cursor)
    days.load(cursor, of)
    cursor.execute(sums.summing(days.SOURCE), of.values)
    return of


def _replace(cursor: CursorWrapper, target: Target, of: Day) -> None:
    where: list[Any] = [of.seller_id, of.day]
    cursor.execute(_CLEARED.format(table=target.table), where)
    cursor.execute(target.replacement)
    cursor.execute(_PRUNED.format(table=target.table), where)


def _differences(cursor: CursorWrapper, target: Target, of: Day) -> Iterator[str]:
    key = ", ".join(target.key)
    cursor.execute(
        f"""SELECT {key}, COALESCE(s.clicks, 0), COALESCE(s.bots, 0),
                   COALESCE(r.clicks, 0), COALESCE(r.bots, 0)
            FROM ({target.changes}) r FULL JOIN (
                SELECT * FROM {target.table} WHERE seller_id = %s AND day = %s
            ) s USING ({key})
            WHERE (COALESCE(s.clicks, 0), COALESCE(s.bots, 0))
               <> (COALESCE(r.clicks, 0), COALESCE(r.bots, 0)) LIMIT 20""",  # noqa: S608  ours
        [of.seller_id, of.day],
    )
    for *values, clicks, bots, raw_clicks, raw_bots in cursor.fetchall():
        place = ", ".join(f"{name} {value}" for name, value in zip(target.key, values, strict=True))
        yield (
            f"{target.table} ({place}) has {clicks} clicks and {bots} of machines, "
            f"the raw clicks are {raw_clicks} and {raw_bots}"
        )
