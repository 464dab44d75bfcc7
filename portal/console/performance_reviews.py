"""Reviews of a partner: written, changed, shared, with what was agreed."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commissions.models import Review
from commissions.performance import figures, reviews, selectors
from partners import selectors as partners
from partners.models import Partner
from portal import performance_words as words
from portal.access import actor_of, reader_of, requires
from portal.console.performance_forms import ActionForm, ReviewForm, quarter_before
from portal.refusals import try_on
from tracking.selectors import Span


def _url(review: Review) -> str:
    return reverse("console:performance-review", args=[review.seller.slug, review.pk])


def _partner_url(partner: Partner) -> str:
    return reverse("console:performance-partner", args=[partner.seller.slug, partner.pk])


@requires("partners.manage", room="console")
def new(request: HttpRequest, seller_slug: str, partner_id: uuid.UUID) -> HttpResponse:
    """Write a review, of the last full quarter unless other days are chosen."""
    partner = partners.partner_by_id(partner_id)
    first, last = quarter_before(timezone.localdate())
    known = figures.currencies(partner.pk, Span(first, last))
    currency = known[0] if known else partner.seller.currency
    form = ReviewForm(
        request.POST or None, currency=currency, initial={"first_on": first, "last_on": last}
    )
    made: list[Review] = []

    def act() -> None:
        content = form.content()
        if form.is_valid():
            made.append(
                reviews.write_review(
                    partner=partner, currency=currency, content=content, actor=actor_of(request)
                )
            )

    if request.method == "POST" and form.is_valid() and try_on(form, act) and made:
        messages.success(request, _("The review is written. Share it when you have talked."))
        return HttpResponseRedirect(_url(made[0]))
    context = {"form": form, "partner": partner, "back": _partner_url(partner)}
    status = 422 if form.is_bound else 200
    return render(request, "console/performance/review_form.html", context, status=status)


@requires("partners.manage", room="console")
def edit(request: HttpRequest, seller_slug: str, review_id: uuid.UUID) -> HttpResponse:
    """Change a review before it is shared."""
    review = selectors.review_by_id(review_id)
    if review.shared_at:
        messages.info(request, _("The partner has this review; it stays as it is."))
        return HttpResponseRedirect(_url(review))
    form = ReviewForm(request.POST or None, currency=review.currency, review=review)

    def act() -> None:
        content = form.content()
        if form.is_valid():
            reviews.change_review(review=review, content=content, actor=actor_of(request))

    if request.method == "POST" and form.is_valid() and try_on(form, act) and not form.errors:
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(_url(review))
    context = {"form": form, "partner": review.partner, "review": review, "back": _url(review)}
    status = 422 if form.is_bound else 200
    return render(request, "console/performance/review_form.html", context, status=status)


@requires("partners.view", room="console")
def detail(request: HttpRequest, seller_slug: str, review_id: uuid.UUID) -> HttpResponse:
    """One review as staff read it."""
    return _page(request, selectors.review_by_id(review_id), ActionForm())


def _page(
    request: HttpRequest, review: Review, form: ActionForm, status: int = 200
) -> HttpResponse:
    may_review = reader_of(request).may("partners.manage")
    context = {
        "review": review,
        "partner": review.partner,
        "targets": words.targets(review),
        "scores": words.scores(review),
        "average": words.average(review),
        "actions": list(selectors.actions_of(review)),
        "may_review": may_review,
        "may_act": "both" if may_review else "",
        "form": form,
        "today": timezone.localdate(),
    }
    return render(request, "console/performance/review.html", context, status=status)


@requires("partners.manage", room="console")
@require_POST
def agree(request: HttpRequest, seller_slug: str, review_id: uuid.UUID) -> HttpResponse:
    """Note something that was agreed."""
    review = selectors.review_by_id(review_id)
    form = ActionForm(request.POST)

    def act() -> None:
        reviews.agree_action(review=review, actor=actor_of(request), **form.cleaned_data)

    if not form.is_valid() or not try_on(form, act):
        return _page(request, review, form, 422)
    messages.success(request, _("Noted."))
    return HttpResponseRedirect(_url(review))


@requires("partners.manage", room="console")
@require_POST
def share(request: HttpRequest, seller_slug: str, review_id: uuid.UUID) -> HttpResponse:
    """Let the partner read it."""
    review = selectors.review_by_id(review_id)
    reviews.share_review(review=review, actor=actor_of(request))
    said = _("%(partner)s can read the review now.")
    messages.success(request, said % {"partner": review.partner.name})
    return HttpResponseRedirect(_url(review))


@requires("partners.manage", room="console")
@require_POST
def delete(request: HttpRequest, seller_slug: str, review_id: uuid.UUID) -> HttpResponse:
    """Throw away a review that is not shared."""
    review = selectors.review_by_id(review_id)
    reviews.delete_review(review=review, actor=actor_of(request))
    messages.success(request, _("The review is deleted."))
    return HttpResponseRedirect(_partner_url(review.partner))


@requires("partners.manage", room="console")
@require_POST
def action(request: HttpRequest, seller_slug: str, action_id: uuid.UUID) -> HttpResponse:
    """Mark something agreed as done, or open again."""
    one = selectors.action_by_id(action_id)
    act = reviews.reopen_action if request.POST.get("act") == "reopen" else reviews.finish_action
    act(action=one, actor=actor_of(request))
    messages.success(request, _("Noted."))
    return HttpResponseRedirect(_url(one.review))
