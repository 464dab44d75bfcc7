"""Commissions in the seller's console: every line with its reason, and what staff decide."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns import selectors as campaigns
from commissions import reasons, selectors, services
from commissions.models import Commission
from partners.selectors import partner_name
from portal import icons, money_format, traces
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, MoneyColumn, StatusColumn
from portal.commission_cells import (
    DigitsColumn,
    by_kind,
    copy_act,
    shown_sum,
    shown_words,
    status_note,
    what_cell,
)
from portal.console.commission_forms import AdjustmentForm, ReasonForm
from portal.filters import (
    ChoicesFilter,
    OnlyFilter,
    SearchFilter,
    SinceFilter,
    UntilFilter,
    named_choices,
)
from portal.listing import Empty, Listing, Page
from portal.partner.earnings import KINDS
from portal.refusals import try_on
from portal.statuses import labels
from prm.errors import Refusal
from sellers.actors import Actor

Status = Commission.Status
MOST_AT_ONCE = 500
SHOWN_KINDS = (("approval", gettext_lazy("Waits for approval")), *KINDS)


@dataclass(frozen=True)
class Act:
    """What staff may do to a line: its words, whether it needs a reason, and in which statuses."""

    label: str | Promise
    done: str | Promise
    icon: str
    statuses: frozenset[str]
    needs_reason: bool
    run: Callable[[Commission, Actor, str], Any]


ACTS: dict[str, Act] = {
    "approve": Act(
        gettext_lazy("Approve"),
        gettext_lazy("Approved"),
        "check",
        frozenset({Status.PENDING}),
        False,
        lambda line, actor, why: services.approve_commission(commission=line, actor=actor),
    ),
    "hold": Act(
        gettext_lazy("Hold"),
        gettext_lazy("Held"),
        "lock",
        frozenset({Status.PENDING, Status.PAYABLE}),
        True,
        lambda line, actor, why: services.hold_commission(commission=line, actor=actor, reason=why),
    ),
    "release": Act(
        gettext_lazy("Release"),
        gettext_lazy("Released"),
        "lock-open",
        frozenset({Status.HELD}),
        False,
        lambda line, actor, why: services.release_commission(commission=line, actor=actor),
    ),
    "reject": Act(
        gettext_lazy("Reject"),
        gettext_lazy("Rejected"),
        "x",
        frozenset({Status.PENDING, Status.HELD}),
        True,
        lambda line, actor, why: services.reject_commission(
            commission=line, actor=actor, reason=why
        ),
    ),
}


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
    base_minor = DigitsColumn(gettext_lazy("Base"))
    rate = MarkupColumn(
        gettext_lazy("Rate"), show=reasons.rate_text, plain=reasons.rate_text, css="r", label=True
    )
    amount_minor = MoneyColumn(gettext_lazy("Commission"), strong=True, footer=shown_sum)
    status = StatusColumn(gettext_lazy("Status"), kind="commission", note=status_note)


class CommissionFilters(django_filters.FilterSet):
    """Search, status, kind, program and period."""

    q = SearchFilter(
        "sale__external_id",
        "refund__external_id",
        "partner__name",
        "sale__link__code",
        hint=gettext_lazy("Order, partner, link"),
    )
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
        """What waits for approval, was earned, taken back, or set by hand."""
        if value == "approval":
            return rows.filter(needs_approval=True, status=Status.PENDING)
        return by_kind(rows, value)


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
        return _decide_many(request, seller_slug)
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
def decide(request: HttpRequest, seller_slug: str, line_id: uuid.UUID, act: str) -> HttpResponse:
    """Say what the act does to one line, ask for its reason, and do it."""
    if act not in ACTS:
        raise Http404
    line = selectors.line_by_id(line_id)
    form = ReasonForm(request.POST or None) if ACTS[act].needs_reason else None
    back = f"{reverse('console:commissions', args=[seller_slug])}?open={line.pk}#row-{line.pk}"
    if request.method == "POST" and (form is None or form.is_valid()):
        why = form.cleaned_data["reason"] if form else ""
        actor = actor_of(request)
        if form is None:
            ACTS[act].run(line, actor, why)
        if form is None or try_on(form, lambda: ACTS[act].run(line, actor, why)):
            words = {"act": ACTS[act].done, "line": traces.title(line)}
            messages.success(request, _("%(act)s: %(line)s.") % words)
            return HttpResponseRedirect(back)
    context = {
        "title": _("%(act)s %(amount)s of %(partner)s?")
        % {
            "act": ACTS[act].label,
            "amount": money_format.plain(line.amount_minor, line.currency),
            "partner": line.partner.name,
        },
        "line": line,
        "sentence": reasons.sentence(line, reasons.STAFF),
        "consequences": consequences(act),
        "act": _button(act, line),
        "tone": "bad" if act == "reject" else "primary",
        "form": form,
        "back": back,
    }
    status = 422 if form and form.is_bound else 200
    return render(request, "console/commissions/decide.html", context, status=status)


@requires("commissions.manage", room="console")
def adjust(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Add to or take from a partner's earnings, with the reason he will read."""
    rows = list(campaigns.enrollments().order_by("partner__name", "id"))
    chosen = next((r for r in rows if str(r.partner_id) == request.GET.get("partner")), None)
    initial = {"currency": reader_of(request).seller.currency}
    if chosen:
        initial |= {"enrollment": str(chosen.pk), "currency": chosen.program.currency}
    form = AdjustmentForm(request.POST or None, enrollments=rows, initial=initial)
    made: list[Commission] = []
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.is_valid() and try_on(
            form, lambda: made.append(services.adjust(**values, actor=actor_of(request)))
        ):
            messages.success(request, _("The adjustment is payable now."))
            base = reverse("console:commissions", args=[seller_slug])
            return HttpResponseRedirect(f"{base}?open={made[0].pk}#row-{made[0].pk}")
    status = 422 if form.is_bound else 200
    return render(request, "console/commissions/adjust.html", {"form": form}, status=status)


def _button(act: str, line: Commission) -> str:
    """The button's words; where something is lost it repeats what."""
    if act != "reject":
        return str(ACTS[act].label)
    amount = money_format.plain(line.amount_minor, line.currency)
    return _("Reject, %(amount)s is not paid") % {"amount": amount}


def _decide_many(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Confirm, then do, an act on every chosen line that it applies to; the rest are counted."""
    reader_of(request).require("commissions.manage", room="console")
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise Http404
    act = ACTS[name]
    chosen = COMMISSIONS.chosen(request, selectors.lines())
    fitting = chosen.filter(status__in=act.statuses).exclude(kind=Commission.Kind.REVERSAL)
    if name == "approve":
        fitting = fitting.filter(needs_approval=True)
    lines = list(fitting.order_by("id")[: MOST_AT_ONCE + 1])
    back = f"{request.path}?{request.POST.get('query', '')}"
    form = ReasonForm(request.POST if request.POST.get("sure") else None)
    sure = request.POST.get("sure") and (form.is_valid() or not act.needs_reason)
    if sure and lines and len(lines) <= MOST_AT_ONCE:
        why = form.cleaned_data.get("reason", "") if act.needs_reason else ""
        done = _run_all(act, lines, actor_of(request), why)
        words = ngettext("%(act)s: %(count)d line.", "%(act)s: %(count)d lines.", done)
        messages.success(request, words % {"act": act.done, "count": done})
        return HttpResponseRedirect(back)
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.currency] = sums.get(line.currency, 0) + line.amount_minor
    context = {
        "act": act,
        "name": name,
        "count": len(lines),
        "left_out": chosen.count() - len(lines),
        "too_many": len(lines) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "partners": len({line.partner_id for line in lines}),
        "sums": sorted(sums.items()),
        "consequences": consequences(name),
        "form": form if act.needs_reason else None,
        "chosen": [line.pk for line in lines],
        "query": request.POST.get("query", ""),
        "back": back,
    }
    status = 422 if request.POST.get("sure") else 200
    return render(request, "console/commissions/decide_many.html", context, status=status)


def _run_all(act: Act, lines: list[Commission], actor: Actor, why: str) -> int:
    """How many lines the act went through on; one that moved meanwhile is left as it is."""
    done = 0
    for line in lines:
        try:
            with transaction.atomic():
                act.run(line, actor, why)
            done += 1
        except Refusal:
            continue
    return done


def _opened(request: HttpRequest, page: Page) -> traces.Trace | None:
    line = next((row for row in page.slice.rows if str(row.pk) == page.open_id), None)
    if line is None:
        return None
    acts = copy_act(traces.of(line, reasons.STAFF).text)
    if reader_of(request).may("commissions.manage") and line.kind != Commission.Kind.REVERSAL:
        slug = line.seller.slug
        for name, act in ACTS.items():
            if line.status in act.statuses and (name != "approve" or line.needs_approval):
                url = reverse("console:commissions-decide", args=[slug, line.pk, name])
                acts += format_html(
                    '<a class="btn" href="{}">{}{}</a>', url, icons.icon(act.icon), act.label
                )
    return traces.of(line, reasons.STAFF, acts=acts)


def consequences(act: str) -> list[str]:
    """What an act does to each line, in words."""
    words = {
        "approve": [
            _("With its hold over, it becomes payable at once; else when the hold ends."),
            _("It can still be held until it is in a payout."),
        ],
        "hold": [
            _("It cannot be paid until somebody releases it."),
            _("The partner sees it as held, with your reason."),
        ],
        "release": [_("It becomes payable, or goes on waiting for the end of its hold.")],
        "reject": [
            _("The partner gets nothing for it, and reads your reason."),
            _("It cannot be undone; an adjustment can make up for it."),
        ],
    }
    return words[act]
