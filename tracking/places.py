"""Web addresses that links lead to, taken apart so strictly that no browser reads them otherwise.

What browsers do with odd addresses is the WHATWG URL standard's: backslashes are slashes, tabs and
line ends vanish, hosts are percent-decoded and mapped. Here such an address is refused, and what is
accepted is put together anew from its parts, its host in ASCII: the visitor goes to the very host
that was checked. https://url.spec.whatwg.org/#concept-basic-url-parser
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote_plus, urlencode

MOST_CHARACTERS: Final = 2000
_FORM: Final = re.compile(r"(?i:(https?))://([^/?#]+)(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?")
_NOT_SENT: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_SAFE: Final = "/%[]=:;$&()+,!?*@'~"


@dataclass(frozen=True, slots=True)
class Place:
    """An http(s) address. `host` is lower-case ASCII; `port` is empty or with its colon."""

    scheme: str
    host: str
    port: str
    path: str
    query: str
    fragment: str

    @property
    def text(self) -> str:
        """The whole address."""
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{self.port}{self.path}{query}{fragment}"

    def with_parameters(self, extra: Mapping[str, str]) -> "Place":
        """With query parameters set; those of the same name are replaced, the others kept."""
        kept = [part for part in self.query.split("&") if part and _name_of(part) not in extra]
        return replace(self, query="&".join([*kept, urlencode(extra)] if extra else kept))

    def around(self, parameter: str) -> tuple[str, str]:
        """The address up to the value of a query parameter, and what follows it."""
        place = self.with_parameters({parameter: ""})
        head = replace(place, fragment="").text
        return head, f"#{self.fragment}" if self.fragment else ""


def place_of(url: str) -> Place | None:
    """The parts of an http(s) address; None for anything that is none, or hides where it leads."""
    if len(url) > MOST_CHARACTERS or _NOT_SENT.search(url):
        return None
    found = _FORM.fullmatch(url)
    if found is None:
        return None
    scheme, authority, path, query, fragment = found.groups(default="")
    name, _colon, port = authority.partition(":")
    host = ascii_host(name)
    if not host or (port and not (_PORT.fullmatch(port) and 0 < int(port) < 65536)):
        return None
    rest = [quote(part, safe=_SAFE, errors="replace") for part in (path or "/", query, fragment)]
    return Place(scheme.lower(), host, f":{port}" if port else "", *rest)


def ascii_host(name: str) -> str:
    """A host's name in lower-case ASCII without the final dot; "" for none.

    User names, percent signs, brackets and empty labels have no place in it. International names
    are mapped as of RFC 3490; the visitor is sent to what they are mapped to.
    """
    try:
        host = name.lower() if name.isascii() else name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    host = host.removesuffix(".")
    return host if _HOST.fullmatch(host) else ""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where links may lead: hosts, and endings with their dot that stand for all below them."""

    exact: frozenset[str]
    endings: tuple[str, ...]

    @classmethod
    def of(cls, allowed: Iterable[str], own: Iterable[str]) -> "Hosts":
        """Hosts match exactly; `*.example.com` covers subdomains of any depth and not the root.

        An empty list allows `own`, the hosts of the landing page and of the link's destination.
        """
        patterns = [pattern.lower() for pattern in allowed] or [host for host in own if host]
        return cls(
            frozenset(one for one in patterns if not one.startswith("*.")),
            tuple(one[1:] for one in patterns if one.startswith("*.")),
        )

    def allow(self, host: str) -> bool:
        """Whether a link may lead there."""
        return host in self.exact or host.endswith(self.endings)


def _name_of(part: str) -> str:
    return unquote_plus(part.partition("=")[0])
