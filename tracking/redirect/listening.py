"""Hearing of changes: one thread a process, listening to what the database's triggers tell.

The triggers stand in the migrations of this app, so no service can forget to tell, and a notice
arrives after the commit, in order of commits. Redis plays no part. Heartbeats show that the line
still stands; after any break everything is forgotten, since a notice may have been missed. While
the database is away, what is remembered goes on being used: nobody can change it meanwhile.
"""

import logging
import secrets
import select
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any, Final, TypeAlias

import psycopg2
import psycopg2.extensions
from django.conf import settings
from django.db import connections

from tracking.redirect.cache import Cache

logger = logging.getLogger(__name__)
Line: TypeAlias = psycopg2.extensions.connection

CHANNEL: Final = "prm_redirects"
HEARTBEAT_SECONDS: Final = 1.0
SHORTEST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 1.0
# A line on which nothing comes back is broken after these milliseconds, not after a quarter hour.
BROKEN_AFTER: Final = 2000
CONNECT_SECONDS: Final = 2
DELIVERY_SECONDS: Final = 2.0


class Listener(threading.Thread):
    """Tells caches what to drop, for as long as the process lives."""

    def __init__(self, caches: Sequence[Cache[Any]]) -> None:
        super().__init__(name="redirect-listener", daemon=True)
        self._caches = caches
        self._said = ""

    def run(self) -> None:
        """Listen; begin anew after each break, soon at first and then each second."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                with closing(_connected()) as line:
                    pause = SHORTEST_PAUSE
                    self._listen(line)
            except (psycopg2.Error, OSError) as error:
                self._say(f"not hearing of changed links: {error}".strip())
            for cache in self._caches:
                cache.is_told = False
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self, line: Line) -> None:
        with line.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
            _require_delivery(line, cursor)
            for cache in self._caches:
                cache.forget()
                cache.is_told = True
            self._said = ""
            while True:
                heard, _writable, _failed = select.select([line], [], [], HEARTBEAT_SECONDS)
                if heard:
                    line.poll()
                else:
                    cursor.execute("SELECT 1")
                self._tell(line)

    def _say(self, text: str) -> None:
        """Once for each break, not for each attempt."""
        if text != self._said:
            logger.warning("%s", text)
        self._said = text

    def _tell(self, line: Line) -> None:
        keys = {notice.payload for notice in line.notifies}
        line.notifies.clear()
        if keys:
            for cache in self._caches:
                cache.drop(keys)


def _require_delivery(line: Line, cursor: Any) -> None:
    """Hear a notice of our own first: through a pooler in transaction mode none would ever come.

    Raises OperationalError; then nothing is remembered, and every click reads the database.
    """
    own = f"heard-{secrets.token_hex(8)}"
    cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, own])
    end = time.monotonic() + DELIVERY_SECONDS
    while all(notice.payload != own for notice in line.notifies):
        left = end - time.monotonic()
        if left <= 0:
            raise psycopg2.OperationalError("no notices arrive; set DATABASE_LISTEN_URL")
        if select.select([line], [], [], left)[0]:
            line.poll()


def _connected() -> Line:
    parameters = {
        **(
            {"dsn": settings.LISTEN_URL}
            if settings.LISTEN_URL
            else connections["default"].get_connection_params()
        ),
        "application_name": "prm redirect listener",
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": BROKEN_AFTER,
    }
    line: Line = psycopg2.connect(**parameters)
    line.autocommit = True
    return line
