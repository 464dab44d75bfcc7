"""What one process remembers of the database: bounded, and right as long as it hears of changes."""

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

MOST: Final = 50_000
MOST_MISSING: Final = 10_000
MISSING_SECONDS: Final = 1.0


class Kept(Protocol):
    """Something to remember. `keys` name the rows that it was made from, as the notices do."""

    keys: frozenset[str]
    used: bool


One = TypeVar("One", bound=Kept)


class Cache(Generic[One]):
    """Things by name, fetched by `load` when they are first asked for.

    `entries` may be read without a lock, and whoever finds one there sets its `used`: when room is
    needed, the oldest that nobody used since it was last looked at goes. What does not exist is
    remembered for a second. Nothing is kept while changes are not heard of (`is_told`), nor what
    was read before a change was heard of.
    """

    def __init__(self, load: Callable[[str], One | None], most: int = MOST) -> None:
        self.entries: dict[str, One] = {}
        self.is_told = False
        self._load = load
        self._most = most
        self._missing: dict[str, float] = {}
        self._changes = 0
        self._lock = threading.Lock()

    def find(self, name: str) -> One | None:
        """The thing of this name; None when there is none. Raises what `load` raises."""
        found = self.entries.get(name)
        if found is not None:
            found.used = True
            return found
        if self._missing.get(name, 0.0) > time.monotonic():
            return None
        before = self._changes
        found = self._load(name)
        with self._lock:
            if found is None:
                self._miss(name)
            elif self.is_told and self._changes == before:
                self._keep(name, found)
        return found

    def drop(self, keys: set[str]) -> None:
        """Forget what was made from these rows."""
        with self._lock:
            self._changes += 1
            stale = [name for name, one in self.entries.items() if not keys.isdisjoint(one.keys)]
            for name in stale:
                del self.entries[name]

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._changes += 1
            self.entries.clear()
            self._missing.clear()

    def _keep(self, name: str, found: One) -> None:
        while len(self.entries) >= self._most:
            oldest = next(iter(self.entries))
            one = self.entries.pop(oldest)
            if one.used:
                one.used = False
                self.entries[oldest] = one
        self.entries[name] = found

    def _miss(self, name: str) -> None:
        if len(self._missing) >= MOST_MISSING:
            self._missing.clear()
        self._missing[name] = time.monotonic() + MISSING_SECONDS
