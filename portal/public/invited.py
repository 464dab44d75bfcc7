"""The page behind a personal invitation to apply, and what it fills in on the application."""

from typing import Any, Final

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from campaigns import prospect_selectors as selectors
from campaigns.models import Program, ProspectInvitation
from campaigns.services import prospect_invitations as services
from portal.access import public, reader_of
from portal.public.programs import program_context
from prm.addresses import client_address
from sellers.actors import SYSTEM, Actor
from sellers.models import User

SESSION_KEY: Final = "invited_by_link"


@public
@never_cache
def invited(request: HttpRequest, seller_slug: str, token: str) -> HttpResponse:
    """Who invites to what, what is filled in already, and the two answers: apply, or no.

    Reading it changes nothing: mail programs open links, too.
    """
    invitation = selectors.invitation_by_token(token)
    if invitation is None:
        return render(request, "public/invited_over.html", status=404)
    if request.method == "POST":
        return _answer(request, invitation, token)
    context = {
        **program_context(request, invitation.program),
        "invitation": invitation,
        "prospect": invitation.prospect,
    }
    return render(request, "public/invited.html", context)


def _answer(request: HttpRequest, invitation: ProspectInvitation, token: str) -> HttpResponse:
    if request.POST.get("answer") == "no":
        services.decline_invitation(invitation=invitation, actor=_actor(request))
        return render(request, "public/invited_declined.html", {"invitation": invitation})
    request.session[SESSION_KEY] = token
    if reader_of(request).user is None:
        # Whoever has the link has read the mail: the address needs no second mail.
        get_adapter().stash_verified_email(request, invitation.email)
    program = invitation.program
    return HttpResponseRedirect(reverse("program-apply", args=[program.seller.slug, program.slug]))


def filled_in(request: HttpRequest, program: Program, user: User) -> dict[str, Any]:
    """What the application to `program` starts with; empty without an invitation to it.

    The invitation is then this person's: his application moves the prospect along.
    """
    invitation = selectors.invitation_by_token(request.session.get(SESSION_KEY, ""))
    if invitation is None or invitation.program_id != program.pk:
        return {}
    services.claim_invitation(
        invitation=invitation, user=user, actor=Actor.person(user, client_address(request))
    )
    prospect = invitation.prospect
    channel = prospect.channels.exclude(url="").order_by("id").first()
    return {
        "name": prospect.name,
        "kind": prospect.kind,
        "website": prospect.website or (channel.url if channel else ""),
        "country": prospect.country,
    }


def _actor(request: HttpRequest) -> Actor:
    user = reader_of(request).user
    return Actor.person(user, client_address(request)) if user else SYSTEM
