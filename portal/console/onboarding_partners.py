"""How far one partner is with the check-lists of his programs, for staff."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import onboarding as checklists
from campaigns import selectors
from campaigns.services import onboarding as services
from partners.selectors import partner_by_id
from portal.access import actor_of, reader_of, requires
from portal.onboarding_words import listed


@requires("partners.view", room="console")
def onboarding(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """The partner's check-lists, with the steps that staff tick."""
    partner = partner_by_id(partner_id)
    rows = checklists.progress(selectors.enrollments_of(partner.pk, only_active=True))
    context = {
        "partner": partner,
        "lists": [listed(one) for one in rows],
        "may_manage": reader_of(request).may("partners.manage"),
        "crumbs": [
            {"label": _("Partners"), "url": reverse("console:partners", args=[seller_slug])},
            {
                "label": partner.name,
                "url": reverse("console:partners-detail", args=[seller_slug, partner.pk]),
            },
            {"label": _("First steps"), "url": ""},
        ],
    }
    return render(request, "console/partners/onboarding.html", context)


@requires("partners.manage", room="console")
@require_POST
def tick(
    request: HttpRequest,
    seller_slug: str,
    partner_id: uuid.UUID,
    enrollment_id: uuid.UUID,
    step_id: uuid.UUID,
) -> HttpResponse:
    """Tick a step of the seller's own, or take the tick back."""
    enrollment = selectors.enrollment_by_id(enrollment_id)
    step = services.step_of(enrollment.program_id, step_id)
    if step is None or enrollment.partner_id != partner_id:
        raise Http404
    if request.POST.get("act") == "undo":
        services.untick_step(enrollment=enrollment, step=step, actor=actor_of(request))
    else:
        services.tick_step(enrollment=enrollment, step=step, actor=actor_of(request), as_staff=True)
    return HttpResponseRedirect(
        reverse("console:partners-onboarding", args=[seller_slug, partner_id])
    )
