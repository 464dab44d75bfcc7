"""The shipper of one host: moves its spool into the database, each whole record exactly once.

Clicks, sums and the offsets of the segments they came from are one transaction. Whatever breaks,
the next try begins where the database says. A segment is deleted once all of it is stored and its
writer has let go of it.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

from django.db import (
    DataError,
    Error,
    IntegrityError,
    close_old_connections,
    connection,
)

from sellers.scope import maintenance_scope
from tracking.models.shipping import SpoolOffset
from tracking.shipping import reports, segments
from tracking.shipping.classifying import Chunk, Classifier
from tracking.shipping.segments import Piece
from tracking.shipping.storing import prepare_days, store
from tracking.spool.place import Place

logger = logging.getLogger(__name__)

CHUNK_BYTES: Final = 14 * 2**20  # some 40,000 clicks, all of the next one made meanwhile
RAMP: Final = 8  # the first one is so much smaller, lest the database wait for it
SPLIT_BYTES: Final = 2**17
IDLE_SECONDS: Final = 0.3
LONGEST_PAUSE_SECONDS: Final = 5.0
REPORT_SECONDS: Final = 2.0
TIDY_SECONDS: Final = 600.0
SWITCH_SECONDS: Final = 0.0001  # a chunk that is made ahead must not hold up the one being stored

_BEGUN: Final = """
INSERT INTO tracking_spooloffset (host, segment, "offset", moved_at)
SELECT %s, segment, reached, now() FROM unnest(%s::text[], %s::bigint[]) s(segment, reached)
ON CONFLICT (host, segment) DO NOTHING
"""
_MOVED: Final = """
UPDATE tracking_spooloffset o SET "offset" = reached, moved_at = now()
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) s(segment, start, reached)
WHERE o.host = %s AND o.segment = s.segment AND o."offset" = s.start
"""


class Overtaken(Exception):
    """Another shipper has moved this host's offsets: read them again."""


class Shipper:
    """Ships one spool directory. `run` until told to stop; `step` ships one chunk."""

    def __init__(self, place: Place, classifier: Classifier | None = None) -> None:
        self.place = place
        self.classifier = classifier or Classifier()
        self.limit = CHUNK_BYTES
        self._stored: dict[str, int] = {}
        self._days: set[int] = set()
        self._ahead: Future[Load] | None = None
        self._thread = ThreadPoolExecutor(1, "classify")
        self._reported = self._tidied = 0.0

    def run(self, wait: Callable[[float], bool]) -> None:
        """Ship until `wait(seconds)` says that it is time to stop."""
        sys.setswitchinterval(SWITCH_SECONDS)
        pause = 0.0
        while not wait(pause):
            self.place.lock.touch()
            try:
                more = self.step()
                self._look_after()
                pause = 0.0 if more else IDLE_SECONDS
            except (Error, Overtaken, OSError) as error:
                pause = min(max(2 * pause, 0.5), LONGEST_PAUSE_SECONDS)
                logger.warning("not shipped, next try in %.1f s: %s", pause, str(error).strip())
                self.forget()
                close_old_connections()

    def forget(self) -> None:
        """Read from the database again how far it is."""
        self._stored.clear()
        self._days.clear()
        self._ahead = None

    def step(self) -> bool:
        """Ship one chunk; whether a full one was there."""
        ahead, self._ahead = self._ahead, None
        now = (ahead or self._load(self.limit // RAMP)).result()
        moved = [piece for piece in now.pieces if piece.data]
        if moved:
            try:
                self._ship(moved, now)
            except BaseException:
                self._ahead = None  # what comes next must not overtake what failed
                raise
        for piece in now.pieces:
            if piece.is_last:
                (self.place.directory / piece.segment).unlink(missing_ok=True)
                self._stored.pop(piece.segment, None)
        return now.is_full

    def _load(self, limit: int, before: "Load | None" = None) -> "Future[Load]":
        """Begin to read and classify what is not stored yet, and is not in `before`."""
        found = segments.names(self.place)
        self._recall(found)
        starts = {name: self._stored[name] for name in found}
        if before:
            starts |= {piece.segment: piece.end for piece in before.pieces}
        return self._thread.submit(self._loaded, found, starts, limit, before)

    def _loaded(
        self, found: list[str], starts: dict[str, int], limit: int, before: "Load | None"
    ) -> "Load":
        """What can be done without the database, in a thread while it stores what is before."""
        pieces = list(segments.pieces(self.place, found, starts.__getitem__, limit))
        return Load(pieces, limit, self._classified(pieces, before.chunk if before else None))

    def _classified(self, pieces: Sequence[Piece], after: Chunk | None) -> Chunk:
        try:
            chunk = self.classifier.chunk(_lines(pieces), after=after)
        except ValueError as error:  # a record that no writer of ours makes
            logger.error("a chunk was refused: %s", error)
            chunk = self.classifier.chunk(_lines(pieces), strictly=True, after=after)
        chunk.settle()
        return chunk

    def _ship(self, pieces: Sequence[Piece], now: "Load") -> None:
        if now.is_full:
            self._ahead = self._load(min(2 * now.limit, self.limit), now)
        try:
            self._store(now.chunk, pieces)
        except (DataError, IntegrityError, ValueError, OverflowError) as error:
            # a record that no writer of ours makes: find it, it must not hold up the others
            logger.error("a chunk was refused: %s", str(error).strip())
            self.forget()
            self._recall([piece.segment for piece in pieces])
            again = self._thread.submit(self.classifier.chunk, _lines(pieces), strictly=True)
            self._store_with_care(again.result(), pieces)

    def _store_with_care(self, chunk: Chunk, pieces: Sequence[Piece]) -> None:
        """Leave out the rows that the database refuses, found by halving."""
        try:
            self._store(chunk, pieces)
        except (DataError, IntegrityError):
            sound = self._taken(chunk, chunk.rows)
            refused = set(chunk.rows).difference(sound)
            self._store(replace(chunk, rows=sound, damaged=[*chunk.damaged, *refused]), pieces)

    def _taken(self, chunk: Chunk, rows: list[bytes]) -> list[bytes]:
        """Those of the rows that the database takes."""
        if self._is_taken(chunk, rows):
            return rows
        half = len(rows) // 2
        return self._taken(chunk, rows[:half]) + self._taken(chunk, rows[half:]) if half else []

    def _is_taken(self, chunk: Chunk, rows: list[bytes]) -> bool:
        """Whether the database takes these rows; nothing is stored."""
        trial = replace(chunk, rows=rows)
        try:
            with maintenance_scope():
                store(trial)
                raise _Undone
        except _Undone:
            return True
        except (DataError, IntegrityError):
            return False

    def _store(self, chunk: Chunk, pieces: Sequence[Piece]) -> None:
        self._prepare(chunk)
        name = f"{pieces[0].segment}-{pieces[0].start}"
        with maintenance_scope():
            unknown = store(chunk)
            self._move(pieces)
            strangers = _rows_of(chunk, unknown)
            self._set_aside("damaged", name, chunk.damaged)
            self._set_aside("unknown", name, strangers)
            reports.count(self.place.host, chunk, unknown=len(strangers))
        self._stored |= {piece.segment: piece.end for piece in pieces}
        self._thread.submit(self.classifier.count, chunk)  # behind the one that comes after it

    def _prepare(self, chunk: Chunk) -> None:
        if new := chunk.days - self._days:
            prepare_days(new)
            self._days |= new

    def _move(self, pieces: Sequence[Piece]) -> None:
        """Move the offsets from where this shipper knows them. Raises Overtaken if they are not."""
        begun = [piece for piece in pieces if not piece.start]
        moved = [piece for piece in pieces if piece.start]
        host, hits = self.place.host, 0
        with connection.cursor() as cursor:
            if begun:
                names, ends = [one.segment for one in begun], [one.end for one in begun]
                cursor.execute(_BEGUN, [host, names, ends])
                hits += cursor.rowcount
            if moved:
                names, ends = [one.segment for one in moved], [one.end for one in moved]
                cursor.execute(_MOVED, [names, [one.start for one in moved], ends, host])
                hits += cursor.rowcount
        if hits != len(pieces):
            raise Overtaken(host)

    def _recall(self, found: Sequence[str]) -> None:
        """The stored offsets of segments that are new to this shipper."""
        new = [name for name in found if name not in self._stored]
        if new:
            rows = SpoolOffset.objects.filter(host=self.place.host, segment__in=new)
            known = dict(rows.values_list("segment", "offset"))
            self._stored |= {name: known.get(name, 0) for name in new}

    def _set_aside(self, kind: str, name: str, lines: Sequence[bytes]) -> None:
        """Keep what cannot be stored; named by its place, so that a second try writes it again."""
        if lines:
            directory = self.place.directory / kind
            directory.mkdir(exist_ok=True, mode=0o700)
            (directory / name).write_bytes(b"\n".join(lines) + b"\n")
            logger.error("%s %s records set aside in %s", len(lines), kind, directory / name)

    def _look_after(self) -> None:
        now = time.monotonic()
        if now - self._reported > REPORT_SECONDS:
            self._reported = now
            waiting = segments.backlog(self.place, lambda name: self._stored.get(name, 0))
            reports.report(self.place, waiting)
        if now - self._tidied > TIDY_SECONDS:
            self._tidied = now
            self._days.clear()
            segments.remove_abandoned(self.place)
            self.place.restore_ballast()
            reports.tidy(self.place.host, segments.names(self.place))


@dataclass(frozen=True)
class Load:
    """Up to about `limit` bytes of the spool, and what they say."""

    pieces: list[Piece]
    limit: int
    chunk: Chunk

    @property
    def is_full(self) -> bool:
        """Whether there may be more at once."""
        return sum(len(piece.data) for piece in self.pieces) >= self.limit // 2


def _lines(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Their lines without the ends; not split at once, which would hold up the other thread."""
    for piece in pieces:
        start = 0
        while start < len(piece.data):
            end = piece.data.find(b"\n", start + SPLIT_BYTES) + 1 or len(piece.data)
            yield from filter(None, piece.data[start:end].split(b"\n"))
            start = end


class _Undone(Exception):
    """Takes a trial back."""


def _rows_of(chunk: Chunk, links: set[str]) -> list[bytes]:
    """The rows of these links, as they came."""
    if not links:
        return []
    wanted = {link.encode() for link in links}
    return [row for row in chunk.rows if row.split(b"\t", 4)[3] in wanted]
