"""Claims of missing sales: the list with its clocks, one claim with what is known, the answers."""

import uuid
from collections.abc import Callable
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity import selectors as activity
from campaigns import selectors as campaigns
from commissions.claims import answering, selectors
from commissions.models import Claim
from portal import claim_words as words
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, NameColumn, StatusColumn
from portal.console.claim_forms import AskForm, GoodwillForm, RecordForm
from portal.console.commission_forms import ReasonForm
from portal.credit_words import credit_words
from portal.downloads import SAFE_INLINE, kept_file
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter, named_choices
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.verbs import told


class ClaimTable(tables.Table):
    """Claims with the time left to answer."""

    order = NameColumn(
        gettext_lazy("Order"),
        url=words.console_url,
        meta=lambda claim: f"{claim} · {claim.partner.name} · {claim.program.name}",
    )
    amount_minor = MoneyColumn(gettext_lazy("Amount"))
    created_at = DayColumn(gettext_lazy("Filed"))
    due_at = MarkupColumn(
        gettext_lazy("Time left"), show=words.clock_cell, plain=words.clock_plain, label=True
    )
    state = StatusColumn(gettext_lazy("Status"), kind="claim", note=words.status_note)


class ClaimFilters(django_filters.FilterSet):
    """Search, status, program and period."""

    q = SearchFilter("order", "partner__name", "statement", hint=gettext_lazy("Order, partner"))
    state = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("claim"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = Claim
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(programs)


CLAIMS = Listing(
    table=ClaimTable,
    filters=ClaimFilters,
    name="claims",
    default="-created_at",
    orders={"created_at": "id", "due_at": "due_at", "amount_minor": "amount_minor"},
    chips=("state", "claim", "state"),
)


@requires("sales.view", room="console")
def claims(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every claim."""
    why = _("When a partner finds a sale missing, he claims it here, and you answer by a deadline.")
    page = CLAIMS.show(request, selectors.claims(), empty=Empty(_("No claims"), why, (), "search"))
    return page.download or render(request, "console/claims/list.html", {"page": page})


@requires("sales.view", room="console")
def detail(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """One claim: what he says, what is known of the order, what was asked and answered."""
    return _page(request, selectors.claim_by_id(claim_id))


@requires("sales.view", room="console")
def file(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """The proof that came with it; `?inline=1` shows a picture in the page."""
    return kept_file(selectors.claim_by_id(claim_id), inline="inline" in request.GET)


@requires("sales.manage", room="console")
@require_POST
def ask(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """Ask the partner something."""
    claim = selectors.claim_by_id(claim_id)
    form = AskForm(request.POST, auto_id="ask_%s")

    def act() -> None:
        answering.ask(claim=claim, text=form.cleaned_data["text"], actor=actor_of(request))

    said = _("Asked. The clock is stopped until the partner answers.")
    return _done(request, claim, form, act, said, ask_form=form)


@requires("sales.manage", room="console")
@require_POST
def decline(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """Refuse it, with the reason."""
    claim = selectors.claim_by_id(claim_id)
    form = ReasonForm(request.POST, auto_id="decline_%s")

    def act() -> None:
        reason = form.cleaned_data["reason"]
        answering.decline(claim=claim, reason=reason, actor=actor_of(request))

    said = _("%(claim)s is declined.") % {"claim": claim}
    return _done(request, claim, form, act, said, decline_form=form)


@requires("sales.manage", room="console")
@require_POST
def credit(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """Credit the known sale to the partner."""
    claim = selectors.claim_by_id(claim_id)
    answering.credit(claim=claim, actor=actor_of(request))
    said = _("The sale is credited to %(partner)s and computed now.")
    messages.success(request, said % {"partner": claim.partner.name})
    return HttpResponseRedirect(words.console_url(claim))


@requires("sales.manage", room="console")
@require_POST
def record(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """Record the order that was not known, credited to the partner."""
    claim = selectors.claim_by_id(claim_id)
    form = RecordForm(request.POST, claim=claim, auto_id="record_%s")

    def act() -> None:
        sale = form.as_input()
        if form.is_valid():
            answering.record_sale(claim=claim, sale=sale, actor=actor_of(request))

    said = _("The sale is recorded and credited to %(partner)s.")
    said %= {"partner": claim.partner.name}
    return _done(request, claim, form, act, said, record_form=form)


@requires("commissions.manage", room="console")
@require_POST
def goodwill(request: HttpRequest, seller_slug: str, claim_id: uuid.UUID) -> HttpResponse:
    """Give the partner an amount, and leave the sale as it is."""
    claim = selectors.claim_by_id(claim_id)
    form = GoodwillForm(request.POST, claim=claim, auto_id="goodwill_%s")

    def act() -> None:
        values = form.values()
        if form.is_valid():
            answering.give_goodwill(claim=claim, actor=actor_of(request), **values)

    said = _("%(claim)s is accepted with an amount as goodwill.") % {"claim": claim}
    return _done(request, claim, form, act, said, goodwill_form=form)


def _done(
    request: HttpRequest,
    claim: Claim,
    form: forms.Form,
    act: Callable[[], None],
    said: str,
    **bound: Any,
) -> HttpResponse:
    """Back to the claim with what was done; or the page with the form's mistakes."""
    if not form.is_valid() or not try_on(form, act) or form.errors:
        return _page(request, claim, **bound)
    messages.success(request, said)
    return HttpResponseRedirect(words.console_url(claim))


def _page(request: HttpRequest, claim: Any, **bound: Any) -> HttpResponse:
    reader = reader_of(request)
    known = selectors.known_of(claim)
    waits = claim.status in selectors.WAITS
    context = {
        "claim": claim,
        "known": known,
        "known_words": words.known_words(known),
        "credit": credit_words(known.sale) if known.sale else "",
        "clock": words.clock_words(claim, reader_is_partner=False),
        "outcome": words.outcome_words(claim),
        "note": words.status_note(claim),
        "said": [
            words.said_step(one, reader_is_partner=False) for one in selectors.messages(claim)
        ],
        "picture": claim.content_type in SAFE_INLINE,
        "lines": list(selectors.paid_by(claim)) if reader.may("commissions.view") else [],
        "events": [told(event) for event in activity.events_of_object(claim.pk)[:20]],
        "may_answer": waits and reader.may("sales.manage"),
        "may_give": waits and reader.may("commissions.manage"),
        "ask_form": AskForm(auto_id="ask_%s"),
        "decline_form": ReasonForm(auto_id="decline_%s"),
        "record_form": RecordForm(claim=claim, auto_id="record_%s"),
        "goodwill_form": GoodwillForm(claim=claim, auto_id="goodwill_%s"),
        **bound,
    }
    return render(request, "console/claims/detail.html", context, status=422 if bound else 200)
