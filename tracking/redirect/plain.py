"""Small pages that need nothing else of us: on sellers' hosts, and while the database is away."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)

RETRY_SECONDS: Final = 5
HTML: Final = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title>'
    "<h1>{title}</h1><p>{text}</p></html>\n"
)


@dataclass(frozen=True)
class Page:
    """What went wrong, and what to do."""

    status: str
    title: str | Promise
    text: str | Promise
    headers: tuple[tuple[str, str], ...] = ()

    def answer(
        self,
        environ: Mapping[str, Any],
        start: Callable[[str, list[tuple[str, str]]], Any],
    ) -> Iterable[bytes]:
        """Answer a WSGI request with it."""
        body = self.html(environ)
        standing = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        start(self.status, [*standing, ("Content-Length", str(len(body))), *self.headers])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def html(self, environ: Mapping[str, Any]) -> bytes:
        """The page in the visitor's language."""
        language = _language(str(environ.get("HTTP_ACCEPT_LANGUAGE", "")))
        with translation.override(language):
            title, text = escape(str(self.title)), escape(str(self.text))
        return HTML.format(language=language, title=title, text=text).encode()


AWAY: Final = Page(
    "503 Service Unavailable",
    _("One moment, please"),
    _("This link cannot be looked up right now. Load the page again in some seconds."),
    (("Retry-After", str(RETRY_SECONDS)),),
)
NOWHERE: Final = Page(
    "404 Not Found",
    _("This link leads nowhere"),
    _("Ask the person who gave it to you for the whole address."),
)
FOREIGN: Final = Page(
    "400 Bad Request",
    _("This link may not lead there"),
    _("The page that it names is not one of this shop’s. For your safety we do not send you on."),
)
NOT_SO: Final = Page(
    "405 Method Not Allowed",
    _("This link leads nowhere"),
    _("Ask the person who gave it to you for the whole address."),
    (("Allow", "GET, HEAD"),),
)


def _language(accepted: str) -> str:
    for code, _quality in parse_accept_lang_header(accepted):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
