"""Who is asking, in which language and time zone, and whose rows he may see.

The seller is named by the address (`/<seller_slug>/…`); the API, where the key names him, has a
chain of its own (sellers/rest/chain.py). The scope stays open for the view and the rendering of
its answer; an answer of 400 and above keeps nothing.
"""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from sellers import selectors
from sellers.models import Seller, User
from sellers.reader import Reader
from sellers.scope import seller_scope

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_CODES = {code for code, _name in settings.LANGUAGES}


class ReaderMiddleware:
    """Activates the person's own language and time zone, where he chose them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.language in LANGUAGE_CODES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        with timezone.override(zone_of(user.time_zone if isinstance(user, User) else "")):
            return self.get_response(request)


class SellerScopeMiddleware:
    """Opens the scope of the seller that the request is about."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reader = None  # type: ignore[attr-defined]
        return self._answer(request, self._named_seller(request))

    def process_view(
        self, request: HttpRequest, view: Answer, args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Refuse a seller's page whose view declares no permission, or that the reader lacks."""
        if "seller_slug" not in kwargs:
            return None
        reader: Reader | None = request.reader  # type: ignore[attr-defined]
        permission = getattr(view, "permission", None)
        if permission is None:
            raise ImproperlyConfigured(f"{view} declares no permission")
        if reader is None:
            raise Http404
        if reader.user is None and not reader.may(permission):
            return redirect_to_login(request.get_full_path())
        reader.require(permission, room=getattr(view, "room", ""))
        return None

    def _named_seller(self, request: HttpRequest) -> Seller | None:
        try:
            slug = resolve(request.path_info).kwargs.get("seller_slug")
        except Resolver404:
            return None
        return selectors.seller_by_slug(slug) if slug else None

    def _answer(self, request: HttpRequest, seller: Seller | None) -> HttpResponse:
        if seller is None:
            return self.get_response(request)
        with seller_scope(seller.id):
            request.reader = Reader.of(request, seller)  # type: ignore[attr-defined]
            user = request.user
            chosen = user.time_zone if isinstance(user, User) else ""
            with timezone.override(zone_of(chosen or seller.time_zone)):
                response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            return response


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The named time zone, UTC when unknown or empty."""
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
