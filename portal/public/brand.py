"""A seller's look: stylesheet, logo and icons, each under an address that changes with it."""

import io

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from PIL import Image

from portal import app_icons, brand
from portal.access import public, reader_of
from sellers.models import Seller

_YEAR = 365 * 24 * 3600


@public
@require_safe
def stylesheet(request: HttpRequest, seller_slug: str, version: int) -> HttpResponse:
    """The seller's colours as CSS."""
    seller = _current(request, version)
    text = brand.stylesheet(seller.brand_colour, seller.mark_colour)
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    patch_cache_control(response, public=True, max_age=_YEAR, immutable=True)
    return response


@public
@require_safe
def logo(request: HttpRequest, seller_slug: str, version: int) -> FileResponse:
    """The seller's logo, always a PNG that we drew."""
    seller = _current(request, version)
    name = seller.logo.name or ""
    if not name or not default_storage.exists(name):
        raise Http404
    response = FileResponse(default_storage.open(name), content_type="image/png")
    patch_cache_control(response, public=True, max_age=_YEAR, immutable=True)
    return response


@public
@require_safe
def icon(request: HttpRequest, seller_slug: str, version: int, size: int) -> HttpResponse:
    """The portal's icon on a phone, `size` pixels a side, drawn from logo and colour."""
    seller = _current(request, version)
    if size not in app_icons.SIZES:
        raise Http404
    out = io.BytesIO()
    app_icons.icon(size, seller.brand_colour, _logo(seller)).save(out, "PNG", optimize=True)
    response = HttpResponse(out.getvalue(), content_type="image/png")
    patch_cache_control(response, public=True, max_age=_YEAR, immutable=True)
    return response


def _logo(seller: Seller) -> Image.Image | None:
    name = seller.logo.name or ""
    if not name or not default_storage.exists(name):
        return None
    with default_storage.open(name) as file, Image.open(file, formats=("PNG",)) as picture:
        return picture.convert("RGBA")


def _current(request: HttpRequest, version: int) -> Seller:
    """An old version is gone: kept under its address for a year, the new look would be lost."""
    seller = reader_of(request).seller
    if seller.brand_version != version:
        raise Http404
    return seller
