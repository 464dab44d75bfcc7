"""The partner whose portal this is: never anybody else's things."""

from django.http import Http404, HttpRequest

from partners import selectors
from partners.models import Partner
from portal.access import reader_of
from sellers.reader import PartnerSeat


def seat_of(request: HttpRequest) -> PartnerSeat:
    """The chosen seat; Http404 for staff who hold none."""
    seat = reader_of(request).seat
    if seat is None:
        raise Http404
    return seat


def partner_of(request: HttpRequest) -> Partner:
    """The partner whose portal the reader is in."""
    return selectors.partner_by_id(seat_of(request).partner_id)
