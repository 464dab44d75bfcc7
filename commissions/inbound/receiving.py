"""Taking a message in: verified on its raw bytes, kept in one statement, processed later.

Whatever is wrong with a message is 401 and leaves nothing but its moment and reason on the
source, at most once in some seconds: anybody can send to the address.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from activity import work
from commissions.inbound import secrets, signatures
from commissions.inbound.kinds import KINDS, Kind
from commissions.inbound.signatures import Headers, Refused
from commissions.models import Source
from prm.ids import new_id
from sellers.scope import maintenance_scope, seller_scope

logger = logging.getLogger(__name__)

WORK: Final = "inbound"
MAX_BODY_BYTES: Final = 2 * 2**20
REFUSALS_APART: Final = timedelta(seconds=5)
_NOBODYS_KEY: Final = b"a source that is not there takes as long as one that is"

_KEEP: Final = """
    INSERT INTO commissions_arrival
        (id, created_at, seller_id, source_id, delivery_id, topic, body, repeats, state, due_at,
         attempts, waits_for, subject, outcome, why, detail)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 0, 'pending', %s, 0, '', '', '[]', '', '')
    ON CONFLICT (seller_id, source_id, delivery_id)
    DO UPDATE SET repeats = commissions_arrival.repeats + 1
"""


@dataclass(frozen=True)
class _Door:
    """A source with the keys that open it now."""

    source: Source
    keys: list[bytes]


def receive(*, source_id: uuid.UUID, body: bytes, headers: Headers, now: datetime) -> int:
    """The HTTP status for a message: 200 once it is kept, 401 unless its source signed it,
    404 where there is no such source."""
    door = _door(source_id, now)
    if door is None:
        signatures.digest(_NOBODYS_KEY, body)
        return 404
    kind = KINDS[door.source.kind]
    if kind.is_greeting and kind.is_greeting(body, headers):
        _greeted(door.source, now)
        return 200
    why = _fault(kind, door.keys, body, headers, now)
    if why:
        _refused(door.source, why, now)
        return 401
    _keep(door.source, kind, body, headers, now)
    return 200


def _door(source_id: uuid.UUID, now: datetime) -> _Door | None:
    with maintenance_scope():
        source = Source.objects.filter(pk=source_id, removed_at=None).first()
        if source is None:
            return None
        return _Door(source, secrets.keys_of(source, now))


def _fault(kind: Kind, keys: list[bytes], body: bytes, headers: Headers, now: datetime) -> str:
    """Why the message is not the source's; "" where it is."""
    if not keys:
        return "no_secret"
    try:
        kind.verify(body, headers, keys, now)
    except Refused as refused:
        return refused.why
    except Exception:  # noqa: BLE001  whatever a stranger's bytes set off is his fault, not ours
        return "bad_header"
    return ""


def _keep(source: Source, kind: Kind, body: bytes, headers: Headers, now: datetime) -> None:
    found = kind.identify(body, headers)
    values: list[Any] = [
        new_id(), now, source.seller_id, source.pk, found.delivery_id, found.topic, body, now,
    ]  # fmt: skip
    with seller_scope(source.seller_id):
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, values)
        work.nudge(WORK, source.seller_id)


def _greeted(source: Source, now: datetime) -> None:
    """The first greeting is kept for the set-up page; it proves nothing else."""
    if source.greeted_at is None:
        with seller_scope(source.seller_id):
            Source.objects.filter(pk=source.pk, greeted_at=None).update(greeted_at=now)


def _refused(source: Source, why: str, now: datetime) -> None:
    if source.refused_at is not None and now - source.refused_at < REFUSALS_APART:
        return
    quiet = Q(refused_at=None) | Q(refused_at__lt=now - REFUSALS_APART)
    with seller_scope(source.seller_id):
        Source.objects.filter(quiet, pk=source.pk).update(refused_at=now, refused_why=why)
    logger.info("refused a message to source %s: %s", source.pk, why)
