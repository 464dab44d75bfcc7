"""Months of clicks: made ahead, and dropped when they are older than the policy allows."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.db import connection

from sellers.scope import maintenance_scope

AHEAD: Final = 3
FEWEST: Final = 2  # what pays for clicks looks eight days back, maybe into the month before

_MAKE: Final = """
SELECT count(*) FILTER (WHERE make_click_month(now() + n * interval '1 month'))
FROM generate_series(0, %s) n
"""
_DROP: Final = """
SELECT drop_click_months(
    date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' - %s * interval '1 month')
"""
# The name is looked at first: a condition beside it would be tried on other schemas' tables too.
FIRST_OF_MONTH: Final = (
    "CASE WHEN c.relname ~ '^m[0-9]{4}_[0-9]{2}$' THEN to_date(c.relname, '\"m\"YYYY_MM') END"
)
_PRESENT: Final = f"""
SELECT {FIRST_OF_MONTH}, greatest(c.reltuples, 0)::bigint,
       pg_total_relation_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'clicks_by_month' AND c.relkind = 'r' ORDER BY c.relname DESC
"""  # noqa: S608  ours


@dataclass(frozen=True)
class Month:
    """One month of raw clicks: about how many, and bytes with indexes."""

    first: date
    clicks: int
    size: int


def keep_months() -> list[str]:
    """Make the months ahead and drop those past PRM_CLICK_MONTHS; the dropped ones' names."""
    with maintenance_scope(), connection.cursor() as cursor:
        cursor.execute(_MAKE, [AHEAD])
        cursor.execute(_DROP, [max(settings.CLICK_MONTHS, FEWEST)])
        return [name for (name,) in cursor.fetchall()]


def present() -> list[Month]:
    """The months that are there, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT)
        return [Month(*row) for row in cursor.fetchall()]
