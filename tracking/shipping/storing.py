"""Stores a chunk of clicks with their sums, in the transaction that is open.

Under the maintenance role, since one chunk has clicks of many sellers. COPY goes into a temporary
table, because it is refused on tables with row security; straight into a month's table, past the
policies, it would take as long as both steps do.
"""

import io
import logging
import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import UniqueViolation

from sellers.scope import maintenance_scope
from tracking.models.shipping import VisitorSalt
from tracking.shipping import sums
from tracking.shipping.classifying import Chunk

logger = logging.getLogger(__name__)

EPOCH: Final = date(1970, 1, 1)

_TABLES: Final = f"""
SET LOCAL client_min_messages = error;
SET LOCAL synchronous_commit = on;  -- the segment is deleted once this is committed
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB';
{sums.TABLES}
CREATE TEMP TABLE IF NOT EXISTS prm_salts (day date NOT NULL, salt bytea NOT NULL)
ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS prm_incoming (
    kind text, id uuid, at_ms bigint, link_id uuid, destination varchar(2000), whole text,
    agent varchar(400), referrer varchar(500), sub1 varchar(100), sub2 varchar(100),
    sub3 varchar(100), sub4 varchar(100), sub5 varchar(100), proxy_country text, flags text,
    address varchar(64), country varchar(2), device varchar(7), bot_reason varchar(40), host text,
    agent_key text
) ON COMMIT DELETE ROWS;
-- what an earlier call of the same transaction left: not committed yet, so still there
DELETE FROM prm_links; DELETE FROM prm_sums; DELETE FROM prm_salts; DELETE FROM prm_incoming;
"""  # noqa: S608  constant texts
_COPY_BYTES: Final = 4 * 2**20  # few reads: each waits for its turn with the classifying thread
_COPY: Final = "COPY prm_incoming FROM STDIN"
_LINKS: Final = f"{sums.ALL_LINKS} WHERE l.id = ANY(%s::uuid[])"
_UNKNOWN: Final = """
SELECT DISTINCT i.link_id::text FROM unnest(%s::uuid[]) i(link_id)
LEFT JOIN prm_links l USING (link_id) WHERE l.link_id IS NULL
"""
# A person of a seller's day is his address and agent under the day's salt: nobody can tell him
# from the hash, another seller's hash differs, and so does tomorrow's. The agent is in it by a key
# of its own, hashed once for all its clicks: text of a hundred bytes takes twice as long.
_CLICKS: Final = """
INSERT INTO tracking_click (id, at, seller_id, link_id, destination, address, visitor, agent,
    device, country, referrer, bot_reason, sub1, sub2, sub3, sub4, sub5)
SELECT id, at, seller_id, link_id, destination, address,
       CASE WHEN bot_reason <> '' OR salt IS NULL THEN ''
            ELSE left(encode(sha256(salt || convert_to(seller_id || whole || agent_key, 'UTF8')),
                             'base64'), 22) END,
       agent, device, country, referrer, bot_reason, sub1, sub2, sub3, sub4, sub5
FROM (
    SELECT i.*, l.seller_id, to_timestamp(at_ms / 1000.0::float8) AS at, l.time_zone
    FROM prm_incoming i JOIN prm_links l USING (link_id) WHERE kind = 'c'
) i LEFT JOIN prm_salts s ON s.day = (at AT TIME ZONE time_zone)::date
"""
_OF_DAYS: Final = """
SELECT i.*, (to_timestamp(at_ms / 1000.0::float8) AT TIME ZONE time_zone)::date AS day
FROM prm_incoming i JOIN prm_links l USING (link_id)
"""
_REPEATED: Final = """
DELETE FROM prm_incoming WHERE ctid IN (
    SELECT ctid FROM (
        SELECT ctid, row_number() OVER (PARTITION BY kind, id, at_ms) AS place FROM prm_incoming
    ) twice WHERE place > 1
    UNION ALL
    SELECT i.ctid FROM prm_incoming i JOIN tracking_click c
    ON c.id = i.id AND c.at = to_timestamp(i.at_ms / 1000.0::float8) WHERE i.kind = 'c')
"""


def prepare_days(days: Iterable[int]) -> None:
    """Make the months and salts of these days (since 1970), in a transaction of their own."""
    dates = sorted(EPOCH + timedelta(days=day) for day in days)
    months = sorted({day.replace(day=1) for day in dates})
    with maintenance_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT make_click_month(month::timestamp AT TIME ZONE 'UTC') "
            "FROM unnest(%s::date[]) month",
            [months],
        )
        VisitorSalt.objects.bulk_create(
            [VisitorSalt(day=day, salt=secrets.token_bytes(32)) for day in dates],
            ignore_conflicts=True,
        )


def store(chunk: Chunk) -> set[str]:
    """Store a chunk's rows and add them to the sums; the ids of links that are not known.

    Needs an open maintenance scope, and `prepare_days` before it. Clicks that are stored already
    are left out, sums included.
    """
    if not chunk.rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        sums.share(cursor)
        links = [link.decode() for link in chunk.links]
        cursor.execute(_LINKS, [links])
        missing = cursor.rowcount < len(links)
        cursor.execute(
            "INSERT INTO prm_salts SELECT day, salt FROM tracking_visitorsalt WHERE day = ANY(%s)",
            [[EPOCH + timedelta(days=day) for day in chunk.days]],
        )
        cursor.copy_expert(_COPY, io.BytesIO(chunk.text), _COPY_BYTES)
        _insert(cursor)
        divided = [name for name in sums.DIVIDED if name not in sums.SUBS or name in chunk.subs]
        cursor.execute(sums.summing(_OF_DAYS, divided))
        sums.add(cursor)
        return _unknown(cursor, links) if missing else set()


def _insert(cursor: CursorWrapper) -> None:
    try:
        with transaction.atomic():
            cursor.execute(_CLICKS)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        cursor.execute(_REPEATED)
        logger.warning("%s clicks came again and are left out", cursor.rowcount)
        cursor.execute(_CLICKS)


def _unknown(cursor: CursorWrapper, links: list[str]) -> set[str]:
    cursor.execute(_UNKNOWN, [links])
    return {link for (link,) in cursor.fetchall()}
