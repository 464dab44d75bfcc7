"""Payout batches in the seller's console."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from activity.selectors import events_of_object
from payouts import gates, rules, selectors, services
from payouts.models import Batch, BatchLine
from portal import money_format
from portal.access import actor_of, reader_of, requires, user_of
from portal.columns import (
    DayColumn,
    MarkupColumn,
    MoneyColumn,
    NameColumn,
    NumberColumn,
    StatusColumn,
    TextColumn,
)
from portal.console.payout_forms import DraftForm
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter
from portal.listing import Empty, Listing
from portal.refusals import try_on
from portal.statuses import labels
from portal.time_format import day_text, moment_text
from portal.verbs import told

LEFT_OUT_SHOWN = 100


def detail_url(batch: Batch) -> str:
    """The batch's own page."""
    return reverse("console:payouts-detail", args=[batch.seller.slug, batch.pk])


def _line_url(line: BatchLine) -> str:
    return reverse("console:payouts-line", args=[line.batch.seller.slug, line.batch_id, line.pk])


def _cutoff_words(batch: Batch) -> str:
    return _("free to pay by %(moment)s") % {"moment": moment_text(batch.cutoff)}


class BatchTable(tables.Table):
    """Batches with what they come to."""

    number = NameColumn(gettext_lazy("Batch"), url=detail_url, meta=_cutoff_words)
    created_at = DayColumn(gettext_lazy("Drafted"))
    drafted_by = TextColumn(gettext_lazy("By"), label=True)
    approved_by = TextColumn(gettext_lazy("Approved by"), label=True)
    line_count = NumberColumn(gettext_lazy("Partners"))
    total_minor = MoneyColumn(gettext_lazy("Amount"), strong=True)
    state = StatusColumn(gettext_lazy("Status"), kind="batch")


class BatchFilters(django_filters.FilterSet):
    """Search, status, currency and day of drafting."""

    q = SearchFilter("number", "drafted_by__name", hint=gettext_lazy("Number or person"))
    status = ChoicesFilter(
        label=gettext_lazy("Status"), choices=labels("batch"), field_name="state"
    )
    currency = ChoicesFilter(
        label=gettext_lazy("Currency"), all_label=gettext_lazy("All currencies"), choices=[]
    )
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = Batch
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = selectors.batch_currencies()
        self.filters["currency"].extra["choices"] = [(code, code) for code in codes]


BATCHES = Listing(
    table=BatchTable,
    filters=BatchFilters,
    name="payouts",
    default="-created_at",
    orders={"created_at": "created_at", "number": "number"},
    chips=("status", "batch", "state"),
)


def _account(line: BatchLine) -> str:
    return line.method.shown if line.method else "–"


def _line_note(line: BatchLine) -> str:
    return day_text(line.ended_at) if line.ended_at else ""


class LineTable(tables.Table):
    """One line per partner."""

    partner = NameColumn(
        gettext_lazy("Partner"),
        accessor="partner__name",
        url=_line_url,
        meta=lambda line: line.reference,
    )
    account = MarkupColumn(gettext_lazy("To"), show=_account, plain=_account, label=True)
    item_count = NumberColumn(gettext_lazy("Commissions"))
    amount_minor = MoneyColumn(gettext_lazy("Amount"), strong=True)
    status = StatusColumn(gettext_lazy("Status"), kind="payout", note=_line_note)


class LineFilters(django_filters.FilterSet):
    """Search and status."""

    q = SearchFilter("partner__name", "reference", hint=gettext_lazy("Partner or reference"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("payout"))

    class Meta:
        model = BatchLine
        fields: list[str] = []


LINES = Listing(
    table=LineTable,
    filters=LineFilters,
    name="payout-lines",
    default="partner",
    orders={"partner": "partner__name", "amount_minor": "amount_minor"},
    chips=("status", "payout", "status"),
)


@requires("payouts.view", room="console")
def payouts(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All batches."""
    empty = Empty(
        _("No payouts yet"),
        _(
            "A batch pays every partner who is due, in one currency. One person drafts it, another"
            " approves it."
        ),
        ((_("Draft a batch"), reverse("console:payouts-draft", args=[seller_slug])),),
        "wallet",
    )
    page = BATCHES.show(request, selectors.batches(), empty=empty)
    return page.download or render(request, "console/payouts/list.html", {"page": page})


@requires("payouts.manage", room="console")
def draft(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Choose currency and day, see who is in and who is left out and why, then draft."""
    currencies = selectors.currencies_owed()
    if not currencies:
        return render(request, "console/payouts/draft.html", {"nothing": True})
    given = request.POST if request.method == "POST" else request.GET
    free = [code for code in currencies if selectors.open_draft(code) is None]
    initial = {"currency": [*free, *currencies][0], "until": timezone.localdate().isoformat()}
    form = DraftForm({**initial, **given.dict()}, currencies=currencies)
    drafted: list[Batch] = []
    valid = form.is_valid()
    if (
        request.method == "POST"
        and valid
        and try_on(form, lambda: drafted.append(_draft(request, form)))
    ):
        messages.success(
            request,
            _("Batch %(number)s is drafted. Somebody else approves it.")
            % {"number": drafted[0].number},
        )
        return HttpResponseRedirect(detail_url(drafted[0]))
    context = {"form": form, **(_preview(form) if valid else {})}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/payouts/draft.html", context, status=status)


def _draft(request: HttpRequest, form: DraftForm) -> Batch:
    return services.draft_batch(
        seller=reader_of(request).seller,
        currency=form.cleaned_data["currency"],
        cutoff=form.cutoff(),
        actor=actor_of(request),
    )


def _preview(form: DraftForm) -> dict[str, Any]:
    currency = form.cleaned_data["currency"]
    found = selectors.candidates(currency, form.cutoff())
    paid = [each for each in found if not each.reason]
    total = sum(each.amount_minor for each in paid)
    words = ngettext(
        "Draft %(amount)s for %(n)d partner", "Draft %(amount)s for %(n)d partners", len(paid)
    )
    return {
        "currency": currency,
        "paid": paid,
        "total": total,
        "waiting": [(each, rules.REASONS[each.reason]) for each in found if each.reason],
        "present": selectors.open_draft(currency),
        "act": words % {"amount": money_format.plain(total, currency), "n": len(paid)},
    }


@requires("payouts.view", room="console")
def detail(request: HttpRequest, seller_slug: str, batch_id: uuid.UUID) -> HttpResponseBase:
    """One batch: its lines, who was left out, what to do next, its history."""
    batch = _fresh(batch_id)
    page = LINES.show(request, selectors.lines_of(batch))
    if page.download:
        return page.download
    user = user_of(request)
    context = {
        "batch": batch,
        "page": page,
        "cutoff": _cutoff_words(batch),
        "sums": selectors.sums_by_status(batch),
        "left_out": left_out(batch),
        "stopped": _stopped(batch),
        "events": [told(event) for event in events_of_object(batch.pk)[:20]],
        "approvers": selectors.approvers(batch) if batch.status == Batch.Status.DRAFT else [],
        "own": batch.drafted_by_id == user.pk,
        "may_manage": reader_of(request).may("payouts.manage"),
    }
    return render(request, "console/payouts/detail.html", context)


def _stopped(batch: Batch) -> list[tuple[BatchLine, Any]]:
    """Whom something stops since the approval, while the batch is not finished; why, in words."""
    if batch.status != Batch.Status.APPROVED:
        return []
    found = gates.stopped(batch, selectors.on_their_way(batch))
    return [(one.line, rules.REASONS[one.reason]) for one in found[:LEFT_OUT_SHOWN]]


def left_out(batch: Batch) -> list[dict[str, Any]]:
    """Who had money and got no line, with the reason in words."""
    return [
        {**row, "words": rules.REASONS.get(row["reason"], row["reason"])}
        for row in batch.left_out[:LEFT_OUT_SHOWN]
    ]


def _fresh(batch_id: uuid.UUID) -> Batch:
    """The batch; a draft is brought up to date first."""
    batch = selectors.batch_by_id(batch_id)
    if batch.status != Batch.Status.DRAFT:
        return batch
    services.refresh_draft(batch=batch)
    return selectors.batch_by_id(batch_id)


@requires("payouts.manage", room="console")
def approve(request: HttpRequest, seller_slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Say what approving does, then do it."""
    batch = _fresh(batch_id)
    if request.method == "POST":
        services.approve_batch(batch=batch, actor=actor_of(request))
        messages.success(
            request,
            _("Batch %(number)s is approved. Its file is ready.") % {"number": batch.number},
        )
        return HttpResponseRedirect(detail_url(batch))
    consequences = [
        ngettext(
            "%(amount)s goes to %(n)d partner.",
            "%(amount)s goes to %(n)d partners.",
            _count(batch),
        )
        % {"amount": _amount(batch), "n": _count(batch)},
        _("The batch is frozen: the file that you download never changes again."),
        _("Refunds that come after this are taken from the next payout."),
        _("Your name stands under it, beside %(name)s who drafted it.")
        % {"name": batch.drafted_by},
    ]
    return confirm(
        request,
        batch,
        title=_("Approve %(number)s?") % {"number": batch.number},
        consequences=consequences,
        act=_("Approve %(amount)s") % {"amount": _amount(batch)},
        tone="primary",
    )


@requires("payouts.manage", room="console")
def cancel(request: HttpRequest, seller_slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Say what cancelling a draft, or an approved batch that did not go out, does; then do it."""
    batch = selectors.batch_by_id(batch_id)
    if request.method == "POST":
        services.cancel_batch(batch=batch, actor=actor_of(request))
        messages.success(request, _("Batch %(number)s is cancelled.") % {"number": batch.number})
        return HttpResponseRedirect(detail_url(batch))
    consequences = [
        ngettext(
            "%(n)d partner is not paid by it; the lines stay payable.",
            "%(n)d partners are not paid by it; their lines stay payable.",
            _count(batch),
        )
        % {"n": _count(batch)},
        _("The lines are free for the next batch."),
        _("The number %(number)s is not used again.") % {"number": batch.number},
    ]
    return confirm(
        request,
        batch,
        title=_("Cancel %(number)s?") % {"number": batch.number},
        consequences=consequences,
        act=_("Cancel the draft") if batch.status == Batch.Status.DRAFT else _("Cancel the batch"),
    )


@requires("payouts.manage", room="console")
def settle(request: HttpRequest, seller_slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """Say what settling does, then do it."""
    batch = selectors.batch_by_id(batch_id)
    if request.method == "POST":
        services.settle_batch(batch=batch, actor=actor_of(request))
        messages.success(request, _("Batch %(number)s is settled.") % {"number": batch.number})
        return HttpResponseRedirect(detail_url(batch))
    open_sum = selectors.sums_by_status(batch).get("approved", {"amount": 0, "lines": 0})
    amount = money_format.plain(open_sum["amount"], batch.currency)
    consequences = [
        ngettext(
            "%(n)d payout of %(amount)s counts as paid.",
            "%(n)d payouts of %(amount)s in all count as paid.",
            open_sum["lines"],
        )
        % {"n": open_sum["lines"], "amount": amount},
        _("Return first what the bank sent back: afterwards it cannot be returned."),
        _("The partners are told by mail."),
    ]
    return confirm(
        request,
        batch,
        title=_("Settle %(number)s?") % {"number": batch.number},
        consequences=consequences,
        act=_("Settle %(amount)s") % {"amount": amount},
        tone="primary",
    )


@requires("payouts.manage", room="console")
@require_POST
def file(request: HttpRequest, seller_slug: str, batch_id: uuid.UUID) -> HttpResponse:
    """The batch's frozen file. Posted, since who took it stands in the trail."""
    batch = selectors.batch_by_id(batch_id)
    content = services.export_file(batch=batch, actor=actor_of(request))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{batch.number}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def confirm(
    request: HttpRequest,
    batch: Batch,
    *,
    title: str,
    consequences: list[str],
    act: str,
    tone: str = "bad",
    **more: Any,
) -> HttpResponse:
    """A page that says what will happen; its button posts back to it."""
    context = {
        "batch": batch,
        "title": title,
        "consequences": consequences,
        "act": act,
        "tone": tone,
        "back": detail_url(batch),
        **more,
    }
    return render(request, "console/payouts/act.html", context, status=more.get("status", 200))


def _count(batch: Batch) -> int:
    return int(batch.line_count)  # type: ignore[attr-defined]


def _amount(batch: Batch) -> str:
    return money_format.plain(batch.total_minor, batch.currency)  # type: ignore[attr-defined]
