"""What each kind of material holds, and what partners do with it. Pure."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from campaigns.models import Material

IMAGE: Final = "image"
DOCUMENT: Final = "document"
FEED: Final = "feed"
_Kind = Material.Kind


@dataclass(frozen=True)
class Shape:
    """`file` is what is uploaded: an image, a document, a feed or nothing (""); `needs` names what
    may not be empty. `embeds` are shown on partners' pages, `brands` can carry their name.
    """

    file: str = ""
    needs: tuple[str, ...] = ()
    has: frozenset[str] = frozenset()
    embeds: bool = False
    brands: bool = False


SHAPES: Final[dict[str, Shape]] = {
    _Kind.BANNER: Shape(IMAGE, ("file",), embeds=True, brands=True),
    _Kind.IMAGE: Shape(IMAGE, ("file",), embeds=True, brands=True),
    _Kind.DOCUMENT: Shape(DOCUMENT, ("file",), brands=True),
    _Kind.TEXT: Shape("", ("text",), frozenset({"subject", "text"})),
    _Kind.SOCIAL: Shape(IMAGE, ("text",), frozenset({"text"}), brands=True),
    _Kind.LANDING: Shape("", ("destination",)),
    _Kind.VIDEO: Shape("", ("url",), frozenset({"url"})),
    _Kind.FEED: Shape(FEED, ("file",)),
}
PROSE: Final = frozenset({_Kind.TEXT, _Kind.SOCIAL})
"""Kinds whose text partners copy, with their link inside."""

PDF: Final = "application/pdf"


def can_carry_name(material: Material) -> bool:
    """Whether a partner's name may be put on it, and it is a still picture or a PDF."""
    still = material.content_type in {"image/png", "image/jpeg", "image/webp"}
    meant = material.co_brand != Material.CoBrand.NONE and SHAPES[material.kind].brands
    return meant and bool(material.file) and (still or material.content_type == PDF)


def is_on_hosts(url: str, hosts: list[str]) -> bool:
    """Whether `url` is on one of the hosts; `*.example.com` stands for all below example.com."""
    try:
        host = (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return False
    exact = host in hosts
    return exact or any(host.endswith(one[1:]) for one in hosts if one.startswith("*."))


def hosts_of(allowed: list[str], landing_url: str) -> list[str]:
    """Where a program's links may lead: its hosts, else the host of its landing page."""
    return allowed or [(urlsplit(landing_url).hostname or "").lower()]
