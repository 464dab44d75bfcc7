"""Visits of links in this process, and what they leave in the spool."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from tests.portal.market import Market, Side
from tracking import services
from tracking.models import Link
from tracking.redirect.front import Front
from tracking.spool import Fields, read

PERSON = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
SECONDS = 5.0


@dataclass
class Answer:
    """What a visitor got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        """Where he is led; "" for nowhere."""
        return self.headers.get("Location", "")

    @property
    def token(self) -> str:
        """The click's token in the address that he is led to."""
        return parse_qs(urlsplit(self.location).query).get("prm_click", [""])[0]


@dataclass
class Visitor:
    """Somebody who asks the redirect in front of the whole application."""

    host: str = "localhost:8000"
    secure: bool = False
    headers: dict[str, str] = field(default_factory=lambda: {"user-agent": PERSON})
    front: Front = field(default_factory=lambda: Front(get_wsgi_application()))

    def get(self, path: str, *, method: str = "GET", query: str = "", **headers: str) -> Answer:
        """Ask for a path; `query` goes over the wire as it is."""
        return self.ask(path, method, query, headers)

    def ask(self, path: str, method: str, query: str, headers: dict[str, str]) -> Answer:
        """The same with headers by name."""
        environ: dict[str, Any] = (
            RequestFactory(headers=self.headers | headers)
            .generic(method, path, secure=self.secure)
            .environ
        )
        environ |= {"HTTP_HOST": self.host, "QUERY_STRING": query or environ["QUERY_STRING"]}
        started: list[tuple[str, list[tuple[str, str]]]] = []
        parts: Iterable[bytes] = self.front(environ, lambda *given: started.append(given[:2]))
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        status, given = started[0]
        return Answer(int(status[:3]), dict(given), body)


def spooled(link: Link) -> list[Fields]:
    """The lines of a link's clicks in this process's spool, oldest first."""
    found = []
    for segment in sorted(settings.SPOOL_DIR.glob("*.log")):
        lines = segment.read_bytes().splitlines(keepends=True)
        found += [read(line) for line in lines if str(link.pk).encode() in line]
    return [one for one in found if one.link_id == str(link.pk)]


def new_link(market: Market, side: Side | None = None, **fields: Any) -> Link:
    """A link of a partner to the shop's beans."""
    fields = {"destination": "https://shop.example/beans?a=1"} | fields
    with market.team.scope():
        return services.create_link(
            enrollment=(side or market.rani).enrollment, actor=market.team.actor, **fields
        )


def until(right: Callable[[], bool]) -> None:
    """Wait for what comes by itself, and soon."""
    deadline = time.monotonic() + SECONDS
    while not right():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)
