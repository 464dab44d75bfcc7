"""Ships this host's clicks into the database, until told to stop."""

import fcntl
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error

from sellers.row_security import require_bound_role
from tracking.shipping import reports
from tracking.shipping.shipper import Shipper
from tracking.spool import Place

WAIT_SECONDS = 1.0


class Command(BaseCommand):
    """One runs for each spool directory; a second one waits until the first has ended."""

    help = "Move this host's clicks from the spool into the database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Without arguments it runs until SIGTERM."""
        parser.add_argument("--once", action="store_true", help="ship what is there, then end")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        """Ship."""
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_signal: stop.set())
        place = Place(settings.SPOOL_DIR)
        place.prepare()
        with self._alone(place, stop):
            self._begin(place, stop)
            shipper = Shipper(place)
            if once:
                while shipper.step():
                    pass
            else:
                shipper.run(stop.wait)

    def _begin(self, place: Place, stop: threading.Event) -> None:
        """Wait for the database, should it be away just now."""
        while not stop.is_set():
            try:
                require_bound_role()
                reports.begin(place)
            except Error as error:
                self.stderr.write(f"waiting for the database: {error}".strip())
                place.lock.touch()
                stop.wait(WAIT_SECONDS)
            else:
                self.stdout.write(f"shipping {place.directory}, host {place.host}")
                self.stdout.flush()
                return

    @contextmanager
    def _alone(self, place: Place, stop: threading.Event) -> Iterator[None]:
        with place.lock.open("a") as lock:
            told = False
            while not stop.is_set():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if not told:
                        self.stderr.write(f"another shipper has {place.directory}; waiting")
                        told = True
                    stop.wait(WAIT_SECONDS)
                else:
                    break
            yield
