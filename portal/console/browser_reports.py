"""What browsers reported, in the console: accept or refuse it, one by one or many."""

import uuid
from functools import partial
from typing import Any, Final

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from commissions.browser import selectors, services
from commissions.models import BrowserReport
from portal import statuses
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MoneyColumn, NameColumn, StatusColumn, TextColumn
from portal.filters import ChoicesFilter, SearchFilter, SinceFilter, UntilFilter, named_choices
from portal.listing import Empty, Listing
from prm.errors import Refusal

MOST_AT_ONCE: Final = 500
ACTS: Final = ("accept", "refuse")


def _meta(report: BrowserReport) -> str:
    return " · ".join([report.program.name, report.host or _("page unknown")])


class ReportTable(tables.Table):
    """Who said what."""

    created_at = DayColumn(gettext_lazy("Date"), time=True)
    external_id = NameColumn(gettext_lazy("Order or id"), meta=_meta)
    event = TextColumn(gettext_lazy("What"), accessor="get_event_display", label=True)
    channel = TextColumn(gettext_lazy("By"), accessor="get_channel_display", css="hide-s")
    amount_minor = MoneyColumn(gettext_lazy("Net"), strong=True)
    status = StatusColumn(gettext_lazy("Status"), kind="browser_report")


class ReportFilters(django_filters.FilterSet):
    """Search, status, program, kind and period."""

    q = SearchFilter("external_id", "host", hint=gettext_lazy("Order or page"))
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("browser_report"))
    event = ChoicesFilter(
        label=gettext_lazy("What"),
        all_label=gettext_lazy("Sales and leads"),
        choices=BrowserReport.Event.choices,
    )
    program = ChoicesFilter(
        label=gettext_lazy("Program"), all_label=gettext_lazy("All programs"), choices=[]
    )
    since = SinceFilter("created_at")
    until = UntilFilter("created_at")

    class Meta:
        model = BrowserReport
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = selectors.programs().values_list("pk", "name")
        self.filters["program"].extra["choices"] = partial(named_choices, programs)


REPORTS: Final = Listing(
    table=ReportTable,
    filters=ReportFilters,
    name="browser-reports",
    default="-created_at",
    orders={"created_at": "created_at", "amount_minor": "amount_minor"},
    chips=("status", "browser_report", "status"),
    open_template="console/tracking/opened.html",
)


@requires("sales.view", room="console")
def reports(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """What waits, and what became of the rest."""
    if request.method == "POST":
        return _decide_many(request, seller_slug)
    empty = Empty(
        _("No browser has reported yet"),
        _("What the script or the pixel in your shop reports stands here. Set it up in a program."),
        ((_("See programs"), reverse("console:programs", args=[seller_slug])),),
        "browser",
    )
    page = REPORTS.show(request, selectors.reports(), empty=empty)
    context = {
        "page": page,
        "partners": _partners(page.open_id),
        "may_manage": reader_of(request).may("sales.manage"),
    }
    return page.download or render(request, "console/tracking/reports.html", context)


def _partners(open_id: str) -> list[str]:
    """Whose clicks came with the opened report."""
    try:
        return selectors.credited_by(selectors.report_by_id(uuid.UUID(open_id)))
    except (ValueError, Refusal):
        return []


@requires("sales.manage", room="console")
@require_POST
def decide(request: HttpRequest, seller_slug: str, report_id: uuid.UUID, act: str) -> HttpResponse:
    """Accept or refuse one. A refused one can be accepted later, so nobody is asked again."""
    if act not in ACTS:
        raise Http404
    report = selectors.report_by_id(report_id)
    _run(report, act, actor_of(request))
    if act == "accept":
        messages.success(request, _("%(id)s is taken.") % {"id": report.external_id})
    else:
        again = reverse("console:sales-reports-decide", args=[seller_slug, report.pk, "accept"])
        words = _("%(id)s is refused. Nothing comes of it.") % {"id": report.external_id}
        messages.success(request, words, extra_tags=f"undo:{again}")
    return HttpResponseRedirect(reverse("console:sales-reports", args=[seller_slug]))


def _decide_many(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Say what would happen, then do it to every chosen one that waits."""
    reader_of(request).require("sales.manage", room="console")
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise Http404
    chosen = REPORTS.chosen(request, selectors.reports())
    waits = chosen.filter(status=BrowserReport.Status.WAITING).order_by("id")
    rows = list(waits[: MOST_AT_ONCE + 1])
    back = f"{request.path}?{request.POST.get('query', '')}"
    if request.POST.get("sure") and rows and len(rows) <= MOST_AT_ONCE:
        done = _run_all(rows, act, actor_of(request))
        words = ngettext("%(n)d report is decided.", "%(n)d reports are decided.", done)
        messages.success(request, words % {"n": done})
        if left := len(rows) - done:
            words = ngettext(
                "%(n)d was left: its order is recorded already.",
                "%(n)d were left: their orders are recorded already.",
                left,
            )
            messages.warning(request, words % {"n": left})
        return HttpResponseRedirect(back)
    context = {
        "act": act,
        "count": len(rows),
        "left_out": chosen.count() - len(rows),
        "too_many": len(rows) > MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "chosen": [row.pk for row in rows],
        "query": request.POST.get("query", ""),
        "back": back,
    }
    return render(request, "console/tracking/decide_many.html", context)


def _run_all(rows: list[BrowserReport], act: str, actor: Any) -> int:
    """How many went through; one that cannot be decided is left as it is."""
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                _run(row, act, actor)
            done += 1
        except Refusal:
            continue
    return done


def _run(report: BrowserReport, act: str, actor: Any) -> None:
    decide = services.accept if act == "accept" else services.refuse
    decide(report=report, actor=actor)
