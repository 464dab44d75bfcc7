"""The partner's payouts: what was paid, when, where to, and for which lines."""

import uuid

import django_filters
import django_tables2 as tables
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions import reasons
from commissions.models import Commission
from payouts import selectors
from payouts.models import BatchLine
from portal import traces
from portal.access import reader_of, requires
from portal.columns import (
    DayColumn,
    MarkupColumn,
    MoneyColumn,
    NameColumn,
    NumberColumn,
    StatusColumn,
)
from portal.commission_cells import shown_sum, shown_words, what_cell
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter
from portal.listing import Empty, Listing
from portal.partner.scope import seat_of
from portal.statuses import labels
from portal.time_format import day_text


def _url(line: BatchLine) -> str:
    return reverse("partner:payouts-detail", args=[line.batch.seller.slug, line.pk])


def _account(line: BatchLine) -> str:
    return line.method.shown if line.method else "–"


def _note(line: BatchLine) -> str:
    return day_text(line.ended_at) if line.ended_at else ""


class PayoutTable(tables.Table):
    """Payouts, newest first."""

    approved_at = DayColumn(gettext_lazy("Date"), accessor="batch__approved_at")
    reference = NameColumn(gettext_lazy("Payout"), url=_url, meta=lambda line: line.reason)
    account = MarkupColumn(gettext_lazy("To"), show=_account, plain=_account, label=True)
    item_count = NumberColumn(gettext_lazy("Lines"))
    amount_minor = MoneyColumn(gettext_lazy("Amount"), strong=True)
    status = StatusColumn(gettext_lazy("Status"), kind="payout", note=_note)


class PayoutFilters(django_filters.FilterSet):
    """Search, status, period."""

    q = SearchFilter("reference", "method__name", hint=gettext_lazy("Reference"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("payout"))
    since = SinceFilter("batch__approved_at")
    until = UntilFilter("batch__approved_at")

    class Meta:
        model = BatchLine
        fields: list[str] = []


PAYOUTS = Listing(
    table=PayoutTable,
    filters=PayoutFilters,
    name="payouts",
    default="-reference",
    orders={"reference": "id", "amount_minor": "amount_minor"},
    chips=("status", "payout", "status"),
)


class PaidTable(tables.Table):
    """The lines of one payout."""

    occurred_at = DayColumn(gettext_lazy("Date"), time=True)
    what = MarkupColumn(
        gettext_lazy("What, and why this amount"),
        show=lambda line: what_cell(line, reasons.PARTNER),
        plain=lambda line: f"{traces.title(line)}. {reasons.sentence(line)}",
        attrs={"td": {"class": "w-half"}, "th": {"class": "w-half"}},
        footer=shown_words,
    )
    amount_minor = MoneyColumn(gettext_lazy("Commission"), strong=True, footer=shown_sum)


class PaidFilters(django_filters.FilterSet):
    """Search by order or refund."""

    q = SearchFilter(
        "sale__external_id", "refund__external_id", hint=gettext_lazy("Order or refund")
    )

    class Meta:
        model = Commission
        fields: list[str] = []


PAID = Listing(
    table=PaidTable,
    filters=PaidFilters,
    name="payout",
    default="-occurred_at",
    orders={"occurred_at": "occurred_at", "amount_minor": "amount_minor"},
)


@requires("portal.earnings", room="partner")
def payouts(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All payouts, and where the next one goes."""
    partner_id = seat_of(request).partner_id
    method = selectors.current_method(partner_id)
    empty = Empty(
        _("No payouts yet"),
        _("When the hold of your commissions is over, they are paid together, in one transfer.")
        if method
        else _("Add the account that you want to be paid to, so that the first one can go out."),
        () if method else _add_account(request, seller_slug),
        "wallet",
    )
    page = PAYOUTS.show(request, selectors.payouts_to(partner_id), empty=empty)
    if page.download:
        return page.download
    return render(request, "partner/payouts/list.html", {"page": page, "method": method})


def _add_account(request: HttpRequest, seller_slug: str) -> tuple[tuple[str, str], ...]:
    if not reader_of(request).may("portal.payout"):
        return ()
    return ((_("Add an account"), reverse("partner:payout-method", args=[seller_slug])),)


@requires("portal.earnings", room="partner")
def detail(request: HttpRequest, seller_slug: str, line_id: uuid.UUID) -> HttpResponseBase:
    """One payout, line by line."""
    line = selectors.payout_by_id(seat_of(request).partner_id, line_id)
    page = PAID.show(request, selectors.commissions_of(line))
    if page.download:
        return page.download
    return render(request, "partner/payouts/detail.html", {"line": line, "page": page})
