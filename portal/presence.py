"""Notes who is in a partner's portal, once a day; engagement counts these days."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from partners.services.portal_days import note_portal_day
from sellers.reader import Reader

MOST_REMEMBERED: Final = 10_000


class PortalDayMiddleware:
    """Keeps a row for each person and day of a partner's portal.

    Each process remembers whom it noted today, so a page costs nothing more than that; another
    process writes the same row again, which changes nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._noted: dict[tuple[uuid.UUID, int], date] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        reader: Reader | None = getattr(request, "reader", None)
        match = request.resolver_match
        if reader is None or match is None or response.status_code >= 400:
            return response
        if reader.user and reader.seat and getattr(match.func, "room", "") == "partner":
            self._note(reader, reader.seat.partner_id)
        return response

    def _note(self, reader: Reader, partner_id: uuid.UUID) -> None:
        user = reader.user
        if user is None:
            return
        today = timezone.localdate(timezone=ZoneInfo(reader.seller.time_zone))
        key = partner_id, user.pk
        if self._noted.get(key) == today:
            return
        note_portal_day(seller=reader.seller, partner_id=partner_id, user=user)
        if len(self._noted) >= MOST_REMEMBERED:
            self._noted.clear()
        self._noted[key] = today
