"""One partner's line in a batch: what it pays, and what the bank did with it."""

import uuid

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity.selectors import events_of_object
from commissions import reasons
from commissions.models import Commission
from payouts import rules, selectors, services
from payouts.models import BatchLine
from portal import money_format, traces
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, StatusColumn
from portal.commission_cells import shown_sum, shown_words, what_cell
from portal.console.payout_forms import ReturnForm
from portal.console.payouts import confirm, detail_url
from portal.filters import SearchFilter
from portal.listing import Listing
from portal.refusals import try_on
from portal.verbs import told


class CommissionTable(tables.Table):
    """The very earnings lines that a payout pays."""

    occurred_at = DayColumn(gettext_lazy("Date"), time=True)
    what = MarkupColumn(
        gettext_lazy("What, and why this amount"),
        show=lambda line: what_cell(line, reasons.STAFF),
        plain=lambda line: f"{traces.title(line)}. {reasons.sentence(line, reasons.STAFF)}",
        attrs={"td": {"class": "w-half"}, "th": {"class": "w-half"}},
        footer=shown_words,
    )
    amount_minor = MoneyColumn(gettext_lazy("Commission"), strong=True, footer=shown_sum)
    status = StatusColumn(gettext_lazy("Status"), kind="commission")


class CommissionFilters(django_filters.FilterSet):
    """Search by order or refund."""

    q = SearchFilter(
        "sale__external_id", "refund__external_id", hint=gettext_lazy("Order or refund")
    )

    class Meta:
        model = Commission
        fields: list[str] = []


COMMISSIONS = Listing(
    table=CommissionTable,
    filters=CommissionFilters,
    name="payout-commissions",
    default="-occurred_at",
    orders={"occurred_at": "occurred_at", "amount_minor": "amount_minor"},
)


def _line(batch_id: uuid.UUID, line_id: uuid.UUID) -> BatchLine:
    return selectors.line_by_id(selectors.batch_by_id(batch_id), line_id)


@requires("payouts.view", room="console")
def line(
    request: HttpRequest, seller_slug: str, batch_id: uuid.UUID, line_id: uuid.UUID
) -> HttpResponseBase:
    """What one partner is paid, commission by commission."""
    found = _line(batch_id, line_id)
    page = COMMISSIONS.show(request, selectors.commissions_of(found))
    if page.download:
        return page.download
    context = {
        "line": found,
        "batch": found.batch,
        "page": page,
        "reason": rules.REASONS.get(found.reason, found.reason),
        "events": [told(event) for event in events_of_object(found.pk)[:10]],
        "may_act": reader_of(request).may("payouts.manage") and found.status == "approved",
    }
    return render(request, "console/payouts/line.html", context)


@requires("payouts.manage", room="console")
@require_POST
def settle(
    request: HttpRequest, seller_slug: str, batch_id: uuid.UUID, line_id: uuid.UUID
) -> HttpResponse:
    """The bank paid this one."""
    found = _line(batch_id, line_id)
    services.settle_line(line=found, actor=actor_of(request))
    messages.success(request, _("%(name)s is paid.") % {"name": found.partner.name})
    return HttpResponseRedirect(detail_url(found.batch))


@requires("payouts.manage", room="console")
def bring_back(
    request: HttpRequest, seller_slug: str, batch_id: uuid.UUID, line_id: uuid.UUID
) -> HttpResponse:
    """The bank sent it back: say why, and the money is payable again."""
    found = _line(batch_id, line_id)
    form = ReturnForm(request.POST or None)
    if request.method == "POST":
        actor = actor_of(request)
        if form.is_valid() and try_on(
            form,
            lambda: services.return_line(
                line=found, reason=form.cleaned_data["reason"], actor=actor
            ),
        ):
            messages.success(
                request,
                _("The payout to %(name)s is back; its money is payable again.")
                % {"name": found.partner.name},
            )
            return HttpResponseRedirect(detail_url(found.batch))
    amount = money_format.plain(found.amount_minor, found.batch.currency)
    consequences = [
        _("%(amount)s is payable again and goes into the next batch.") % {"amount": amount},
        _("%(name)s reads the reason by mail and in the portal.") % {"name": found.partner.name},
        _("This line stays in the batch as returned."),
    ]
    return confirm(
        request,
        found.batch,
        title=_("Return the payout to %(name)s?") % {"name": found.partner.name},
        consequences=consequences,
        act=_("Return %(amount)s") % {"amount": amount},
        form=form,
        status=422 if request.method == "POST" else 200,
    )
