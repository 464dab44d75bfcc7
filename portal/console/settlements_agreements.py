"""Agreements in the console: what was agreed with whom, its versions, its periods."""

import uuid
from collections.abc import Callable
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
from django.utils.translation import gettext_lazy

from activity.selectors import events_of_object
from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.models import Agreement
from commissions.settlements import (
    agreements,
    entries,
    selectors,
    terms,
    words,
)
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, KindColumn, NameColumn, StatusColumn, TextColumn
from portal.console import settlements
from portal.console.agreement_start import start_values
from portal.console.settlements_example import example, figures
from portal.console.settlements_forms import (
    Agreed,
    AgreementForm,
    ChangeForm,
    initial_of,
)
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.settlement_charts import paid_chart
from portal.statuses import labels
from portal.verbs import told
from prm.errors import Refusal


def agreement_url(agreement: Agreement) -> str:
    """The agreement's own page."""
    return reverse("console:settlements-agreement", args=[agreement.seller.slug, agreement.pk])


def partners_of(agreement: Agreement) -> str:
    """The partners’ names."""
    return ", ".join(str(one) for one in agreement.parties.all() if one.enrollment_id)


class AgreementTable(tables.Table):
    """Agreements with their partners and how long they run."""

    name = NameColumn(gettext_lazy("Agreement"), url=agreement_url, meta=partners_of)
    kind = KindColumn(
        gettext_lazy("Kind"), accessor="program__kind", words=lambda row: row.get_kind_display()
    )
    program = TextColumn(gettext_lazy("Program"), accessor="program__name", label=True)
    period = TextColumn(gettext_lazy("Settled every"), accessor="get_period_display", label=True)
    starts_on = DayColumn(gettext_lazy("From"))
    ends_on = DayColumn(gettext_lazy("Last day"))
    state = StatusColumn(gettext_lazy("Status"), kind="agreement")


class AgreementFilters(django_filters.FilterSet):
    """Search, kind and status."""

    q = SearchFilter("name", "program__name", hint=gettext_lazy("Agreement or program"))
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        all_label=gettext_lazy("All kinds"),
        choices=Agreement.Kind.choices,
    )
    status = ChoicesFilter(
        label=gettext_lazy("Status"), choices=labels("agreement"), field_name="state"
    )

    class Meta:
        model = Agreement
        fields: list[str] = []


AGREEMENTS = Listing(
    table=AgreementTable,
    filters=AgreementFilters,
    name="agreements",
    default="-starts_on",
    orders={"starts_on": "starts_on", "name": "name"},
    chips=("status", "agreement", "state"),
)


@requires("commissions.view", room="console")
def list_agreements(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All agreements."""
    url = reverse("console:settlements-agreement-new", args=[seller_slug])
    empty = Empty(
        _("No agreements yet"),
        _(
            "Licensing, joint ventures, co-branding and distribution are settled by period. An"
            " agreement says with whom, by which figures, and since when."
        ),
        ((_("Make an agreement"), url),) if reader_of(request).may("rules.manage") else (),
        "file-text",
    )
    page = AGREEMENTS.show(request, selectors.agreements(), empty=empty)
    if page.download:
        return page.download
    context = {
        "page": page,
        "may_manage": reader_of(request).may("rules.manage"),
        "crumbs": settlements.crumbs(seller_slug),
    }
    return render(request, "console/settlements/agreements.html", context)


@requires("commissions.view", room="console")
def agreement(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """One agreement: its terms, the period so far, what was settled, what was reported."""
    row = selectors.agreement_by_id(agreement_id)
    names = selectors.names_of(row.parties.all())
    present = selectors.current_terms(row)
    computed = selectors.so_far(row)
    reader = reader_of(request)
    context = {
        "agreement": row,
        "partners": partners_of(row),
        "crumbs": crumbs(seller_slug),
        "terms": words.terms_rows(terms.parse(row.kind, present.terms), row.currency, names),
        "present": present,
        "steps": _steps(row, names),
        "so_far": selectors.accounts_of(row, computed) if computed else [],
        "so_far_period": words.span_name(computed.span) if computed else "",
        "is_over": bool(computed and computed.span.ends_on < selectors.today_of(row)),
        "settled": [(one, settlements.period_of(one)) for one in _settled(row)],
        "advances": row.advances.order_by("-granted_on", "-id"),
        "advance_left": selectors.advance_left(row),
        "entries": selectors.entries_of(row)[:50],
        "can_report": bool(entries.kinds_for(row)),
        "chart": paid_chart(row, selectors.paid_by_period(row)),
        "events": [told(event) for event in events_of_object(row.pk)[:20]],
        "may_manage": reader.may("rules.manage"),
        "may_settle": reader.may("commissions.manage"),
    }
    return render(request, "console/settlements/agreement.html", context)


@requires("rules.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Choose the program, then write what was agreed, with a worked example beside it."""
    program = _program(request)
    if program is None:
        context = {"programs": list(selectors.programs()), "crumbs": crumbs(seller_slug)}
        return render(request, "console/settlements/choose.html", context)
    made: list[Agreement] = []
    first = {"starts_on": timezone.localdate().replace(day=1), **start_values(program)}
    form = _form(request, program, initial=first)
    if _saves(request) and form.is_valid():
        content = form.content()
        if form.is_valid() and _try(
            form,
            lambda: made.append(
                agreements.create_agreement(
                    program=program, content=content, actor=actor_of(request)
                )
            ),
        ):
            messages.success(request, _("The agreement is made."))
            return HttpResponseRedirect(agreement_url(made[0]))
    return _edit_page(request, seller_slug, form, None)


@requires("rules.manage", room="console")
def change(request: HttpRequest, seller_slug: str, agreement_id: uuid.UUID) -> HttpResponse:
    """New terms from an open period on; settled periods keep theirs."""
    row = selectors.agreement_by_id(agreement_id)
    newest = selectors.versions(row)[0]
    initial = initial_of(Agreed(row, terms.parse(row.kind, newest.terms)))
    form = _form(request, row.program, initial=initial, row=row)
    if _saves(request) and form.is_valid() and isinstance(form, ChangeForm):
        wanted = form.change()
        if form.is_valid() and _try(
            form,
            lambda: agreements.change_agreement(
                agreement=row, change=wanted, actor=actor_of(request)
            ),
        ):
            messages.success(request, _("The new terms are in place."))
            return HttpResponseRedirect(agreement_url(row))
    return _edit_page(request, seller_slug, form, row)


@requires("rules.manage", room="console")
def preview(request: HttpRequest, seller_slug: str, settled_program_id: uuid.UUID) -> HttpResponse:
    """The worked example of an agreement that is being written; part of a page."""
    program = campaigns.program_by_id(settled_program_id)
    form = AgreementForm(
        request.GET,
        program=program,
        kind=agreements.kind_for(program),
        enrollments=selectors.partners_in(program),
    )
    context = {"example": example(form, request.GET), "currency": program.currency}
    return render(request, "console/settlements/example.html", context)


def _program(request: HttpRequest) -> Program | None:
    given = request.POST.get("program") or request.GET.get("program") or ""
    if not given:
        return None
    program = campaigns.program_by_text_id(given)
    agreements.kind_for(program)
    return program


def _form(
    request: HttpRequest, program: Program, *, initial: dict[str, Any], row: Agreement | None = None
) -> AgreementForm:
    previews = request.POST.get("act") == "preview"
    common: dict[str, Any] = {
        "program": program,
        "kind": agreements.kind_for(program),
        "enrollments": selectors.partners_in(program),
        "initial": request.POST.dict() if previews else initial,
    }
    data = request.POST if request.method == "POST" and not previews else None
    if row is None:
        return AgreementForm(data, **common)
    starts = [(day, words.name_of_day(day, row.period)) for day in agreements.open_starts(row)]
    return ChangeForm(data, starts=starts, **common)


def _edit_page(
    request: HttpRequest, seller_slug: str, form: AgreementForm, row: Agreement | None
) -> HttpResponse:
    data = form.data if form.is_bound else _as_data(form)
    shown = AgreementForm(
        data, program=form.program, kind=form.kind, enrollments=list(form.enrollments.values())
    )
    context = {
        "form": form,
        "agreement": row,
        "program": form.program,
        "currency": form.currency,
        "crumbs": [*crumbs(seller_slug), *([crumb(row)] if row else [])],
        "back": agreement_url(row) if row else reverse(
            "console:settlements-agreements", args=[seller_slug]
        ),
        "example": example(shown, request.POST),
        "figures": figures(form.kind, form.currency, request.POST),
        "steps": [(form[f"step_from_{n}"], form[f"step_rate_{n}"]) for n in (1, 2, 3)]
        if form.kind == "royalty"
        else [],
        "parties": [(form[f"party_{n}"], form[f"part_{n}"]) for n in (1, 2, 3, 4)]
        if form.kind == "shared_revenue"
        else [],
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "console/settlements/edit.html", context, status=status)


def _as_data(form: AgreementForm) -> dict[str, Any]:
    """What the form shows before anything was written, for its example."""
    found = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value not in (None, False)}


def _saves(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("act") != "preview"


def _try(form: AgreementForm, act: Callable[[], Any]) -> bool:
    try:
        act()
    except Refusal as refusal:
        form.show(refusal)
        return False
    return True


def _settled(row: Agreement) -> Any:
    return selectors.settlements().filter(agreement=row).order_by("-starts_on")[:40]


def _steps(row: Agreement, names: dict[str, str]) -> list[dict[str, Any]]:
    """The versions of the terms as a timeline, the newest first."""
    steps: list[dict[str, Any]] = []
    for version in selectors.versions(row):
        found = words.terms_rows(terms.parse(row.kind, version.terms), row.currency, names)
        since = _("from %(period)s") % {"period": words.name_of_day(version.from_on, row.period)}
        who = str(version.author) if version.author else ""
        why = f"“{version.reason}”" if version.reason else ""
        steps.append(
            {
                "title": _("Version %(number)d") % {"number": version.number},
                "meta": " · ".join(filter(None, [since, who, why])),
                "state": "now" if not steps else "done",
                "extra": "; ".join(f"{label}: {value}" for label, value in found[:4]),
            }
        )
    return steps


def crumbs(seller_slug: str) -> list[dict[str, str]]:
    """The way back to the list of agreements."""
    url = reverse("console:settlements-agreements", args=[seller_slug])
    return [*settlements.crumbs(seller_slug), {"label": _("Agreements"), "url": url}]


def crumb(row: Agreement) -> dict[str, str]:
    """An agreement as a step of the way back."""
    return {"label": row.name, "url": agreement_url(row)}
