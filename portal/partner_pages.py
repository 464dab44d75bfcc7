"""A partner's public page as it is shown: to everybody, and to himself before anybody sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from partners.models import PartnerPage
from prm import rich_text
from tracking.models import Landing, Link, PageItem

REL = "sponsored nofollow noopener"
"""Of links by which somebody earns, as search engines ask for:
https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links"""


@dataclass(frozen=True)
class Shown:
    """One thing on the page: a link with its address, or a coupon with its code."""

    title: str
    note: str
    url: str = ""
    code: str = ""
    landing: Landing | None = None
    picture: str = ""


def address(page: PartnerPage) -> str:
    """The whole address of the page."""
    return str(settings.BASE_URL) + reverse("partner-page", args=[page.seller.slug, page.slug])


def landing_address(page: PartnerPage, landing: Landing) -> str:
    """The whole address of the partner's version of a landing page."""
    path = reverse("partner-landing", args=[page.seller.slug, page.slug, landing.slug])
    return str(settings.BASE_URL) + path


def logo_address(page: PartnerPage) -> str:
    """Where the partner's logo is; "" for none."""
    if not page.logo:
        return ""
    return reverse("partner-logo", args=[page.seller.slug, page.pk, page.version])


def picture_address(landing: Landing) -> str:
    """Where a landing page's picture is; "" for none."""
    if not landing.file:
        return ""
    return reverse("landing-image", args=[landing.seller.slug, landing.pk, landing.version])


def context(page: PartnerPage, items: Iterable[PageItem], *, preview: bool) -> dict[str, Any]:
    """What templates/public/partners/page.html needs."""
    return {
        **_brand(page),
        "about": formatted(page.about),
        "items": [_shown(page, item) for item in items],
        "preview": preview,
        "canonical": address(page),
        "summary": page.headline or rich_text.excerpt(page.about, 160),
    }


def landing_context(
    page: PartnerPage, landing: Landing, link: Link | None, *, preview: bool
) -> dict[str, Any]:
    """What templates/public/partners/landing.html needs; without a link its button leads on."""
    return {
        **_brand(page),
        "landing": landing,
        "text": formatted(landing.text),
        "picture": picture_address(landing),
        "target": link.url if link else landing.destination,
        "coupon": link.coupon if link else None,
        "preview": preview,
    }


def formatted(source: str) -> SafeString:
    """Written text as HTML that nh3 has cleaned."""
    return mark_safe(rich_text.to_html(source))  # noqa: S308  cleaned by prm.rich_text


def _brand(page: PartnerPage) -> dict[str, Any]:
    return {
        "page": page,
        "logo": logo_address(page),
        "site": (urlsplit(page.website).hostname or "").removeprefix("www."),
        "rel": REL,
    }


def _shown(page: PartnerPage, item: PageItem) -> Shown:
    if item.coupon is not None:
        return Shown(item.title, item.note, code=item.coupon.code)
    link = item.link
    if link is None:  # never: the table refuses it
        return Shown(item.title, item.note)
    if link.landing is not None:
        place, picture = landing_address(page, link.landing), picture_address(link.landing)
        return Shown(item.title, item.note, place, landing=link.landing, picture=picture)
    return Shown(item.title, item.note, link.url)
