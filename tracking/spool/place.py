"""The spool's directory: its host id, the ballast kept for a full disk, and counts of troubles.

Web processes of one host share it, and one shipper empties it. It must lie on a local disk: whose
segment is still written is told by file locks.
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

BALLAST_BYTES: Final = 8 * 2**20
AMPLE: Final = 8  # ballasts of free room before one is made
TROUBLES: Final = ("direct", "lost", "ballast")
_WIDTH: Final = 20


@dataclass(frozen=True)
class Place:
    """A spool directory, made on first use and readable by us only."""

    directory: Path

    def prepare(self) -> None:
        """Make the directory, its id, the ballast and room for the counts, as far as missing.

        Raises OSError where the directory cannot be made; a disk too full for the ballast is none.
        """
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        _ = self.host
        with contextlib.suppress(OSError):
            self._keep_room()
            self.restore_ballast()

    @cached_property
    def host(self) -> str:
        """This host's id; it stays with the directory, so a new container keeps it."""
        path = self.directory / "host"
        with contextlib.suppress(FileNotFoundError):
            if found := path.read_text(encoding="ascii").strip():
                return found
        unfinished = self.directory / f"host.{os.getpid()}.{secrets.token_hex(4)}"
        unfinished.write_text(secrets.token_hex(8), encoding="ascii")
        try:
            os.link(unfinished, path)  # of two at once, one wins and both read the same
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
        return path.read_text(encoding="ascii").strip()

    @property
    def lock(self) -> Path:
        """Locked by the shipper, and touched whenever it goes round."""
        return self.directory / "shipper.lock"

    @property
    def ballast(self) -> Path:
        """A file of real bytes that is given up when the disk is full."""
        return self.directory / "ballast"

    def restore_ballast(self) -> None:
        """Make the ballast where it is missing and there is room for much more than it.

        Raises OSError when the room is gone meanwhile.
        """
        disk = os.statvfs(self.directory)
        if self.ballast.exists() or disk.f_bavail * disk.f_frsize < AMPLE * BALLAST_BYTES:
            return
        unfinished = self.directory / f"ballast.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            with unfinished.open("wb") as output:
                # bytes of no pattern, so that no file system saves itself the room
                output.write(secrets.token_bytes(BALLAST_BYTES))
                output.flush()
                os.fsync(output.fileno())
            unfinished.replace(self.ballast)
        finally:
            unfinished.unlink(missing_ok=True)

    def give_up_ballast(self) -> bool:
        """Free the ballast's room; false when another process has done so already."""
        try:
            self.ballast.unlink()
        except OSError:
            return False
        self.count("ballast")
        return True

    def count(self, trouble: str) -> None:
        """One more of a trouble. Never raises: the count is for the operator, not for the click."""
        with contextlib.suppress(OSError), self._troubles() as descriptor:
            place = TROUBLES.index(trouble) * _WIDTH
            found = int(os.pread(descriptor, _WIDTH, place) or b"0")
            os.pwrite(descriptor, b"%*d" % (_WIDTH, found + 1), place)

    def counts(self) -> dict[str, int]:
        """How often each trouble happened since the directory was made."""
        try:
            with self._troubles() as descriptor:
                text = os.pread(descriptor, _WIDTH * len(TROUBLES), 0)
        except OSError:
            text = b""
        cells = [text[n * _WIDTH : (n + 1) * _WIDTH] or b"0" for n in range(len(TROUBLES))]
        return {name: int(cell) for name, cell in zip(TROUBLES, cells, strict=True)}

    @contextlib.contextmanager
    def _troubles(self) -> Iterator[int]:
        descriptor = os.open(self.directory / "troubles", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _keep_room(self) -> None:
        """Write the counts once, so that counting needs no room when there is none."""
        with self._troubles() as descriptor:
            if not os.fstat(descriptor).st_size:
                os.pwrite(descriptor, b"%*d" % (_WIDTH, 0) * len(TROUBLES), 0)
