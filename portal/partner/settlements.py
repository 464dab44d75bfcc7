"""The partner's agreements: what was agreed, each period line by line, figures to hand in."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import Agreement, AgreementParty, Settlement
from commissions.settlements import entries, selectors, settling, terms, words
from portal.access import actor_of, requires
from portal.columns import DayColumn, MoneyColumn, NameColumn
from portal.downloads import kept_file
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter, named_choices
from portal.listing import Empty, Listing
from portal.partner.scope import seat_of
from portal.refusals import try_on
from portal.settlement_charts import paid_chart
from portal.settlement_entry_form import EntryForm


def detail_url(settlement: Settlement) -> str:
    """The settlement's own page."""
    return reverse("partner:settlements-detail", args=[settlement.seller.slug, settlement.pk])


def period_of(settlement: Settlement) -> str:
    """`Q3 2026`; what came after the end says so."""
    name = words.span_name(settling.span_of(settlement))
    return _("Late figures, %(period)s") % {"period": name} if settlement.late else name


class SettlementTable(tables.Table):
    """The partner's settlements and what they came to for him."""

    agreement = NameColumn(
        gettext_lazy("Settlement"), accessor="agreement__name", url=detail_url, meta=period_of
    )
    ends_on = DayColumn(gettext_lazy("Period ends"))
    approved_at = DayColumn(gettext_lazy("Settled on"))
    owed_minor = MoneyColumn(gettext_lazy("For you"), strong=True)


class SettlementFilters(django_filters.FilterSet):
    """Search, agreement and the end of the period."""

    q = SearchFilter("agreement__name", hint=gettext_lazy("Agreement"))
    agreement = ChoicesFilter(
        label=gettext_lazy("Agreement"), all_label=gettext_lazy("All agreements"), choices=[]
    )
    since = SinceFilter("ends_on", instant=False)
    until = UntilFilter("ends_on", instant=False)

    class Meta:
        model = Settlement
        fields: list[str] = []

    def __init__(self, *args: Any, agreements: list[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["agreement"].extra["choices"] = named_choices(agreements)


SETTLEMENTS = Listing(
    table=SettlementTable,
    filters=SettlementFilters,
    name="settlements",
    default="-ends_on",
    orders={"ends_on": "ends_on", "approved_at": "approved_at"},
)


@requires("portal.earnings", room="partner")
def settlements(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """My agreements, and every settled period."""
    partner_id = seat_of(request).partner_id
    agreed = list(selectors.agreements_of(partner_id).order_by("name", "id"))
    empty = Empty(
        _("Nothing settled yet"),
        _("When a period of an agreement is over and settled, its statement stands here."),
        (),
        "scale",
    )
    page = SETTLEMENTS.show(
        request,
        selectors.settlements_of(partner_id),
        empty=empty,
        filter_kwargs={"agreements": [(one.pk, one.name) for one in agreed]},
    )
    if page.download:
        return page.download
    context = {"page": page, "agreements": agreed}
    return render(request, "partner/settlements/list.html", context)


@requires("portal.earnings", room="partner")
def detail(request: HttpRequest, seller_slug: str, settlement_id: uuid.UUID) -> HttpResponse:
    """One settled period, line by line."""
    partner_id = seat_of(request).partner_id
    settlement = selectors.settlement_by_id(settlement_id, partner_id)
    accounts = selectors.accounts(settlement)
    context = {
        "settlement": settlement,
        "agreement": settlement.agreement,
        "period": period_of(settlement),
        "mine": [one for one in accounts if _is(one.party, partner_id)],
        "others": [one for one in accounts if not _is(one.party, partner_id)],
        "owed": settlement.owed_minor,  # type: ignore[attr-defined]
        "entries": selectors.entries_of(settlement.agreement, partner_id).filter(
            on__gte=settlement.starts_on, on__lte=settlement.ends_on
        )[:100],
    }
    return render(request, "partner/settlements/detail.html", context)


@requires("portal.earnings", room="partner")
def agreement(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """One agreement: what was agreed, the period so far, its settlements, what was handed in."""
    partner_id = seat_of(request).partner_id
    row = selectors.agreement_by_id(agreement_id, partner_id)
    present = selectors.current_terms(row)
    names = selectors.names_of(row.parties.all())
    computed = selectors.so_far(row)
    so_far = selectors.accounts_of(row, computed) if computed else []
    context = {
        "agreement": row,
        "terms": words.terms_rows(terms.parse(row.kind, present.terms), row.currency, names),
        "present": present,
        "present_from": words.name_of_day(present.from_on, row.period),
        "so_far": [one for one in so_far if _is(one.party, partner_id)],
        "so_far_period": words.span_name(computed.span) if computed else "",
        "settled": [
            (one, period_of(one))
            for one in selectors.settlements_of(partner_id)
            .filter(agreement=row)
            .order_by("-starts_on")[:40]
        ],
        "chart": paid_chart(row, selectors.paid_by_period(row, partner_id)),
        "advance_left": selectors.advance_left(row),
        "advances": row.advances.order_by("-granted_on", "-id"),
        "entries": selectors.entries_of(row, partner_id)[:50],
        "can_report": bool(entries.kinds_for(row)),
    }
    return render(request, "partner/settlements/agreement.html", context)


@requires("portal.earnings", room="partner")
def hand_in(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """Hand in a sales report, revenue, cost or movements, with a proof."""
    partner_id = seat_of(request).partner_id
    row = selectors.agreement_by_id(agreement_id, partner_id)
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    mine = [one for one in row.parties.all() if _is(one, partner_id)]
    form = EntryForm(*data, agreement=row, parties=mine)
    if request.method == "POST" and form.is_valid():
        entry = form.entry()
        if form.is_valid() and try_on(
            form,
            lambda: entries.report(
                party=form.chosen, entry=entry, actor=actor_of(request), agreed=False
            ),
        ):
            messages.success(request, _("It is handed in. It counts once the seller has agreed."))
            return HttpResponseRedirect(_agreement_url(row))
    context = {"agreement": row, "form": form, "back": _agreement_url(row)}
    status = 422 if form.is_bound else 200
    return render(request, "partner/settlements/hand_in.html", context, status=status)


@requires("portal.earnings", room="partner")
def proof(request: HttpRequest, seller_slug: str, entry_id: uuid.UUID) -> HttpResponse:
    """The file that proves a figure of one of the partner's agreements."""
    return kept_file(selectors.entry_by_id(entry_id, seat_of(request).partner_id))


def _is(party: AgreementParty, partner_id: uuid.UUID) -> bool:
    return party.enrollment is not None and party.enrollment.partner_id == partner_id


def _agreement_url(row: Agreement) -> str:
    return reverse("partner:settlements-agreement", args=[row.seller.slug, row.pk])
