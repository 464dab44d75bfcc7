"""Accepting a place in a team or among a partner's people."""

import uuid

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.access import signed_in, user_of
from portal.public import rooms
from prm.addresses import client_address
from sellers import selectors, services
from sellers.models import Invitation
from sellers.services.invitations import owns_address


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mailed link: who invites to what, and accepting it.

    Whoever opens the link has read the mail, so a log-in made next for that very address needs no
    second mail to verify it.
    """
    found = selectors.invitation_by_token(token)
    if found is None:
        return render(request, "public/invitation_over.html", status=404)
    mine = request.user.is_authenticated and owns_address(user_of(request), found.email)
    if request.method == "POST" and mine:
        return _accept(request, found)
    if not request.user.is_authenticated:
        get_adapter().stash_verified_email(request, found.email)
    context = {"invitation": found, "place": selectors.place_of(found), "mine": mine}
    return render(request, "public/invitation.html", context)


@signed_in
@require_POST
def accept(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Accept from the switcher: the person has verified the invited address."""
    found = selectors.invitation_of_person(user_of(request), invitation_id)
    if found is None:
        raise Http404
    return _accept(request, found)


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    user = user_of(request)
    services.accept_invitation(invitation=found, user=user, address=client_address(request))
    messages.success(request, _("Welcome. You are in."))
    for place in rooms.of(selectors.memberships_of(user)):
        if place.seller == found.seller and place.partner_id == found.partner_id:
            return rooms.enter(request, place)
    return redirect("switcher")
