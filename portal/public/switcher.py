"""Choosing between the sellers and partner portals that one log-in has."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.access import signed_in, user_of
from portal.public import rooms
from sellers import selectors


@signed_in
@never_cache
def switcher(request: HttpRequest) -> HttpResponse:
    """Every place of the person, invitations that wait for him, and opening a seller account."""
    user = user_of(request)
    context = {
        "places": rooms.of(selectors.memberships_of(user)),
        "invitations": [
            {"invitation": one, "place": selectors.place_of(one)}
            for one in selectors.open_invitations_for(selectors.verified_addresses(user))
        ],
    }
    return render(request, "public/switcher.html", context)


@signed_in
@require_POST
def seat(request: HttpRequest) -> HttpResponse:
    """Take a partner seat and enter its portal."""
    try:
        wanted = uuid.UUID(request.POST.get("partner", ""))
    except ValueError:
        return redirect("switcher")
    for place in rooms.of(selectors.memberships_of(user_of(request))):
        if place.partner_id == wanted:
            return rooms.enter(request, place)
    raise Http404
