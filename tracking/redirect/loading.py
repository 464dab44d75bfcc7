"""Reading links and link domains from the database, patiently for a moment when it is away."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from sellers.scope import maintenance_scope
from tracking.models import Link, LinkDomain
from tracking.redirect.entries import KEYS, Entry, entry_of
from tracking.rules import CLICK_PARAMETER, SUB_IDS

PATIENCE_SECONDS: Final = 0.8
PAUSE_SECONDS: Final = 0.1
AT_ONCE: Final = 4
PREFIX: Final = "/r/"
COLUMNS: Final = (
    *KEYS,
    *SUB_IDS,
    "destination",
    "targets",
    "expires_at",
    "disabled_at",
    "seller__time_zone",
    "campaign__ends_on",
    "enrollment__status",
    "enrollment__partner__status",
    "enrollment__program__status",
    "enrollment__program__landing_url",
    "enrollment__program__allowed_hosts",
    "enrollment__program__window_days",
    "enrollment__program__cookieless",
)


class Away(Exception):
    """The database does not answer at the moment."""


@dataclass(slots=True)
class Domain:
    """A host of sellers'; `seller_id` is whose it proved to be, `tokens` what is asked of it."""

    seller_id: UUID | None
    tokens: tuple[str, ...]
    keys: frozenset[str]
    used: bool = field(default=False)


def load_link(path: str) -> Entry | None:
    """The link behind `/r/<code>`. Raises Away."""
    code = path.removeprefix(PREFIX)
    rows = _patiently(lambda: list(Link.objects.filter(code=code).values(*COLUMNS)))
    return entry_of(rows[0], CLICK_PARAMETER) if rows else None


def load_domain(host: str) -> Domain | None:
    """What sellers say about a host. Raises Away."""
    names = ("seller_id", "token", "verified_at")
    rows = _patiently(lambda: list(LinkDomain.objects.filter(host=host).values(*names)))
    if not rows:
        return None
    owner = next((row["seller_id"] for row in rows if row["verified_at"]), None)
    return Domain(owner, tuple(row["token"] for row in rows), frozenset([host]))


Found = TypeVar("Found")
_turns = threading.BoundedSemaphore(AT_ONCE)


def _patiently(read: Callable[[], Found]) -> Found:
    """What `read` finds among all sellers' rows; tried again for less than a second.

    Few threads at once may wait for the database, so that the others go on answering what is
    known. Raises Away.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise Away
    try:
        while True:
            try:
                return _read(read)
            except (OperationalError, InterfaceError):
                connection.close()
                if time.monotonic() + PAUSE_SECONDS > end:
                    raise Away from None
                time.sleep(PAUSE_SECONDS)
    finally:
        _turns.release()


def _read(read: Callable[[], Found]) -> Found:
    if not connection.in_atomic_block:
        close_old_connections()
    with maintenance_scope():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(PATIENCE_SECONDS * 1000)}")
        return read()
