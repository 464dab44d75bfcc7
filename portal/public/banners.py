"""Banners as partners' pages show them: one address for good, whatever version is in force."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns import selectors as campaigns
from campaigns.materials import selectors as materials
from portal.access import public
from portal.downloads import kept_file
from tracking import selectors as tracking


@public
@require_safe
def banner(request: HttpRequest, seller_slug: str, material_id: uuid.UUID) -> HttpResponse:
    """The picture of a banner or an image."""
    return _shown(kept_file(campaigns.public_banner(material_id), inline=True))


@public
@require_safe
def named_banner(
    request: HttpRequest, seller_slug: str, material_id: uuid.UUID, code: str
) -> HttpResponse:
    """The picture with the name of the partner whose link `code` is; the plain one without."""
    material = campaigns.public_banner(material_id)
    link = tracking.link_of_code(code)
    piece = None
    if link is not None and link.material_id == material.pk:
        piece = materials.branded_in_use(material.pk, link.enrollment.partner_id)
    if piece is not None and piece.version == material.version:
        return _shown(kept_file(piece, inline=True))
    return _shown(kept_file(material, inline=True))


def banner_address(seller_slug: str, material_id: object, code: str = "") -> str:
    """Where other sites find a banner, with the name of the partner whose link `code` is."""
    if code:
        path = reverse("banner-named", args=[seller_slug, material_id, code])
    else:
        path = reverse("banner", args=[seller_slug, material_id])
    return str(settings.BASE_URL) + path


def _shown(response: HttpResponse) -> HttpResponse:
    # other sites show it, and may keep it for an hour
    response["Cache-Control"] = "public, max-age=3600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
