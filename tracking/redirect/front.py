"""The redirect ahead of Django: `GET /r/<code>` is answered from memory, all else is handed on.

What is unusual goes to Django's view `follow`, which decides by the same functions: HEAD, unknown
codes, foreign deep links. Sellers' own hosts (`LinkDomain`) show links and what shops' pages load,
and nothing else of us.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from tracking.models.links import PROOF_PATH
from tracking.redirect import plain
from tracking.redirect.answering import Environ, Lead, lead
from tracking.redirect.entries import Entry
from tracking.redirect.loading import PREFIX, Away, Domain
from tracking.redirect.memory import memory
from tracking.rules import CLICK_PARAMETER

Start = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[..., Any]
NAMED_BY: Final = "prm.link_domain"
"""In the environ of a request on a seller's own host: that host."""
ON_DOMAINS: Final = ("/t.js", "/px.gif")
BELOW_ON_DOMAINS: Final = ("/r/", "/i/", "/t/")
MOST_OWN: Final = 1000
OUR_HOST: Final = urlsplit(settings.BASE_URL).netloc
FORWARDED: Final = settings.SECURE_PROXY_SSL_HEADER
HSTS: Final = (
    [("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")]
    if settings.SECURE_HSTS_SECONDS
    else []
)
"""On our own hosts, as SecurityMiddleware has it; sellers' hosts are theirs to bind."""
NO_BODY: Final = [b""]
"""A list: the server answers it in one piece, where it would stream any other iterable."""
STANDING: Final = (
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex, nofollow"),
)
"""An empty body's length is the server's to tell; what a shop hears of the page that a visitor came
from is that page's to say."""


class Front:
    """A WSGI application around Django's."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._links = memory.links.entries
        self._names = frozenset(name.lower() for name in settings.ALLOWED_HOSTS if "*" not in name)
        self._own: set[str] = set()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer from memory where that is all it takes."""
        if environ.get("HTTP_HOST") not in self._own:
            return self._from_elsewhere(environ, start)
        entry = self._links.get(environ["PATH_INFO"])
        if entry is None or environ["REQUEST_METHOD"] != "GET":
            return self._on_our_host(environ, start)
        entry.used = True
        return self._lead(entry, environ, start)

    def _on_our_host(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] != "GET":
            return self._handed_on(environ, start)
        try:
            entry = memory.link(path)
        except Away:
            return plain.AWAY.answer(environ, start)
        return self._lead(entry, environ, start) if entry else self._handed_on(environ, start)

    def _lead(self, entry: Entry, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        found = lead(entry, environ)
        if found is None:
            return self._handed_on(environ, start)
        headers = headers_of(entry, found, environ)
        if HSTS and is_secure(environ):
            headers += HSTS
        start("302 Found", headers)
        return NO_BODY

    def _handed_on(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._django(environ, start)
        return answer

    def _from_elsewhere(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """A host seen for the first time, one of a seller's, or one that Django will refuse."""
        named = environ.get("HTTP_HOST", "")
        host, _port = split_domain_port(named)
        if host in self._names:
            if len(self._own) < MOST_OWN:
                self._own.add(named)
            return self._on_our_host(environ, start)
        is_ours = bool(host) and validate_host(host, settings.ALLOWED_HOSTS)
        try:
            domain = memory.domain(host) if host else None
        except Away:
            domain = None
            if not is_ours:
                return plain.AWAY.answer(environ, start)
        if domain is not None:
            return self._on_domain(host, domain, environ, start)
        return (self._on_our_host if is_ours else self._handed_on)(environ, start)

    def _on_domain(
        self, host: str, domain: Domain, environ: dict[str, Any], start: Start
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == PROOF_PATH:
            return _proof(domain, start)
        if domain.seller_id is None:
            return plain.NOWHERE.answer(environ, start)
        if path.startswith(PREFIX):
            return _led_on_domain(domain, environ, start)
        if path in ON_DOMAINS or path.startswith(BELOW_ON_DOMAINS):
            environ |= {NAMED_BY: host, "HTTP_HOST": OUR_HOST}
            return self._handed_on(environ, start)
        return plain.NOWHERE.answer(environ, start)


def headers_of(entry: Entry, found: Lead, environ: Environ) -> list[tuple[str, str]]:
    """The answer's headers: where to, kept by no cache and no search engine, and the cookie."""
    location, token = found
    if not token or not entry.keeps_cookie:
        return [("Location", location), *STANDING]
    cookie = f"{CLICK_PARAMETER}={token}{entry.cookie}"
    if is_secure(environ):
        cookie += "; Secure"
    return [("Location", location), ("Set-Cookie", cookie), *STANDING]


def is_secure(environ: Environ) -> bool:
    """Whether the visitor came by https, as Django's `request.is_secure()` finds it."""
    if environ.get("wsgi.url_scheme") == "https":
        return True
    return FORWARDED is not None and environ.get(FORWARDED[0]) == FORWARDED[1]


def _led_on_domain(domain: Domain, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """A link on its seller's own host; never another seller's."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return plain.NOT_SO.answer(environ, start)
    try:
        entry = memory.link(environ["PATH_INFO"])
    except Away:
        return plain.AWAY.answer(environ, start)
    if entry is None or entry.seller_id != domain.seller_id:
        return plain.NOWHERE.answer(environ, start)
    found = lead(entry, environ)
    if found is None:
        return plain.FOREIGN.answer(environ, start)
    start("302 Found", headers_of(entry, found, environ))
    return NO_BODY


def _proof(domain: Domain, start: Start) -> Iterable[bytes]:
    body = "".join(f"{token}\n" for token in domain.tokens).encode()
    kind = ("Content-Type", "text/plain; charset=utf-8")
    start("200 OK", [kind, ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))])
    return [body]
