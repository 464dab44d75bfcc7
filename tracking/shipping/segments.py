"""Reads a spool directory: which segments there are, what of them is not stored yet.

What nobody has written yet of a segment is zeros, which no line has.
"""

import contextlib
import fcntl
import os
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracking.spool.place import Place

ABANDONED_SECONDS: Final = 60.0
LONGEST_RECORD: Final = 2**16
BLOCK: Final = 2**18


@dataclass(frozen=True)
class Piece:
    """A stretch of one segment, whole lines unless nobody can end the last one any more."""

    segment: str
    start: int
    data: bytes
    is_last: bool

    @property
    def end(self) -> int:
        """The byte after it."""
        return self.start + len(self.data)


@dataclass(frozen=True)
class Backlog:
    """What waits in a spool. `oldest_at` is epoch milliseconds, None when nothing waits."""

    size: int
    clicks: int
    oldest_at: int | None


def names(place: Place) -> list[str]:
    """Segments by age, the oldest first."""
    with contextlib.suppress(FileNotFoundError):
        return sorted(path.name for path in place.directory.glob("*.log"))
    return []


def pieces(
    place: Place, segments: list[str], stored: Callable[[str], int], limit: int
) -> Iterator[Piece]:
    """What is not stored yet, oldest segments first, up to about `limit` bytes in all."""
    for name in segments:
        if limit <= 0:
            return
        piece = read(place.directory / name, stored(name), max(limit, LONGEST_RECORD))
        if piece is not None:
            limit -= len(piece.data)
            yield piece


def read(path: Path, start: int, limit: int) -> Piece | None:
    """The next piece of a segment, None when it is gone or has nothing new and more may come."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        is_over = _is_over(descriptor)  # asked first: after that nothing can be added
        data = os.pread(descriptor, limit, start)
        end = _last_byte(descriptor) if is_over else 0
    finally:
        os.close(descriptor)
    reaches_end = is_over and start + len(data) >= end
    if not reaches_end:
        data = _whole_lines(data, is_live=not is_over)
    elif start + len(data) > end:
        data = data[: max(end - start, 0)]
    return Piece(path.name, start, data, reaches_end) if data or reaches_end else None


def _whole_lines(data: bytes, *, is_live: bool) -> bytes:
    """Without what is unfinished at the end; of a live segment that begins with the first zero."""
    written = data.partition(b"\0")[0] if is_live else data
    whole = written.rfind(b"\n") + 1
    if whole or len(written) < LONGEST_RECORD:  # what is longer without an end is no record
        return written[:whole]
    return written


def _last_byte(descriptor: int) -> int:
    """Where the zeros at the end begin: of a killed writer's segment, the room that it had left.

    Looked for from the end: after a loss of power there may be zeros before whole lines, too.
    """
    end = os.fstat(descriptor).st_size
    while end:
        start = max(end - BLOCK, 0)
        if written := len(os.pread(descriptor, end - start, start).rstrip(b"\0")):
            return start + written
        end = start
    return 0


def _is_over(descriptor: int) -> bool:
    """Whether nobody writes the segment any more: its writer holds a lock while it lives."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def backlog(place: Place, stored: Callable[[str], int]) -> Backlog:
    """How much waits, estimated in clicks by the mean length of the first lines."""
    size, sample, oldest = 0, b"", None
    for name in names(place):
        with contextlib.suppress(FileNotFoundError), (place.directory / name).open("rb") as segment:
            start = stored(name)
            waiting = _first_zero(segment.fileno(), start) - start
            if waiting and not size:
                sample = os.pread(segment.fileno(), min(waiting, 16_384), start)
                oldest = _time_of(sample)
            size += waiting
    lines = sample.count(b"\n")
    mean = len(sample) / lines if lines else 300
    return Backlog(size, round(size / mean), oldest)


def _first_zero(descriptor: int, start: int) -> int:
    """Where a segment's written part ends, found by halving."""
    rest = range(start, max(os.fstat(descriptor).st_size, start))
    return start + bisect_left(rest, 1, key=lambda place: os.pread(descriptor, 1, place) == b"\0")


def _time_of(sample: bytes) -> int | None:
    """When the first click of these lines happened; None when it cannot be read."""
    for line in sample.split(b"\n"):
        fields = line.split(b"\t", 4)
        if len(fields) > 3 and fields[3].isdigit():
            return int(fields[3])
    return None


def remove_abandoned(place: Place) -> None:
    """Files that a killed process had begun to make: they hold no click."""
    for pattern in ("*.new", "host.*", "ballast.*"):
        for path in place.directory.glob(pattern):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                    path.unlink()
