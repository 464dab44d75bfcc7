"""The portal on a phone's home screen: its manifest, its service worker and the offline page.

All of it is the same for everybody and holds nothing of a person: the worker keeps the offline
page with its styles, fetched without cookies, and never an answer of the portal.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import app_icons, brand
from portal.access import public, reader_of
from sellers.models import Seller

STYLES = ("prm/theme.css", "prm/parts.css", "prm/rooms.css")
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@public
@require_safe
def manifest(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The web app manifest (W3C Web Application Manifest) in the seller's brand."""
    seller = reader_of(request).seller
    home = reverse("partner:home", args=[seller_slug])
    band = brand.light_palette(seller.brand_colour, seller.mark_colour).band
    shortcuts = (
        (_("Earnings"), "partner:earnings"),
        (_("Links"), "partner:links"),
        (_("Materials"), "partner:materials"),
    )
    content = {
        "id": home,
        "name": _("%(seller)s partner portal") % {"seller": seller.name},
        "short_name": seller.name[:30],
        "lang": translation.get_language(),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": band,
        "theme_color": band,
        "icons": [
            {"src": icon_url(seller, size), "sizes": f"{size}x{size}", "type": "image/png", **use}
            for size in app_icons.SIZES[1:]
            for use in ({"purpose": "any"}, {"purpose": "maskable"})
        ],
        "shortcuts": [
            {"name": name, "url": reverse(url_name, args=[seller_slug])}
            for name, url_name in shortcuts
        ],
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    patch_cache_control(response, private=True, max_age=3600)
    return response


def icon_url(seller: Seller, size: int) -> str:
    """Where the icon with that side is; the address changes with the brand."""
    return reverse("brand-icon", args=[seller.slug, seller.brand_version, size])


@public
@require_safe
def worker(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The service worker: shows the offline page where the network is away, and nothing else."""
    seller = reader_of(request).seller
    offline_url = reverse("partner:offline", args=[seller_slug])
    page = f"{offline_url}?language={translation.get_language()}"
    kept = [page, *_styles(seller)]
    mark = hashlib.sha256("\n".join([*kept, _fingerprint()]).encode()).hexdigest()[:12]
    data = {"page": page, "kept": kept, "cache": f"offline-{seller_slug}-{mark}"}
    context = {"data": json.dumps(data)}
    response = render(request, "partner/install/worker.js", context, content_type="text/javascript")
    patch_cache_control(response, no_cache=True, private=True)
    return response


@public
@require_safe
def offline(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """What is shown without a network; asked for by the worker, without cookies."""
    wanted = request.GET.get("language", "")
    language = wanted if wanted in LANGUAGES else translation.get_language()
    context = {"styles": _styles(reader_of(request).seller)}
    with translation.override(language):
        return render(request, "partner/install/offline.html", context)


def _styles(seller: Seller) -> list[str]:
    own = reverse("brand-css", args=[seller.slug, seller.brand_version])
    return [*(static(name) for name in STYLES), own]


@lru_cache(maxsize=1)
def _fingerprint() -> str:
    """What the kept styles say, so that a new release brings the worker to fetch them again."""
    found = hashlib.sha256()
    for name in STYLES:
        path = finders.find(name)
        found.update(Path(path).read_bytes() if path else b"")
    return found.hexdigest()
