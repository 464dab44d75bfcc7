"""manage.py load_demo: the demo seller, once, on an installation made for trying."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo import loading


class Command(BaseCommand):
    """Load the demo seller unless he is there."""

    help = "Load the demo seller Kopi Nusantara (embedded servers, or PRM_DEMO=1)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Refuse on real installations, do nothing the second time."""
        if not settings.DEMO:
            self.stdout.write(
                "No demo data: these are not the embedded servers. PRM_DEMO=1 loads it"
            )
        elif loading.is_loaded():
            self.stdout.write("The demo seller is there.")
        else:
            self._done = 0
            loading.load(self._tell)
            self._show(loading.TOTAL, "done", over=True)

    def _tell(self, count: int, what: str) -> None:
        self._done += count
        if self.stdout.isatty():
            self._show(min(self._done, loading.TOTAL), what)
        elif what != getattr(self, "_last", ""):
            self.stdout.write(f"Demo seller: {what}")
        self._last = what

    def _show(self, done: int, what: str, *, over: bool = False) -> None:
        share = done * 100 // loading.TOTAL
        bar = "#" * (share * 30 // 100)
        line = f"Demo seller [{bar:<30}] {share:3d} %  {what:<20}"
        start = "\r" if self.stdout.isatty() else ""
        self.stdout.write(start + line, ending="\n" if over or not start else "")
        self.stdout.flush()
