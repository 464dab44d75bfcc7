"""The hash chain over a seller's trail.

Link n holds sha256 over its place, the hash of link n-1 and the event as canonical JSON. A worker
makes links in order of event id, one writer at a time. An event that was committed late, after
events with higher ids were sealed, is found by looking back over LOOK_BACK from the newest link
and takes the next free place. What turns up later than that is not sealed silently: `verify`
counts it, because nobody but an intruder writes so late.

The chain proves that nothing in it was changed, moved or taken out. That its end was not cut off
is proved by a head (place and hash) kept elsewhere.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from activity.models import ChainLink, Event
from prm.ids import lowest_id_at, made_at
from sellers.scope import current_seller_id, seller_scope

KIND: Final = "chain"
BATCH: Final = 500
PART: Final = 20_000
SETTLE: Final = timedelta(seconds=2)
LOOK_BACK: Final = timedelta(minutes=10)
NO_HASH: Final = "0" * 64
FIELDS: Final = (
    "id",
    "seller_id",
    "at",
    "verb",
    "actor_kind",
    "actor_id",
    "actor_label",
    "object_type",
    "object_id",
    "object_label",
    "partner_id",
    "changes",
    "detail",
    "address",
)

# The bound is the newest sealed id less LOOK_BACK: the first 48 bits of an id are milliseconds.
_WAITING: Final = """
    SELECT s.id
    FROM sellers_seller s
    LEFT JOIN LATERAL (
        SELECT event_id FROM activity_chainlink
        WHERE seller_id = s.id ORDER BY place DESC LIMIT 1
    ) newest ON true
    WHERE EXISTS (
        SELECT 1 FROM activity_event e
        WHERE e.seller_id = s.id
          AND e.id >= COALESCE(
              (lpad(to_hex(greatest(
                  ('x' || translate(left(newest.event_id::text, 13), '-', ''))::bit(48)::bigint
                  - %s, 0)), 12, '0') || repeat('0', 20))::uuid,
              '00000000-0000-0000-0000-000000000000')
          AND e.id < %s
          AND NOT EXISTS (
              SELECT 1 FROM activity_chainlink l
              WHERE l.seller_id = e.seller_id AND l.event_id = e.id)
    )
"""


@dataclass(frozen=True)
class Head:
    """The newest link: how long the chain is, and the hash that stands for all of it."""

    place: int
    hash: str


START: Final = Head(0, NO_HASH)


@dataclass(frozen=True)
class Part:
    """Some links computed anew: the last good one, and the first wrong place behind it."""

    last: Head
    is_end: bool
    broken_at: int | None = None
    fault: str = ""


@dataclass(frozen=True)
class Result:
    """What a check found. `broken_at` is the first wrong place, with `fault` saying what is wrong:
    gap (a link or its event is gone), order or content. `waiting` events are not sealed yet, `late`
    ones should have been long ago.
    """

    checked: int
    head: Head
    broken_at: int | None = None
    fault: str = ""
    waiting: int = 0
    late: int = 0

    @property
    def whole(self) -> bool:
        """Whether everything sealed is as it was, and nothing slipped in beside the chain."""
        return self.broken_at is None and not self.late


def canonical(event: dict[str, Any]) -> str:
    """The event as one JSON text: sorted keys, no spaces, instants in UTC."""
    return json.dumps(
        event, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )


def hash_of(place: int, previous: str, event: dict[str, Any]) -> str:
    """The hash of a link."""
    text = f"{place}\n{previous}\n{canonical(event)}"
    return hashlib.sha256(text.encode()).hexdigest()


def head() -> Head:
    """The newest link of the seller in scope; place 0 before the first."""
    link = ChainLink.objects.order_by("-place").values_list("place", "hash").first()
    return Head(*link) if link else START


def waiting() -> list[uuid.UUID]:
    """Sellers with events to seal; needs the maintenance scope. One query for all of them."""
    until = lowest_id_at(timezone.now() - SETTLE)
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [LOOK_BACK // timedelta(milliseconds=1), until])
        return [seller_id for (seller_id,) in cursor.fetchall()]


def step(seller_id: uuid.UUID) -> bool:
    """Seal one batch of a seller's events; whether there may be more."""
    with seller_scope(seller_id):
        _one_writer()
        newest = ChainLink.objects.order_by("-place").values_list("event_id", flat=True).first()
        until = lowest_id_at(timezone.now() - SETTLE)
        events = list(_unsealed(_from(newest), until).order_by("id").values(*FIELDS)[:BATCH])
        ChainLink.objects.bulk_create(_links(events, head()))
        return len(events) == BATCH


def verify() -> Result:
    """Compute the whole chain of the seller in scope anew; stops at the first broken place."""
    part = verify_part(START)
    while not part.is_end:
        part = verify_part(part.last)
    return result_of(part)


def verify_part(start: Head) -> Part:
    """Compute up to PART links behind `start` anew; stops at the first broken place."""
    last, count = start, 0
    for place, before, kept, event in _sealed(start.place, PART):
        fault = _fault(last.place + 1, last.hash, place, before, kept, event)
        if fault:
            return Part(last, True, last.place + 1, fault)
        last, count = Head(place, kept), count + 1
    return Part(last, count < PART)


def result_of(part: Part) -> Result:
    """What was found, from the part that came last."""
    return Result(part.last.place, head(), part.broken_at, part.fault, *_outside())


def _fault(
    expected: int, previous: str, place: int, before: str, kept: str, event: dict[str, Any]
) -> str:
    if place != expected:
        return "gap"
    if before != previous:
        return "order"
    return "" if hash_of(place, before, event) == kept else "content"


def _sealed(after: int, limit: int) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    columns = [f"event__{name}" for name in FIELDS]
    rows = (
        ChainLink.objects.filter(place__gt=after)
        .order_by("place")
        .values_list("place", "previous_hash", "hash", *columns)
    )
    for row in rows[:limit].iterator(chunk_size=2000):
        yield row[0], row[1], row[2], dict(zip(FIELDS, row[3:], strict=True))


def _links(events: list[dict[str, Any]], last: Head) -> list[ChainLink]:
    links = []
    for event in events:
        place = last.place + 1
        link = ChainLink(
            seller_id=event["seller_id"],
            place=place,
            event_id=event["id"],
            previous_hash=last.hash,
            hash=hash_of(place, last.hash, event),
        )
        links.append(link)
        last = Head(place, link.hash)
    return links


def _from(newest: uuid.UUID | None) -> uuid.UUID:
    if newest is None:
        return uuid.UUID(int=0)
    return lowest_id_at(made_at(newest) - LOOK_BACK)


def _unsealed(since: uuid.UUID, until: uuid.UUID) -> QuerySet[Event]:
    links = ChainLink.objects.filter(event_id=OuterRef("pk"), seller_id=OuterRef("seller_id"))
    return Event.objects.filter(~Exists(links), id__gte=since, id__lt=until)


def _outside() -> tuple[int, int]:
    """Events beside the chain: not sealed yet, and too old to be sealed still."""
    newest = ChainLink.objects.order_by("-place").values_list("event_id", flat=True).first()
    since = _from(newest)
    everything = _unsealed(uuid.UUID(int=0), uuid.UUID(int=2**128 - 1))
    late = everything.filter(id__lt=since).count()
    return everything.count() - late, late


def _one_writer() -> None:
    """The lease keeps workers from crowding; this lock keeps two that meet anyway in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"activity.chain:{current_seller_id()}"],
        )


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)
