"""The partner's first steps: what is left to do in each program, and what it opens."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import onboarding as checklists
from campaigns import selectors
from campaigns.services import onboarding as services
from portal.access import actor_of, requires
from portal.onboarding_words import listed
from portal.partner.scope import seat_of
from prm.errors import NotFound


@requires("portal.view", room="partner")
def onboarding(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every program's check-list, those with open steps first."""
    rows = selectors.enrollments_of(seat_of(request).partner_id, only_active=True)
    lists = [listed(one) for one in checklists.progress(rows.select_related("seller"))]
    lists.sort(key=lambda one: one.progress.finished)
    return render(request, "partner/onboarding/list.html", {"lists": lists})


@requires("portal.view", room="partner")
@require_POST
def tick(
    request: HttpRequest, seller_slug: str, enrollment_id: uuid.UUID, step_id: uuid.UUID
) -> HttpResponse:
    """Say that a step is done."""
    enrollment = selectors.enrollment_by_id(enrollment_id)
    if enrollment.partner_id != seat_of(request).partner_id:
        raise NotFound("enrollment")
    step = services.step_of(enrollment.program_id, step_id)
    if step is None:
        raise Http404
    services.tick_step(enrollment=enrollment, step=step, actor=actor_of(request), as_staff=False)
    messages.success(request, _("Done, and noted."))
    return HttpResponseRedirect(reverse("partner:onboarding", args=[seller_slug]))
