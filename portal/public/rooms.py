"""The rooms a person may enter: one place per seller and partner seat."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal import navigation
from sellers.models import Seller, Staff
from sellers.reader import SEAT_SESSION_KEY
from sellers.roles import STAFF_PERMISSIONS
from sellers.selectors import Membership


@dataclass(frozen=True)
class Door:
    """One way into a place: what it is called and where it leads."""

    label: str
    url: str


@dataclass(frozen=True)
class Place:
    """One seller's team, or one partner seat; `doors` has the usual one first."""

    seller: Seller
    title: str
    role: str
    doors: tuple[Door, ...]
    partner_id: uuid.UUID | None = None
    kind: str = ""


def of(memberships: Iterable[Membership]) -> list[Place]:
    """Every place of these memberships that has a room today."""
    places = []
    for membership in memberships:
        if membership.staff:
            places.append(_team(membership.seller, membership.staff))
        places += [
            Place(
                membership.seller,
                seat.partner_name,
                seat.role,
                _doors(membership.seller, (("partner:home", _("Partner portal")),)),
                partner_id=seat.partner_id,
            )
            for seat in membership.seats
        ]
    return [place for place in places if place.doors]


def enter(request: HttpRequest, place: Place) -> HttpResponse:
    """Into the place's usual room, in the chosen partner seat where it is one."""
    if place.partner_id:
        request.session[SEAT_SESSION_KEY] = str(place.partner_id)
    return redirect(place.doors[0].url)


def _team(seller: Seller, staff: Staff) -> Place:
    wanted = [("console:home", _("Seller console"))]
    if "trail.view" in STAFF_PERMISSIONS[staff.role]:
        # Auditors come for the trail; for others it is the second door.
        wanted.insert(0 if staff.role == "auditor" else 1, ("audit:trail", _("Audit console")))
    role = str(staff.get_role_display())
    return Place(seller, seller.name, role, _doors(seller, tuple(wanted)))


def _doors(seller: Seller, wanted: tuple[tuple[str, str], ...]) -> tuple[Door, ...]:
    return tuple(
        Door(label, url) for name, label in wanted if (url := navigation.address(name, seller.slug))
    )
