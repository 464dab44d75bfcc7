"""Appends clicks to this process's segment: one copy into shared memory each, no system call.

A segment is a file with its room taken beforehand, mapped into memory: what is copied there is the
kernel's, so kill -9 of this process loses none of it, and a full disk is met when a segment is
made, never in the midst of a line. What is not written yet is zeros, which no line has.

A segment is written by one process, which holds a shared lock on it as long as it may write. The
kernel drops the lock with the process, however that ends, so the shipper knows when no byte more
can come. Segments are named by their start and process, in order of time.
"""

import errno
import fcntl
import logging
import mmap
import os
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from tracking.spool.place import Place

logger = logging.getLogger(__name__)

SEGMENT_BYTES: Final = 4 * 2**20
SEGMENT_SECONDS: Final = 10.0
FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class Segment:
    """An open segment. Closed when the last thread that may write to it has let go of it.

    `write` copies a line behind the one before, in one step that threads cannot mix. Raises
    ValueError where there is no room left.
    """

    __slots__ = ("_fd", "_memory", "_pid", "due", "write")

    def __init__(self, directory: Path) -> None:
        name = f"{time.time_ns() // 1_000_000:013d}-{os.getpid()}-{secrets.token_hex(3)}"
        unfinished = directory / f"{name}.new"
        self._pid = os.getpid()
        self._fd = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _take_room(self._fd, SEGMENT_BYTES)
            self._memory = mmap.mmap(self._fd, SEGMENT_BYTES)
            # locked before it gets its name: the shipper never sees a live segment without its lock
            fcntl.flock(self._fd, fcntl.LOCK_SH)
            unfinished.rename(directory / f"{name}.log")
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        self.write = self._memory.write
        self.due = monotonic() + SEGMENT_SECONDS

    def __del__(self) -> None:
        """Give back the room that was not used; not in a forked process, where it still is."""
        if not hasattr(self, "_fd"):
            return
        if hasattr(self, "_memory") and self._pid == os.getpid():
            os.ftruncate(self._fd, self._memory.tell())
        os.close(self._fd)


def _take_room(descriptor: int, size: int) -> None:
    """Room on the disk for so many bytes, all zero. Raises OSError where there is none."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
    elif os.pwrite(descriptor, bytes(size), 0) != size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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
        segment = self._segment
        if segment is None or monotonic() > segment.due:
            segment = self._renewed(segment, wait=False)
        while segment is not None:
            try:
                segment.write(line)
            except ValueError:  # it is full
                fits = len(line) <= SEGMENT_BYTES
                segment = self._renewed(segment, wait=True) if fits else None
            else:
                return True
        kept = self._direct is not None and self._direct(line)
        self.place.count("direct" if kept else "lost")
        return kept

    def close(self) -> None:
        """Let go of the segment; the next append begins another."""
        self._segment = None

    def _renewed(self, seen: Segment | None, *, wait: bool) -> Segment | None:
        """The segment after the one that was seen; None where none can be made.

        Without `wait`, the one that was seen goes on serving while another thread makes a new one.
        """
        if not self._turn.acquire(blocking=wait or seen is None):
            return seen
        try:
            if self._segment is seen or self._segment is None:
                self._segment = self._made()
            return self._segment
        finally:
            self._turn.release()

    def _made(self) -> Segment | None:
        """A new segment, in the ballast's room if need be."""
        for attempt in range(2):
            try:
                self._prepare()
                return Segment(self.place.directory)
            except OSError as error:
                logger.error("spool %s: %s", self.place.directory, error.strerror)
                if attempt or error.errno not in FULL or not self.place.give_up_ballast():
                    break
        return None

    def _prepare(self) -> None:
        if not self._prepared:
            self.place.prepare()
            self._prepared = True
        self.place.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
