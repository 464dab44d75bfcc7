"""All partners' traffic in the seller's console."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import reader_of, requires
from portal.traffic import TrafficPage


@requires("partners.view", room="console")
def traffic(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Clicks, visitors and machines of a period, by where they came from."""
    page = TrafficPage(request, reader_of(request).seller, None)
    return page.download or render(request, "console/traffic.html", {"page": page})
