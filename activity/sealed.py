"""One entry of the trail, and whether the chain is whole where it stands."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from activity.chain import FIELDS, NO_HASH, canonical, hash_of, head
from activity.models import ChainLink, Event

CONTENT, BEFORE, AFTER = "content", "before", "after"
"""What can be wrong: the entry's own hash, or how the one before or after it fits."""

_COLUMNS: Final = ("place", "previous_hash", "hash", *(f"event__{name}" for name in FIELDS))


@dataclass(frozen=True)
class Entry:
    """An entry as the chain hashes it. `place` is None, and the hashes empty, until it is sealed.

    `next_hash` is empty for the newest. `fault` is empty where the entry and its neighbours fit.
    """

    event: Mapping[str, Any]
    text: str
    place: int | None = None
    previous_hash: str = ""
    hash: str = ""
    next_hash: str = ""
    fault: str = ""


@dataclass(frozen=True)
class _Link:
    place: int
    previous_hash: str
    hash: str
    event: Mapping[str, Any]

    @property
    def is_right(self) -> bool:
        return hash_of(self.place, self.previous_hash, dict(self.event)) == self.hash


def entry(event_id: uuid.UUID) -> Entry | None:
    """The entry and what a look at its place found; None where there is no such event.

    It looks at the entry and its two neighbours, whatever the length of the chain; `chain.verify`
    looks at all of it.
    """
    event = Event.objects.filter(pk=event_id).values(*FIELDS).first()
    if event is None:
        return None
    place = ChainLink.objects.filter(event_id=event_id).values_list("place", flat=True).first()
    if place is None:
        return Entry(event, canonical(event))
    links = _around(place)
    own, after = links[place], links.get(place + 1)
    return Entry(
        event,
        canonical(event),
        place,
        own.previous_hash,
        own.hash,
        after.hash if after else "",
        _fault(own, links.get(place - 1), after),
    )


def _around(place: int) -> dict[int, _Link]:
    rows = ChainLink.objects.filter(place__range=(place - 1, place + 1)).values_list(*_COLUMNS)
    return {
        row[0]: _Link(row[0], row[1], row[2], dict(zip(FIELDS, row[3:], strict=True)))
        for row in rows
    }


def _fault(own: _Link, before: _Link | None, after: _Link | None) -> str:
    if not own.is_right:
        return CONTENT
    if own.place == 1:
        if own.previous_hash != NO_HASH:
            return BEFORE
    elif before is None or before.hash != own.previous_hash or not before.is_right:
        return BEFORE
    if after is None:
        return AFTER if head().place > own.place else ""
    return "" if after.previous_hash == own.hash and after.is_right else AFTER
