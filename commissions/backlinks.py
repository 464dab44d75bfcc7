"""Whether a page links to where it was agreed. Pure: text in, answer out.

A target is a host (`shop.example`) or an address (`https://shop.example/beans`). A host stands for
every page on it, with or without `www.`; an address for that page, whatever follows its question
mark unless the target names something there itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import SplitResult, urljoin, urlsplit

MOST_LINKS = 20_000
WEAKENING = ("nofollow", "sponsored", "ugc")


@dataclass(frozen=True)
class Target:
    """Where a link must lead: host without `www.`, and path and query where they matter."""

    host: str
    path: str = ""
    query: str = ""


@dataclass(frozen=True)
class Found:
    """A link on the page: its address as written, made whole, and its `rel` words that weaken."""

    url: str
    rel: tuple[str, ...] = ()


def target_of(text: str) -> Target:
    """The target that a person typed. Raises ValueError for what is neither host nor address."""
    text = text.strip()
    parts = urlsplit(text if "//" in text else f"//{text}")
    if parts.scheme not in ("", "http", "https") or parts.username is not None:
        raise ValueError(text)
    host = _host(parts)
    labels = host.split(".")
    if any(character.isspace() for character in text) or "" in labels or not host:
        raise ValueError(text)
    if len(labels) < 2 and host != "localhost":
        raise ValueError(text)
    return Target(host, _path(parts), parts.query)


def find(html: str, page_url: str, targets: Iterable[Target]) -> Found | None:
    """The first link on the page that leads to one of the targets, a full one before a weakened."""
    wanted = list(targets)
    hits = [link for link in links(html, page_url) if any(leads(link.url, to) for to in wanted)]
    return min(hits, key=lambda link: bool(link.rel), default=None)


def leads(url: str, target: Target) -> bool:
    """Whether the address is the target, or on the host that it names."""
    try:
        parts = urlsplit(url)
        host = _host(parts)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or host != target.host:
        return False
    if not target.path and not target.query:
        return True
    return _path(parts) == target.path and target.query in ("", parts.query)


def links(html: str, page_url: str) -> Iterator[Found]:
    """Every `<a href>` and `<area href>` of the page; what stands in comments is none."""
    reader = _Reader(page_url)
    # Without close(): what is left open at the end has no link, and the standard parser goes
    # through it again and again, which a crafted page could make last for hours.
    reader.feed(html)
    yield from reader.found


def _host(parts: SplitResult) -> str:
    """The host as it is compared: lower case, in its written-out form, without `www.`."""
    name = (parts.hostname or "").rstrip(".")
    try:
        name = name.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError(name) from error
    return name.removeprefix("www.")


def _path(parts: SplitResult) -> str:
    return parts.path.rstrip("/")


class _Reader(HTMLParser):
    def __init__(self, page_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = page_url
        self.found: list[Found] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes links; what stands in a template is on no page yet."""
        if tag == "template":
            self._hidden += 1
        values = {name: value or "" for name, value in reversed(attrs)}
        href = values.get("href", "").strip()
        if self._hidden or not href or len(self.found) >= MOST_LINKS:
            return
        try:
            whole = urljoin(self.base, href)
        except ValueError:
            return
        if tag == "base":
            self.base = whole
        elif tag in ("a", "area"):
            words = values.get("rel", "").lower().split()
            self.found.append(Found(whole, tuple(w for w in WEAKENING if w in words)))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Takes `<![odd[` for a comment, as browsers do; the library would give up on the page."""
        return self.parse_bogus_comment(i, report)

    def handle_endtag(self, tag: str) -> None:
        """Leaves a template."""
        if tag == "template" and self._hidden:
            self._hidden -= 1
