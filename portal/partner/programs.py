"""A partner's programs: what he accepted, what they pay, and which others are open."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns import selectors, services
from campaigns.models import Enrollment
from portal.access import actor_of, reader_of, requires
from portal.earning_lines import earning_lines
from portal.partner import tier_cards
from portal.partner.scope import partner_of


@requires("portal.view", room="partner")
def programs(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """My programs, my applications, and programs I could join."""
    partner = partner_of(request)
    mine = list(selectors.enrollments_of(partner.pk))
    live = {row.program_id for row in mine if row.status == Enrollment.Status.ACTIVE}
    waiting = list(selectors.open_applications(partner))
    asked = {application.program_id for application in waiting}
    context = {
        "partner": partner,
        "enrollments": [(row, earning_lines(row.program, partner.pk)) for row in mine],
        "tier_cards": _tier_cards(request, mine),
        "waiting": waiting,
        "others": [
            (program, earning_lines(program))
            for program in selectors.open_programs()
            if program.pk not in live | asked
        ],
        "may_act": reader_of(request).may("portal.profile"),
    }
    return render(request, "partner/programs/list.html", context)


@requires("portal.view", room="partner")
def terms(
    request: HttpRequest, seller_slug: str, enrollment_id: uuid.UUID, version: int
) -> HttpResponse:
    """The very text of the terms: the version he accepted, or a later one."""
    enrollment = _own(request, enrollment_id)
    if not enrollment.terms_version <= version <= enrollment.program.terms_version:
        raise Http404
    context = {
        "enrollment": enrollment,
        "terms": selectors.terms_of(enrollment.program, version),
        "accepted": version == enrollment.terms_version,
        "newest": version == enrollment.program.terms_version,
        "may_act": reader_of(request).may("portal.profile"),
    }
    return render(request, "partner/programs/terms.html", context)


@requires("portal.profile", room="partner")
@require_POST
def accept(request: HttpRequest, seller_slug: str, enrollment_id: uuid.UUID) -> HttpResponse:
    """Accept the program's present terms."""
    enrollment = _own(request, enrollment_id)
    services.accept_terms(enrollment=enrollment, actor=actor_of(request))
    messages.success(request, _("Accepted. We keep the version, the moment and your name."))
    return HttpResponseRedirect(reverse("partner:programs", args=[seller_slug]))


def _tier_cards(request: HttpRequest, mine: list[Enrollment]) -> list[tier_cards.TierCard]:
    """Where he stands in the programs that he is in, for those who may see his figures."""
    reader = reader_of(request)
    if not reader.may("portal.earnings"):
        return []
    active = [row for row in mine if row.status == Enrollment.Status.ACTIVE]
    return tier_cards.with_moves(tier_cards.cards(active, reader.seller))


def _own(request: HttpRequest, enrollment_id: uuid.UUID) -> Enrollment:
    enrollment = selectors.enrollment_by_id(enrollment_id)
    if enrollment.partner_id != partner_of(request).pk:
        raise Http404
    return enrollment
