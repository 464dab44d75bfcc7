"""The front page: what this is, for strangers; the way to one's own room for everybody else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from portal.access import user_of
from portal.public import rooms
from sellers import selectors


def landing(request: HttpRequest) -> HttpResponse:
    """Strangers read what the product does; signed-in people go to their only room or choose."""
    if not request.user.is_authenticated:
        return render(request, "public/landing.html")
    places = rooms.of(selectors.memberships_of(user_of(request)))
    if len(places) == 1:
        return rooms.enter(request, places[0])
    return redirect("switcher")
