"""The person behind a request at one seller, with what he may do there.

The reader is staff of the seller, or one of a partner's people, or a stranger. Partner
membership belongs to a higher app, which registers how to look it up.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from sellers.models import Seller, Staff, User
from sellers.roles import PARTNER_PERMISSIONS, STAFF_PERMISSIONS

PUBLIC = "public"


@dataclass(frozen=True)
class PartnerSeat:
    """One partner that a user may act for, and as what."""

    partner_id: uuid.UUID
    partner_name: str
    role: str


SeatLookup = Callable[[Seller, User], list[PartnerSeat]]
_seat_lookups: list[SeatLookup] = []
SEAT_SESSION_KEY = "partner_seat"


def register_seats(lookup: SeatLookup) -> None:
    """Called at start-up by the app that knows partners' people."""
    _seat_lookups.append(lookup)


@dataclass(frozen=True)
class Reader:
    """Immutable view of who reads. `permissions` joins staff role and partner seat."""

    seller: Seller
    user: User | None
    staff: Staff | None
    seats: list[PartnerSeat]
    seat: PartnerSeat | None

    @classmethod
    def of(cls, request: HttpRequest, seller: Seller, staff: Staff | None) -> "Reader":
        """The reader of `request` at `seller`, `staff` in his team; needs the seller's scope."""
        user = request.user if isinstance(request.user, User) else None
        if user is None:
            return cls(seller, None, None, [], None)
        seats = [seat for lookup in _seat_lookups for seat in lookup(seller, user)]
        wanted = request.session.get(SEAT_SESSION_KEY)
        chosen = next((s for s in seats if str(s.partner_id) == wanted), None)
        return cls(seller, user, staff, seats, chosen or (seats[0] if seats else None))

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Everything this reader may do at this seller."""
        staff = STAFF_PERMISSIONS[self.staff.role] if self.staff else frozenset()
        seat = PARTNER_PERMISSIONS[self.seat.role] if self.seat else frozenset()
        return staff | seat

    def may(self, permission: str) -> bool:
        """Whether the reader holds `permission`."""
        return permission == PUBLIC or permission in self.permissions

    def require(self, permission: str, *, room: str = "") -> None:
        """Refuse unless allowed: strangers get 404, members without the permission 403."""
        if self.may(permission):
            return
        belongs = self.seat if room == "partner" else self.staff
        if belongs is None:
            raise Http404
        raise PermissionDenied(permission)
