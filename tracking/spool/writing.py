"""Appends clicks to this process's segment: one system call each, whole or torn, never mixed.

A segment is written by one process, which holds a shared lock on it as long as it may write. The
kernel drops the lock with the process, however that ends, so the shipper knows when no byte more
can come. Segments are named by their start and process, in order of time.
"""

import errno
import fcntl
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tracking.spool.place import Place

logger = logging.getLogger(__name__)

SEGMENT_BYTES: Final = 16 * 2**20
SEGMENT_SECONDS: Final = 10.0
FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class Segment:
    """An open segment. Closed when the last thread that may write to it has let go of it."""

    __slots__ = ("due", "fd", "left")

    def __init__(self, directory: Path) -> None:
        name = f"{time.time_ns() // 1_000_000:013d}-{os.getpid()}-{secrets.token_hex(3)}"
        unfinished = directory / f"{name}.new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self.fd = os.open(unfinished, flags, 0o600)
        # locked before it gets its name: the shipper never sees a live segment without its lock
        fcntl.flock(self.fd, fcntl.LOCK_SH)
        unfinished.rename(directory / f"{name}.log")
        self.due = time.monotonic() + SEGMENT_SECONDS
        self.left = SEGMENT_BYTES

    def __del__(self) -> None:
        if hasattr(self, "fd"):
            os.close(self.fd)


class Spool:
    """Where this process leaves its clicks. One for all threads; takes no lock to append.

    `direct` stores a line without the spool and says whether it could: what remains on a full
    disk.
    """

    def __init__(self, directory: Path, direct: Callable[[bytes], bool] | None = None) -> None:
        self.place = Place(directory)
        self._direct = direct
        self._segment: Segment | None = None
        self._prepared = False
        self._turn = threading.Lock()

    def append(self, line: bytes) -> bool:
        """Keep a line of `record`; true when it is kept and its token may be handed out."""
        try:
            segment = self._segment
            if segment is None or segment.left <= 0 or time.monotonic() > segment.due:
                segment = self._renewed(segment)
            written = os.write(segment.fd, line)
            segment.left -= written
            if written == len(line):
                return True
        except OSError as error:
            return self._append_anyway(line, error.errno)
        # A torn line: what follows it goes elsewhere, though another thread's may still come here.
        return self._append_anyway(line, errno.ENOSPC)

    def close(self) -> None:
        """Let go of the segment; the next append begins another."""
        self._segment = None

    def _renewed(self, seen: Segment | None) -> Segment:
        """A fresh segment; while one thread makes it, the others go on in the one they have."""
        if seen is not None and not self._turn.acquire(blocking=False):
            return seen
        if seen is None:
            self._turn.acquire()
        try:
            if self._segment is seen or self._segment is None:
                if not self._prepared:
                    self.place.prepare()
                    self._prepared = True
                self._segment = Segment(self.place.directory)
            return self._segment
        finally:
            self._turn.release()

    def _append_anyway(self, line: bytes, problem: int | None) -> bool:
        """In a new segment, with the ballast's room if need be; else straight into the database.

        It keeps the number of an error and not the error, whose frames would keep a segment open.
        """
        logger.error("spool %s: %s", self.place.directory, os.strerror(problem or 0))
        for attempt in range(2):
            if attempt and not (problem in FULL and self.place.give_up_ballast()):
                break
            try:
                self.place.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
                segment = Segment(self.place.directory)
                if os.write(segment.fd, line) == len(line):
                    self._segment = segment
                    return True
                problem = errno.ENOSPC
            except OSError as error:
                problem = error.errno
        self._segment = None
        kept = self._direct is not None and self._direct(line)
        self.place.count("direct" if kept else "lost")
        return kept
