"""A partner's own traffic."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import reader_of, requires
from portal.partner.links import seat_of
from portal.traffic import TrafficPage


@requires("portal.links", room="partner")
def traffic(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Clicks, visitors and machines of a period, by where they came from."""
    reader = reader_of(request)
    page = TrafficPage(request, reader.seller, seat_of(reader))
    return page.download or render(request, "partner/traffic.html", {"page": page})
