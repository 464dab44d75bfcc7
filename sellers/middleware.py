"""Who is asking, in which language and time zone, and whose rows he may see.

The seller is named by the address (`/<seller_slug>/…`); the API, where the key names him, has a
chain of its own (sellers/rest/chain.py). The scope stays open for the view and the rendering of
its answer; an answer of 400 and above keeps nothing.
"""

import time
from collections.abc import Callable
from typing import Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from prm.addresses import client_address
from sellers import places
from sellers.models import User
from sellers.places import Place
from sellers.reader import Reader
from sellers.zones import zone_for, zone_of

Answer = Callable[[HttpRequest], HttpResponse]
LANGUAGE_CODES = {code for code, _name in settings.LANGUAGES}

SEEN_SECONDS: Final = 60.0
SEEN_SESSIONS: Final = 10_000


class SessionActivityMiddleware:
    """Notes when a person's session was last used, and from where: at once where the address or
    the browser is another than before, else once a minute, since it costs a page five statements.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._noted: dict[str, tuple[str, str, float]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and isinstance(request.user, User):
            self._note(request, key)
        return self.get_response(request)

    def _note(self, request: HttpRequest, key: str) -> None:
        place = client_address(request), request.headers.get("User-Agent", "")
        now = time.monotonic()
        noted = self._noted.get(key)
        if noted and noted[:2] == place and now - noted[2] < SEEN_SECONDS:
            return
        UserSession.objects.create_from_request(request)
        if len(self._noted) >= SEEN_SESSIONS:
            self._noted.clear()
        self._noted[key] = (*place, now)


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
        slug = self._named_slug(request)
        return self._answer(request, slug) if slug else self.get_response(request)

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

    def _named_slug(self, request: HttpRequest) -> str | None:
        try:
            slug: str | None = resolve(request.path_info).kwargs.get("seller_slug")
        except Resolver404:
            return None
        return slug

    def _answer(self, request: HttpRequest, slug: str) -> HttpResponse:
        user = request.user if isinstance(request.user, User) else None
        with places.scope_of(slug, user) as place:
            if place is None:
                return self.get_response(request)
            return self._scoped(request, place, user)

    def _scoped(self, request: HttpRequest, place: Place, user: User | None) -> HttpResponse:
        request.reader = Reader.of(request, place.seller, place.staff)  # type: ignore[attr-defined]
        with timezone.override(zone_for(user, place.seller)):
            response = self.get_response(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response
