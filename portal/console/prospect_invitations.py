"""Inviting prospects to apply, in the console."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import prospect_selectors as fits
from campaigns.selectors import open_programs
from campaigns.services import prospect_invitations as services
from partners import prospect_selectors as selectors
from partners.models import Prospect
from portal.access import actor_of, requires
from portal.console.prospect_forms import InviteProspectForm
from portal.console.prospects import can_invite, crumbs, detail_url
from portal.refusals import try_on


@requires("partners.manage", room="console")
def invite(request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID) -> HttpResponse:
    """Write the invitation; the mail leaves within seconds."""
    prospect = selectors.prospect_by_id(prospect_id)
    form = InviteProspectForm(request.POST or None, initial=_first(prospect))
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(
            form,
            lambda: services.invite_prospect(
                prospect=prospect, actor=actor_of(request), **form.cleaned_data
            ),
        )
    ):
        words = {"name": prospect.name, "email": form.cleaned_data["email"]}
        messages.success(request, _("%(name)s is invited; the mail goes to %(email)s.") % words)
        return HttpResponseRedirect(detail_url(prospect))
    context = {
        "form": form,
        "prospect": prospect,
        "crumbs": crumbs(prospect, _("Invite")),
        "may_invite": can_invite(prospect),
        "any_program": open_programs().exists(),
        "programs_url": reverse("console:programs", args=[seller_slug]),
        "days": services.LIFE.days,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/prospects/invite.html", context, status=status)


@requires("partners.manage", room="console")
@require_POST
def withdraw(
    request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    """End an open invitation."""
    prospect = selectors.prospect_by_id(prospect_id)
    invitation = fits.invitation_by_id(prospect, invitation_id)
    services.withdraw_invitation(invitation=invitation, actor=actor_of(request))
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return HttpResponseRedirect(detail_url(prospect))


@requires("partners.manage", room="console")
@require_POST
def again(
    request: HttpRequest, seller_slug: str, prospect_id: uuid.UUID, invitation_id: uuid.UUID
) -> HttpResponse:
    """Send a new link; the old one ends."""
    prospect = selectors.prospect_by_id(prospect_id)
    invitation = fits.invitation_by_id(prospect, invitation_id)
    services.invite_again(invitation=invitation, actor=actor_of(request))
    messages.success(request, _("A new link is on its way; the old one no longer works."))
    return HttpResponseRedirect(detail_url(prospect))


def _first(prospect: Prospect) -> dict[str, object]:
    """The program that fits best among the open ones, and the prospect's own address."""
    able = set(open_programs().values_list("pk", flat=True))
    best = [one.program.pk for one in fits.fits_of(prospect) if one.program.pk in able]
    return {
        "program": best[0] if best else None,
        "email": prospect.email,
        "language": prospect.seller.language,
    }
