"""Settlements in the console: the list, each as a readable statement, and its approval."""

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
from django.utils.translation import gettext_lazy, ngettext

from activity.selectors import events_of_object
from commissions.models import Settlement, SettlementStatus
from commissions.settlements import selectors, settling, words
from portal import money_format
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MoneyColumn, NameColumn, StatusColumn, TextColumn
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter, named_choices
from portal.listing import Empty, Listing
from portal.statuses import labels
from portal.verbs import told
from prm.errors import Conflict


def detail_url(settlement: Settlement) -> str:
    """The settlement's own page."""
    return reverse("console:settlements-detail", args=[settlement.seller.slug, settlement.pk])


def period_of(settlement: Settlement) -> str:
    """`Q3 2026`; what came after the end says so."""
    name = words.span_name(settling.span_of(settlement))
    return _("Late figures, %(period)s") % {"period": name} if settlement.late else name


def _parties(settlement: Settlement) -> str:
    names = [str(one) for one in settlement.agreement.parties.all() if one.enrollment_id]
    return ", ".join(names)


class SettlementTable(tables.Table):
    """Settlements with what they come to for the partners."""

    agreement = NameColumn(
        gettext_lazy("Settlement"), accessor="agreement__name", url=detail_url, meta=period_of
    )
    parties = TextColumn(gettext_lazy("With"), accessor="pk", label=True)
    program = TextColumn(gettext_lazy("Program"), accessor="agreement__program__name", label=True)
    ends_on = DayColumn(gettext_lazy("Period ends"))
    total_minor = MoneyColumn(gettext_lazy("To partners"), strong=True)
    status = StatusColumn(gettext_lazy("Status"), kind="settlement")

    def render_parties(self, record: Settlement) -> str:
        """The partners’ names."""
        return _parties(record)

    def value_parties(self, record: Settlement) -> str:
        """The same for a file."""
        return _parties(record)


class SettlementFilters(django_filters.FilterSet):
    """Search, status, program and the end of the period."""

    q = SearchFilter(
        "agreement__name",
        "agreement__parties__enrollment__partner__name",
        hint=gettext_lazy("Agreement or partner"),
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("settlement"))
    program = ChoicesFilter(
        label=gettext_lazy("Program"),
        all_label=gettext_lazy("All programs"),
        choices=[],
        field_name="agreement__program",
    )
    since = SinceFilter("ends_on", instant=False)
    until = UntilFilter("ends_on", instant=False)

    class Meta:
        model = Settlement
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = selectors.programs().values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(rows)

    @property
    def qs(self) -> Any:
        """A search over several partners of one agreement finds it once."""
        rows = super().qs
        return rows.distinct() if self.data.get("q") else rows


SETTLEMENTS = Listing(
    table=SettlementTable,
    filters=SettlementFilters,
    name="settlements",
    default="-ends_on",
    orders={"ends_on": "ends_on", "total_minor": "total_minor"},
    chips=("status", "settlement", "status"),
)


@requires("commissions.view", room="console")
def settlements(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All settlements; above them the figures that wait for a look."""
    empty = Empty(
        _("No settlements yet"),
        _(
            "When a period of an agreement is over, its royalties, shares or fees are worked out"
            " here, line by line."
        ),
        ((_("See the agreements"), reverse("console:settlements-agreements", args=[seller_slug])),),
        "scale",
    )
    page = SETTLEMENTS.show(request, selectors.settlements(), empty=empty)
    if page.download:
        return page.download
    context = {
        "page": page,
        "entries": selectors.entries().filter(status="submitted")[:20],
        "may_decide": reader_of(request).may("commissions.manage"),
    }
    return render(request, "console/settlements/list.html", context)


@requires("commissions.view", room="console")
def detail(request: HttpRequest, seller_slug: str, settlement_id: uuid.UUID) -> HttpResponse:
    """One settlement as a statement: each party, each line, how it came about."""
    settlement = _fresh(settlement_id)
    agreement = settlement.agreement
    context = {
        "settlement": settlement,
        "agreement": agreement,
        "period": period_of(settlement),
        "accounts": selectors.accounts(settlement),
        "figures": figures(settlement),
        "entries": selectors.entries_of(agreement).filter(
            on__gte=settlement.starts_on, on__lte=settlement.ends_on
        )[:100],
        "events": [told(event) for event in events_of_object(settlement.pk)[:20]],
        "may_approve": reader_of(request).may("commissions.manage"),
        "crumbs": crumbs(seller_slug),
    }
    return render(request, "console/settlements/detail.html", context)


@requires("commissions.manage", room="console")
def approve(request: HttpRequest, seller_slug: str, settlement_id: uuid.UUID) -> HttpResponse:
    """Say what approving does, then do it: only for the figures that were seen."""
    settlement = _fresh(settlement_id)
    if request.method == "POST":
        try:
            settling.approve(
                settlement=settlement, actor=actor_of(request), seen=request.POST.get("seen", "")
            )
        except Conflict as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("The settlement is approved."))
        return HttpResponseRedirect(detail_url(settlement))
    if settlement.status != SettlementStatus.DRAFT:
        raise Conflict(_("This settlement is approved already."), code="wrong_status")
    context = {
        "settlement": settlement,
        "period": period_of(settlement),
        "title": _("Approve %(name)s, %(period)s?")
        % {"name": settlement.agreement.name, "period": period_of(settlement)},
        "consequences": _consequences(settlement),
        "act": _("Approve %(amount)s")
        % {"amount": money_format.plain(settlement.total_minor, settlement.currency)},
        "back": detail_url(settlement),
        "crumbs": crumbs(seller_slug),
    }
    return render(request, "console/settlements/approve.html", context)


def figures(settlement: Settlement) -> list[tuple[str, int | str, bool]]:
    """Figures of the period as (label, value, whether it is money), without what is nothing."""
    facts = settlement.facts
    rows: list[tuple[str, int | str, bool]] = [
        (_("Sold"), facts.get("sold", 0), True),
        (_("Refunded"), -facts.get("refunded", 0), True),
        (_("Reported net sales"), facts.get("reported_net_sales", 0), True),
        (_("Reported revenue"), facts.get("reported_revenue", 0), True),
        (_("Cost"), facts.get("reported_cost", 0), True),
        (_("Sales"), facts.get("sales", 0), False),
        (_("Units"), facts.get("units", 0), False),
        (_("Units that came back"), facts.get("units_back", 0), False),
        (_("Sales in other currencies, not counted"), facts.get("other_currency", 0), False),
    ]
    return [row for row in rows if row[1]]


def crumbs(seller_slug: str) -> list[dict[str, str]]:
    """The way back to the list."""
    url = reverse("console:settlements", args=[seller_slug])
    return [{"label": _("Settlements"), "url": url}]


def _fresh(settlement_id: uuid.UUID) -> Settlement:
    """The settlement; a draft is computed again first."""
    settlement = selectors.settlement_by_id(settlement_id)
    if settlement.status != SettlementStatus.DRAFT:
        return settlement
    settling.refresh(settlement=settlement)
    return selectors.settlement_by_id(settlement_id)


def _consequences(settlement: Settlement) -> list[str]:
    lines = []
    for account in selectors.accounts(settlement):
        if account.party.enrollment_id is None:
            continue
        values = {
            "name": str(account.party),
            "amount": money_format.plain(abs(account.total), settlement.currency),
        }
        if account.total < 0:
            lines.append(_("%(name)s owes %(amount)s; it lowers his next payout.") % values)
        else:
            lines.append(_("%(name)s earns %(amount)s, free to pay at once.") % values)
    waiting = selectors.entries_of(settlement.agreement).filter(
        status="submitted", on__lte=settlement.ends_on
    )
    if count := waiting.count():
        words_of = ngettext(
            "%(n)d reported figure still waits. Agreed later, it counts as a correction.",
            "%(n)d reported figures still wait. Agreed later, they count as corrections.",
            count,
        )
        lines.append(words_of % {"n": count})
    lines.append(_("Sales and refunds that come later go into the next period as corrections."))
    return lines
