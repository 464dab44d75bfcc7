"""Reads a spool directory: which segments there are, what of them is not stored yet."""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tracking.spool.place import Place

ABANDONED_SECONDS: Final = 60.0
LONGEST_RECORD: Final = 2**16


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
        size = os.fstat(descriptor).st_size
        data = os.pread(descriptor, limit, start)
    finally:
        os.close(descriptor)
    reaches_end = is_over and start + len(data) >= size
    if not reaches_end:
        whole = data.rfind(b"\n") + 1
        if whole or len(data) < LONGEST_RECORD:  # what is longer without an end is no record
            data = data[:whole]
    return Piece(path.name, start, data, reaches_end) if data or reaches_end else None


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
        path, start = place.directory / name, stored(name)
        with contextlib.suppress(FileNotFoundError):
            waiting = max(path.stat().st_size - start, 0)
            if waiting and not size:
                with path.open("rb") as segment:
                    segment.seek(start)
                    sample = segment.read(16_384)
                oldest = _time_of(sample)
            size += waiting
    lines = sample.count(b"\n")
    mean = len(sample) / lines if lines else 300
    return Backlog(size, round(size / mean), oldest)


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
