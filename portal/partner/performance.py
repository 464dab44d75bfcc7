"""A partner's own performance: results of a period, shared reviews, what was agreed."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commissions.models import ActionSide, Review
from commissions.performance import reviews, selectors
from portal import performance_words as words
from portal.access import actor_of, reader_of, requires
from portal.partner.scope import partner_of, seat_of
from portal.performance import PerformancePage
from prm.errors import NotFound

REVIEWS_SHOWN = 12


@requires("portal.earnings", room="partner")
def performance(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Clicks, sales, refunds and earnings of a period beside the one before."""
    partner = partner_of(request)
    page = PerformancePage(request, reader_of(request).seller, partner, room="partner", money=True)
    if page.download:
        return page.download
    context = {
        "page": page,
        "partner": partner,
        "reviews": list(selectors.reviews_of(partner.pk, shared=True)[:REVIEWS_SHOWN]),
        "actions": list(selectors.open_actions_of(partner.pk, shared=True)),
        "today": timezone.localdate(),
    }
    return render(request, "partner/performance/home.html", context)


@requires("portal.earnings", room="partner")
def review(request: HttpRequest, seller_slug: str, review_id: uuid.UUID) -> HttpResponse:
    """One review that was shared with the partner."""
    found = _own(request, selectors.review_by_id(review_id))
    context = {
        "review": found,
        "partner": found.partner,
        "targets": words.targets(found),
        "scores": words.scores(found),
        "average": words.average(found),
        "actions": list(selectors.actions_of(found)),
        "today": timezone.localdate(),
    }
    return render(request, "partner/performance/review.html", context)


@requires("portal.earnings", room="partner")
@require_POST
def action(request: HttpRequest, seller_slug: str, action_id: uuid.UUID) -> HttpResponse:
    """Mark one's own part as done, or open again."""
    one = selectors.action_by_id(action_id)
    found = _own(request, one.review)
    if one.side != ActionSide.PARTNER:
        raise NotFound("review action")
    act = reviews.reopen_action if request.POST.get("act") == "reopen" else reviews.finish_action
    act(action=one, actor=actor_of(request))
    messages.success(request, _("Noted."))
    address = reverse("partner:performance-review", args=[seller_slug, found.pk])
    return HttpResponseRedirect(address)


def _own(request: HttpRequest, found: Review) -> Review:
    """The review where it is the reader's and shared; raises NotFound."""
    if found.partner_id != seat_of(request).partner_id or found.shared_at is None:
        raise NotFound("review")
    return found
