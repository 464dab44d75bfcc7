"""What shippers say of themselves, for the operator."""

import os
import socket
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from sellers.scope import maintenance_scope
from tracking.models.shipping import Shipper
from tracking.shipping.classifying import Chunk
from tracking.shipping.segments import Backlog
from tracking.spool.place import Place

_COUNT: Final = """
UPDATE tracking_shipper SET clicks = clicks + %s, impressions = impressions + %s,
    damaged = damaged + %s, unknown = unknown + %s, shipped_at = now()
WHERE host = %s
"""
_BEGIN: Final = """
INSERT INTO tracking_shipper (host, name, started_at, reported_at, backlog_bytes, backlog_clicks,
    clicks, impressions, damaged, unknown, direct, lost, ballast_used, has_ballast, free_bytes,
    error)
VALUES (%s, %s, now(), now(), 0, 0, 0, 0, 0, 0, 0, 0, 0, true, 0, '')
ON CONFLICT (host) DO UPDATE SET name = EXCLUDED.name, started_at = now(), reported_at = now()
"""
_REPORT: Final = """
UPDATE tracking_shipper SET reported_at = now(), oldest_at = %s, backlog_bytes = %s,
    backlog_clicks = %s, direct = %s, lost = %s, ballast_used = %s, has_ballast = %s,
    free_bytes = %s
WHERE host = %s
"""
# A segment that is gone stays known for two days, should a backup bring it back.
_FORGET: Final = """
DELETE FROM tracking_spooloffset
WHERE host = %s AND moved_at < now() - interval '2 days' AND NOT segment = ANY(%s)
"""
_OLD_SALTS: Final = "DELETE FROM tracking_visitorsalt WHERE day < now()::date - 3"


def shippers() -> list[Shipper]:
    """What every host's shipper last said, by name."""
    return list(Shipper.objects.order_by("name", "host"))


def begin(place: Place) -> None:
    """A shipper starts."""
    _execute(_BEGIN, [place.host, socket.gethostname()[:120]])


def count(host: str, chunk: Chunk, *, unknown: int) -> None:
    """Count what was shipped, in the transaction that ships it."""
    clicks = len(chunk.rows) - chunk.impressions - unknown
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [clicks, chunk.impressions, len(chunk.damaged), unknown, host])


def report(place: Place, waiting: Backlog) -> None:
    """Say how the spool stands."""
    oldest = waiting.oldest_at
    troubles = place.counts()
    disk = os.statvfs(place.directory)
    _execute(
        _REPORT,
        [
            datetime.fromtimestamp(oldest / 1000, tz=UTC) if oldest is not None else None,
            waiting.size,
            waiting.clicks,
            troubles["direct"],
            troubles["lost"],
            troubles["ballast"],
            place.ballast.exists(),
            disk.f_bavail * disk.f_frsize,
            place.host,
        ],
    )


def tidy(host: str, present: list[str]) -> None:
    """Forget segments that are long gone, and the salts of days that are over."""
    _execute(_FORGET, [host, present])
    _execute(_OLD_SALTS, [])


def _execute(statement: str, values: list[Any]) -> None:
    with maintenance_scope(), connection.cursor() as cursor:
        cursor.execute(statement, values)
