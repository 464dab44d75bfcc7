"""Commissions in the seller's console: every line with its reason, and what staff decide."""

import uuid
from functools import partial
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns import selectors as campaigns
from commissions import reasons, selectors, services
from commissions.loyalty import selectors as loyalty
from commissions.models import Commission
from commissions.reasons.stopped import FRAUD_REVIEW
from partners.selectors import partner_name
from portal import traces
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, StatusColumn
from portal.commission_cells import (
    KINDS,
    DigitsColumn,
    by_kind,
    copy_act,
    kind_word,
    proof_act,
    shown_sum,
    shown_words,
    status_note,
    what_cell,
)
from portal.console.commission_decisions import ACTS, act_links, decide_chosen
from portal.console.commission_forms import AdjustmentForm
from portal.filters import (
    ChoicesFilter,
    OnlyFilter,
    SinceFilter,
    UntilFilter,
    named_choices,
)
from portal.listing import Empty, Listing, Page
from portal.order_search import OrderSearchFilter, of_lines
from portal.refusals import try_on
from portal.statuses import labels
from prm.errors import NotFound

Status = Commission.Status
WAITING = {
    "approval": Q(needs_approval=True, status=Status.PENDING),
    "payment": Q(payable_at=None, status=Status.PENDING),
    "review": Q(reason__startswith=FRAUD_REVIEW, status=Status.HELD),
    "own": Q(reason="own_purchase", status=Status.HELD),
}
SHOWN_KINDS = (
    ("approval", gettext_lazy("Waits for approval")),
    ("payment", gettext_lazy("Waits for the customer’s payment")),
    ("review", gettext_lazy("Under review for fraud")),
    ("own", gettext_lazy("Held: own purchase")),
    *KINDS,
)


def _partner_link(line: Commission) -> SafeString:
    url = reverse("console:partners-detail", args=[line.seller.slug, line.partner_id])
    return format_html(' · <a class="q" href="{}">{}</a>', url, line.partner.name)


class CommissionTable(tables.Table):
    """Lines of all partners as staff read them."""

    occurred_at = DayColumn(
        gettext_lazy("Date"), time=True, attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    what = MarkupColumn(
        gettext_lazy("What, and why this amount"),
        show=lambda line: what_cell(line, reasons.STAFF, _partner_link(line)),
        plain=lambda line: f"{traces.title(line)}. {reasons.sentence(line, reasons.STAFF)}",
        attrs={"td": {"class": "w-half"}, "th": {"class": "w-half"}},
        footer=shown_words,
    )
    partner = MarkupColumn(
        gettext_lazy("Partner"),
        show=lambda line: line.partner.name,
        plain=lambda line: line.partner.name,
        attrs={"td": {"class": "d-none"}, "th": {"class": "d-none"}, "tf": {"class": "d-none"}},
    )
    kind = MarkupColumn(
        gettext_lazy("Kind"),
        show=kind_word,
        plain=kind_word,
        attrs={"td": {"class": "d-none"}, "th": {"class": "d-none"}, "tf": {"class": "d-none"}},
    )
    base_minor = DigitsColumn(gettext_lazy("Base"))
    rate = MarkupColumn(
        gettext_lazy("Rate"), show=reasons.rate_text, plain=reasons.rate_text, css="r", label=True
    )
    amount_minor = MoneyColumn(gettext_lazy("Commission"), strong=True, footer=shown_sum)
    status = StatusColumn(gettext_lazy("Status"), kind="commission", note=status_note)


class CommissionFilters(django_filters.FilterSet):
    """Search, status, kind, program and period."""

    q = OrderSearchFilter(of_lines, hint=gettext_lazy("Start of order, partner, link code"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=labels("commission"))
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=SHOWN_KINDS,
        method="filter_kind",
    )
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    partner = OnlyFilter(partner_name)
    since = SinceFilter("occurred_at")
    until = UntilFilter("occurred_at")

    class Meta:
        model = Commission
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = partial(named_choices, programs)

    def filter_kind(
        self, rows: QuerySet[Commission], name: str, value: str
    ) -> QuerySet[Commission]:
        """What waits or is held for one reason, or is of one kind."""
        return rows.filter(WAITING[value]) if value in WAITING else by_kind(rows, value)


COMMISSIONS = Listing(
    table=CommissionTable,
    filters=CommissionFilters,
    name="commissions",
    default="-occurred_at",
    orders={"occurred_at": "occurred_at", "amount_minor": "amount_minor"},
    chips=("status", "commission", "status"),
    open_template="components/opened_trace.html",
    keep=("partner",),
)


@requires("commissions.view", room="console")
def commissions(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every line; the ticked ones go to a page that says what an act will do to them."""
    if request.method == "POST":
        reader_of(request).require("commissions.manage", room="console")
        return decide_chosen(request, COMMISSIONS.chosen(request, selectors.lines()))
    empty = Empty(
        _("No commissions yet"),
        _("They are computed from sales that partners bring, by the rules of their program."),
        ((_("See programs"), reverse("console:programs", args=[seller_slug])),),
        "receipt-2",
    )
    page = COMMISSIONS.show(request, selectors.lines(), empty=empty)
    if page.download:
        return page.download
    context = {
        "page": page,
        "trace": _opened(request, page),
        "may_manage": reader_of(request).may("commissions.manage"),
        "list_acts": ACTS.items(),
    }
    return render(request, "console/commissions/list.html", context)


@requires("commissions.manage", room="console")
def adjust(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Add to or take from a partner's earnings, with the reason he will read.

    `?undo=<line>` takes back an adjustment by its opposite.
    """
    undoes = _to_undo(request)
    form = _adjustment_form(request, undoes)
    made: list[Commission] = []
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.is_valid() and try_on(
            form,
            lambda: made.append(services.adjust(**values, actor=actor_of(request), undoes=undoes)),
        ):
            messages.success(request, _("The adjustment is payable now."))
            base = reverse("console:commissions", args=[seller_slug])
            return HttpResponseRedirect(f"{base}?open={made[0].pk}#row-{made[0].pk}")
    context = {
        "form": form,
        "undoes": undoes,
        "sentence": reasons.sentence(undoes, reasons.STAFF) if undoes else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "console/commissions/adjust.html", context, status=status)


def _to_undo(request: HttpRequest) -> Commission | None:
    """The adjustment that the address says to undo; raises NotFound for any other line."""
    if not (key := request.GET.get("undo")):
        return None
    try:
        line = selectors.line_by_id(uuid.UUID(key))
    except ValueError:
        raise NotFound("commission") from None
    if line.kind != Commission.Kind.ADJUSTMENT or "adjustment" not in line.trace:
        raise NotFound("commission")
    return line


def _adjustment_form(request: HttpRequest, undoes: Commission | None) -> AdjustmentForm:
    rows = list(campaigns.enrollments().order_by("partner__name", "id"))
    if undoes is not None:
        rows = [row for row in rows if row.pk == undoes.enrollment_id]
    chosen = next((r for r in rows if str(r.partner_id) == request.GET.get("partner")), None)
    initial = {"currency": reader_of(request).seller.currency}
    if chosen:
        initial |= {"enrollment": str(chosen.pk), "currency": chosen.program.currency}
    points = set(loyalty.loyalty_programs().values_list("pk", flat=True))
    return AdjustmentForm(
        request.POST or None,
        enrollments=rows,
        with_points=any(row.program_id in points for row in rows),
        undoes=undoes,
        initial=initial,
    )


def _opened(request: HttpRequest, page: Page) -> traces.Trace | None:
    line = next((row for row in page.slice.rows if str(row.pk) == page.open_id), None)
    if line is None:
        return None
    acts = copy_act(traces.of(line, reasons.STAFF).text)
    acts += proof_act(reverse("console:commissions-proof", args=[line.seller.slug, line.pk]))
    if reader_of(request).may("commissions.manage"):
        acts += act_links(line)
    return traces.of(line, reasons.STAFF, acts=acts)
