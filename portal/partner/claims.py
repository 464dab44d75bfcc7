"""The partner's claims of missing sales: file one, follow it, answer, withdraw."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import selectors as campaigns
from campaigns.models import Enrollment
from commissions.claims import filing, selectors
from commissions.models import Claim
from portal import claim_words as words
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, NameColumn, StatusColumn
from portal.downloads import SAFE_INLINE, kept_file
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.partner.claim_forms import AnswerForm, ClaimForm
from portal.partner.scope import partner_of, seat_of
from portal.refusals import try_on


class OwnClaimTable(tables.Table):
    """The partner's claims with the seller's clock."""

    order = NameColumn(
        gettext_lazy("Order"),
        url=words.partner_url,
        meta=lambda claim: f"{claim} · {claim.program.name}",
    )
    amount_minor = MoneyColumn(gettext_lazy("Amount"))
    created_at = DayColumn(gettext_lazy("Filed"))
    due_at = MarkupColumn(
        gettext_lazy("Answer due"), show=words.clock_cell, plain=words.clock_plain, label=True
    )
    state = StatusColumn(gettext_lazy("Status"), kind="own_claim", note=words.status_note)


class OwnClaimFilters(django_filters.FilterSet):
    """Search and status."""

    q = SearchFilter("order", "statement", hint=gettext_lazy("Order"))
    state = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("own_claim"))

    class Meta:
        model = Claim
        fields: list[str] = []


OWN_CLAIMS = Listing(
    table=OwnClaimTable,
    filters=OwnClaimFilters,
    name="claims",
    default="-created_at",
    orders={"created_at": "id", "amount_minor": "amount_minor"},
    chips=("state", "own_claim", "state"),
)


@requires("portal.earnings", room="partner")
def claims(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """The partner's claims."""
    may_file = reader_of(request).may("portal.links")
    new = ((_("Claim a sale"), reverse("partner:claims-new", args=[seller_slug])),)
    why = _("Miss a sale that came through you? Claim it, and the seller answers by a deadline.")
    empty = Empty(_("No claims"), why, new if may_file else (), "search")
    page = OWN_CLAIMS.show(request, selectors.claims_of(seat_of(request).partner_id), empty=empty)
    context = {"page": page, "may_file": may_file}
    return page.download or render(request, "partner/claims/list.html", context)


@requires("portal.links", room="partner")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """File a claim."""
    partner = partner_of(request)
    rows = campaigns.enrollments_of(partner.pk)
    programs = [one.program for one in rows if one.status == Enrollment.Status.ACTIVE]
    form = ClaimForm(
        request.POST or None,
        request.FILES or None,
        programs=programs,
        initial={"order": request.GET.get("order", "")[:120]},
    )
    made: list[Claim] = []

    def act() -> None:
        values = form.values()
        if form.is_valid():
            made.append(filing.file_claim(partner=partner, actor=actor_of(request), **values))

    if request.method == "POST" and form.is_valid() and try_on(form, act) and made:
        messages.success(request, _("%(claim)s is filed.") % {"claim": made[0]})
        return HttpResponseRedirect(words.partner_url(made[0]))
    context = {"form": form, "days": max((one.claim_days for one in programs), default=0)}
    status = 422 if form.is_bound else 200
    return render(request, "partner/claims/new.html", context, status=status)


@requires("portal.earnings", room="partner")
def detail(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """One claim: what was said, how it stands, what it paid."""
    return _page(request, _own(request, claim_id))


@requires("portal.earnings", room="partner")
def file(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """The proof that the partner sent."""
    return kept_file(_own(request, claim_id), inline="inline" in request.GET)


@requires("portal.links", room="partner")
@require_POST
def answer(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """Answer the seller's question."""
    claim = _own(request, claim_id)
    form = AnswerForm(request.POST)

    def act() -> None:
        filing.answer(claim=claim, text=form.cleaned_data["text"], actor=actor_of(request))

    if not form.is_valid() or not try_on(form, act):
        return _page(request, claim, form)
    messages.success(request, _("Your answer is with the seller."))
    return HttpResponseRedirect(words.partner_url(claim))


@requires("portal.links", room="partner")
def withdraw(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """Say what it means, and take the claim back."""
    claim = _own(request, claim_id)
    if request.method == "POST":
        filing.withdraw(claim=claim, actor=actor_of(request))
        messages.success(request, _("%(claim)s is withdrawn.") % {"claim": claim})
        return HttpResponseRedirect(words.partner_url(claim))
    context = {
        "claim": claim,
        "title": _("Withdraw %(claim)s?") % {"claim": claim},
        "consequences": [
            _("The seller need not answer any more."),
            _("You can claim the same order again later."),
        ],
        "act": _("Withdraw the claim"),
        "back": words.partner_url(claim),
    }
    return render(request, "partner/claims/withdraw.html", context)


def _own(request: HttpRequest, claim_id: uuid.UUID) -> Any:
    return selectors.claim_of(seat_of(request).partner_id, claim_id)


def _page(request: HttpRequest, claim: Any, form: AnswerForm | None = None) -> HttpResponse:
    may = reader_of(request).may("portal.links")
    context = {
        "claim": claim,
        "clock": words.clock_words(claim, reader_is_partner=True),
        "outcome": words.outcome_words(claim),
        "note": words.status_note(claim),
        "said": [words.said_step(one, reader_is_partner=True) for one in selectors.messages(claim)],
        "picture": claim.content_type in SAFE_INLINE,
        "lines": list(selectors.paid_by(claim)),
        "may_answer": may and claim.status == Claim.Status.ASKED,
        "may_withdraw": may and claim.status in selectors.WAITS,
        "form": form or AnswerForm(),
    }
    return render(request, "partner/claims/detail.html", context, status=422 if form else 200)
