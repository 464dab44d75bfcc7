"""Sales in the seller's console: what came in, who is credited, what it earned."""

import uuid
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity import selectors as activity
from campaigns import selectors as campaigns
from commissions import reasons, services
from commissions import selectors as commissions
from commissions.services.intake import Taken
from partners.selectors import partner_name
from portal import credit_words, navigation, source_words, traces
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MoneyColumn, NameColumn, StatusColumn, TextColumn
from portal.console.sale_forms import SaleForm
from portal.filters import (
    ChoicesFilter,
    OnlyFilter,
    SinceFilter,
    UntilFilter,
    named_choices,
)
from portal.listing import Empty, Listing
from portal.order_search import OrderSearchFilter, of_sales
from portal.refusals import try_on
from portal.statuses import labels
from portal.verbs import Told, told
from tracking import selectors, sharing
from tracking.models import Sale

HISTORY = 30
CREDITED = ("credited", gettext_lazy("Brought by a partner"))
STATES = [one for one in labels("sale") if one[0] != Sale.State.WAITING]
"""Only a refund waits for its sale."""


def _detail_url(sale: Sale) -> str:
    return reverse("console:sales-detail", args=[sale.seller.slug, sale.pk])


def _meta(sale: Sale) -> str:
    return traces.goods_text(sale.lines)


def _outcome(sale: Sale) -> str:
    """Why a computed sale earned nothing; "" where it earned."""
    if sale.state != Sale.State.COMPUTED or sale.outcome == Sale.Outcome.EARNED:
        return ""
    return f"· {sale.get_outcome_display()}"


class SaleTable(tables.Table):
    """Sales, newest first."""

    occurred_at = DayColumn(gettext_lazy("Date"), time=True)
    external_id = NameColumn(gettext_lazy("Order"), url=_detail_url, meta=_meta)
    partner = TextColumn(gettext_lazy("Partner"), accessor="partner__name", label=True)
    program = TextColumn(gettext_lazy("Program"), accessor="program__name", css="hide-s")
    amount_minor = MoneyColumn(gettext_lazy("Net"), accessor="net_shown", strong=True)
    refunded_minor = MoneyColumn(
        gettext_lazy("Refunded"),
        accessor="refunded_shown",
        empty_values=(None, "", 0),
        attrs={"td": {"class": "r hide-s"}, "th": {"class": "r hide-s"}},
    )
    part = TextColumn(gettext_lazy("Part"), accessor="is_part")
    state = StatusColumn(gettext_lazy("Status"), kind="sale", note=_outcome)

    def render_part(self, value: bool) -> str:
        """Whether the amounts are only this partner's part."""
        return _("Part of a shared sale") if value else ""

    value_part = render_part


class SaleFilters(django_filters.FilterSet):
    """Search, status, outcome, program, credit and period."""

    q = OrderSearchFilter(of_sales, hint=gettext_lazy("Start of order, partner"))
    state = ChoicesFilter(label=gettext_lazy("Status"), choices=STATES)
    outcome = ChoicesFilter(
        label=gettext_lazy("Outcome"),
        all_label=gettext_lazy("All outcomes"),
        choices=[CREDITED, *Sale.Outcome.choices],
        method="filter_outcome",
    )
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    partner = OnlyFilter(partner_name, method="filter_partner")
    since = SinceFilter("occurred_at")
    until = UntilFilter("occurred_at")

    class Meta:
        model = Sale
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = campaigns.programs().order_by("name").values_list("pk", "name")
        self.filters["program"].extra["choices"] = named_choices(programs)

    def filter_outcome(self, rows: QuerySet[Sale], name: str, value: str) -> QuerySet[Sale]:
        """Sales that a partner brought, or with one outcome of the engine."""
        if value == CREDITED[0]:
            return rows.filter(partner__isnull=False)
        return rows.filter(outcome=value)

    def filter_partner(self, rows: QuerySet[Sale], name: str, value: uuid.UUID) -> QuerySet[Sale]:
        """Sales that a partner has alone or shares, with his part of their amounts."""
        return sharing.sales_of(rows, value).annotate(
            is_part=F("is_shared"),
            net_shown=Coalesce("own_net", "amount_minor"),
            refunded_shown=Coalesce("own_refunded", "refunded_minor"),
        )


SALES = Listing(
    table=SaleTable,
    filters=SaleFilters,
    name="sales",
    default="-occurred_at",
    orders={"occurred_at": "occurred_at", "amount_minor": "net_shown"},
    chips=("state", "sale", "state"),
    keep=("partner",),
)


@requires("sales.view", room="console")
def sales(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Every sale."""
    acts = ((_("Record a sale"), reverse("console:sales-new", args=[seller_slug])),)
    imports = navigation.address("console:imports", seller_slug)
    more = ((_("Import a file"), imports),) if imports else ()
    why = _("Sales arrive over the API or from a file, and can be recorded by hand.")
    empty = Empty(_("No sales yet"), why, acts + more, "shopping-cart")
    rows = selectors.sales().annotate(
        is_part=Value(False), net_shown=F("amount_minor"), refunded_shown=F("refunded_minor")
    )
    # Only a list of one partner's sales shows parts; any other one shows sales.
    columns = {} if request.GET.get("partner") else {"exclude": ("part",)}
    page = SALES.show(request, rows, empty=empty, table_kwargs=columns)
    context = {"page": page, "failed_refunds": selectors.failed_refunds()[:20]}
    return page.download or render(request, "console/sales/list.html", context)


@requires("sales.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Record a sale by hand."""
    reader = reader_of(request)
    form = SaleForm(
        request.POST or None,
        enrollments=list(campaigns.enrollments().filter(status="active").order_by("partner__name")),
        initial={"currency": reader.seller.currency},
    )
    if request.method == "POST" and form.is_valid():
        sale = form.as_input()
        found: list[Taken] = []
        if form.is_valid() and try_on(
            form,
            lambda: found.append(
                services.take_sale(seller=reader.seller, sale=sale, actor=actor_of(request))
            ),
        ):
            messages.success(request, _("Sale %(sale)s is recorded.") % {"sale": found[0].sale})
            return HttpResponseRedirect(_detail_url(found[0].sale))
    status = 422 if form.is_bound else 200
    return render(request, "console/sales/new.html", {"form": form}, status=status)


@requires("sales.view", room="console")
def detail(request: HttpRequest, seller_slug: str, sale_id: uuid.UUID) -> HttpResponse:
    """One sale: its lines, the credit and its reason, what it earned, refunds, history."""
    sale = selectors.sale_by_id(sale_id)
    earned = list(commissions.lines_of_sale(sale.pk))
    lines = [
        (line, reasons.reason(line, reasons.STAFF), traces.of(line, reasons.STAFF))
        for line in earned
    ]
    sums: dict[str, int] = {}
    for line in earned:
        if line.status != line.Status.REJECTED:
            sums[line.currency] = sums.get(line.currency, 0) + line.amount_minor
    context = {
        "sale": sale,
        "goods": sale.lines,
        "gross": sale.amount_minor + sale.tax_minor + sale.shipping_minor,
        "credit": credit_words.credit_words(sale),
        "flag": credit_words.flag_words(sale),
        "path": credit_words.path_for_staff(sale),
        "source": source_words.came_in(sale),
        "lines": lines,
        "sums": sorted(sums.items()),
        "refunds": [(one, reasons.refund_words(one.reason)) for one in selectors.refunds_of(sale)],
        "left": sale.amount_minor - sale.refunded_minor,
        "waits_for_payment": sale.paid_at is None and any(x.payable_at is None for x in earned),
        "history": _history([sale.pk, *(line.pk for line in earned)]),
    }
    return render(request, "console/sales/detail.html", context)


@requires("sales.manage", room="console")
@require_POST
def retry(request: HttpRequest, seller_slug: str, sale_id: uuid.UUID) -> HttpResponse:
    """Compute a failed sale once more."""
    sale = selectors.sale_by_id(sale_id)
    services.retry_sale(sale=sale, actor=actor_of(request))
    messages.success(request, _("%(sale)s is in the queue again.") % {"sale": sale})
    return HttpResponseRedirect(_detail_url(sale))


@requires("sales.manage", room="console")
@require_POST
def retry_refund(request: HttpRequest, seller_slug: str, refund_id: uuid.UUID) -> HttpResponse:
    """Compute a failed refund once more."""
    row = selectors.refund_by_id(refund_id)
    services.retry_refund(refund=row, actor=actor_of(request))
    messages.success(request, _("%(refund)s is in the queue again.") % {"refund": row})
    return HttpResponseRedirect(reverse("console:sales", args=[seller_slug]))


def _history(ids: list[uuid.UUID]) -> list[Told]:
    """What happened to these records, newest first."""
    return [told(event) for event in activity.events().filter(object_id__in=ids)[:HISTORY]]
