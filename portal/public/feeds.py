"""Product feeds with one partner's links inside, for his shop pages and comparison sites."""

from collections.abc import Callable, Iterator
from typing import IO, Any, Final, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from campaigns import selectors as campaigns
from campaigns.materials import feeds
from campaigns.models import Material
from portal.access import public
from portal.link_address import link_url
from tracking import selectors as tracking

TYPES: Final = {"csv": "text/csv; charset=utf-8", "xml": "application/xml; charset=utf-8"}
FRESH: Final = 1800
"""Seconds that a reader may keep a feed."""


@public
@require_safe
def feed(request: HttpRequest, seller_slug: str, code: str, form: str) -> HttpResponse:
    """The products of the material whose link `code` is, each leading through that link.

    Gone with the link, the material or the partner's enrollment.
    """
    link = tracking.link_of_code(code)
    if form not in TYPES or link is None or link.disabled_at or link.material_id is None:
        raise Http404
    rows = campaigns.usable_materials(link.enrollment.partner_id)
    material = rows.filter(pk=link.material_id, kind=Material.Kind.FEED).first()
    if material is None:
        raise Http404
    mark = f'"{material.pk}-{material.version}-{form}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark})
    address = link_url(link)
    response = StreamingHttpResponse(
        _lines(material, form, through(address), address), content_type=TYPES[form]
    )
    response["ETag"] = mark
    response["Last-Modified"] = http_date(material.created_at.timestamp())
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["X-Content-Type-Options"] = "nosniff"
    # Streams are responses to everybody but the stubs.
    return cast("HttpResponse", response)


def feed_address(seller_slug: str, code: str, form: str) -> str:
    """Where a partner's feed is read."""
    return str(settings.BASE_URL) + reverse("feed", args=[seller_slug, code, form])


def through(address: str) -> Callable[[str], str]:
    """Makes a product's page an address through the partner's link."""
    return lambda page: f"{address}?{urlencode({'url': page})}"


def _lines(material: Material, form: str, link: Callable[[str], str], home: str) -> Iterator[bytes]:
    """The feed in pieces; the file is opened before the answer begins, so a lost one is a 404."""
    try:
        file: IO[Any] = material.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return _written(file, form, link, material.name, home)


def _written(
    file: IO[Any], form: str, link: Callable[[str], str], title: str, home: str
) -> Iterator[bytes]:
    with file:
        rows = feeds.products(file)
        lines = feeds.as_xml(rows, link, title, home) if form == "xml" else feeds.as_csv(rows, link)
        for line in lines:
            yield line.encode()
