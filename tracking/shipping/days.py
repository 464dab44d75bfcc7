"""The raw clicks of one seller's day: for counting sums and visitors anew."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tracking.shipping import sums
from tracking.shipping.classifying import referring_host
from tracking.shipping.months import FIRST_OF_MONTH

_TABLES: Final = f"""
SET LOCAL client_min_messages = error;
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB';
{sums.TABLES}
CREATE TEMP TABLE IF NOT EXISTS prm_hosts (referrer text PRIMARY KEY, host text NOT NULL)
ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS prm_people (
    of text, first uuid, second uuid, dimension text, value text, people bigint
) ON COMMIT DELETE ROWS;
TRUNCATE prm_links, prm_sums, prm_hosts, prm_people;
"""
_CLICKS: Final = """
FROM tracking_click c JOIN prm_links l USING (link_id)
WHERE c.seller_id = %(seller)s AND c.at >= %(start)s AND c.at < %(end)s
"""
# what every count reads; the day is fixed by the bounds
SOURCE: Final = """
SELECT link_id, partner_id, program_id, campaign_id, %(day)s::date AS day, 'c' AS kind, bot_reason,
       visitor, sub1, sub2, sub3, sub4, sub5, c.country, c.device, COALESCE(h.host, '') AS host
FROM tracking_click c JOIN prm_links l USING (link_id)
LEFT JOIN prm_hosts h ON h.referrer = c.referrer
WHERE c.seller_id = %(seller)s AND c.at >= %(start)s AND c.at < %(end)s
"""


@dataclass(frozen=True)
class Day:
    """A day of a seller in his time zone."""

    seller_id: uuid.UUID
    day: date
    time_zone: str

    @property
    def values(self) -> dict[str, Any]:
        """For the statements: the seller, the day, and its bounds as instants."""
        zone = ZoneInfo(self.time_zone)
        start = datetime.combine(self.day, time(), zone)
        end = datetime.combine(self.day + timedelta(days=1), time(), zone)
        return {"seller": self.seller_id, "day": self.day, "start": start, "end": end}

    @property
    def month(self) -> date:
        """The first of its month."""
        return self.day.replace(day=1)


def load(cursor: CursorWrapper, day: Day) -> None:
    """Bring the seller's links and the hosts of the day's referrers, for `SOURCE`."""
    cursor.execute(_TABLES)
    cursor.execute(f"{sums.ALL_LINKS} WHERE l.seller_id = %s", [day.seller_id])
    cursor.execute(f"SELECT DISTINCT c.referrer {_CLICKS} AND c.referrer <> ''", day.values)
    referrers = [referrer for (referrer,) in cursor.fetchall()]
    hosts = [referring_host(referrer) for referrer in referrers]
    cursor.execute(
        "INSERT INTO prm_hosts SELECT * FROM unnest(%s::text[], %s::text[])", [referrers, hosts]
    )


def oldest_day() -> date:
    """The first day whose raw clicks are there; earlier sums cannot be counted anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT min({FIRST_OF_MONTH}) FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'clicks_by_month' AND c.relkind = 'r'"""  # noqa: S608  ours
        )
        found = cursor.fetchone()[0]
    # the seller's day may begin in the month before
    return (found or date.max - timedelta(days=2)) + timedelta(days=1)
