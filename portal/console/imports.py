"""Imports from files, in the seller's console."""

import uuid
from collections.abc import Iterator
from typing import Any

import django_filters
import django_tables2 as tables
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from activity.models import Job
from campaigns import selectors as campaigns
from commissions.imports import jobs
from commissions.imports.kinds import KINDS
from commissions.imports.running import Kind
from portal import money_format, navigation, statuses, table_files
from portal.access import actor_of, reader_of, requires
from portal.columns import DayColumn, MarkupColumn, NameColumn, StatusColumn
from portal.console.import_forms import FileForm, MappingForm, guessed, initial_of
from portal.filters import ChoicesFilter, SearchFilter
from portal.listing import Empty, Listing
from portal.refusals import try_on

SHOWN_ROWS = 5
SHOWN_PROBLEMS = 10
OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)
SEEN_AT = {
    "partners": "console:partners",
    "prospects": "console:prospects",
    "links": "console:links",
    "clicks": "console:links",
    "sales": "console:sales",
    "refunds": "console:sales",
}
"""Where what was imported is listed."""


def _stage(job: Job) -> str:
    """What the status speaks of, where that is not the import itself."""
    return _("· dry run") if job.params["stage"] == "check" else ""


def _taken(job: Job) -> str:
    return money_format.number(jobs.Report.of(job.result).all_new)


def _bad(job: Job) -> str:
    return money_format.number(jobs.Report.of(job.result).left_out)


def _kind(job: Job) -> str:
    return str(jobs.kind_of(job).label)


class ImportTable(tables.Table):
    """Imports, how far and what came of them."""

    title = NameColumn(
        gettext_lazy("File"),
        url=lambda job: reverse("console:imports-detail", args=[job.seller.slug, job.pk]),
        meta=lambda job: str(job.started_by or _("command line")),
    )
    created_at = DayColumn(gettext_lazy("Uploaded"), time=True)
    kind = MarkupColumn(gettext_lazy("Kind"), show=_kind, plain=_kind, css="", label=True)
    taken = MarkupColumn(gettext_lazy("New"), show=_taken, plain=_taken, css="r", label=True)
    bad = MarkupColumn(gettext_lazy("Not taken"), show=_bad, plain=_bad, css="r", label=True)
    status = StatusColumn(gettext_lazy("Status"), kind="job", note=_stage)


class ImportFilters(django_filters.FilterSet):
    """Search, kind and status."""

    q = SearchFilter("title", hint=gettext_lazy("File name"))
    kind = ChoicesFilter(
        label=gettext_lazy("Kind"),
        field_name="params__kind",
        choices=[(kind.name, kind.label) for kind in KINDS.values()],
    )
    status = ChoicesFilter(label=gettext_lazy("Status"), choices=statuses.labels("job"))

    class Meta:
        model = Job
        fields: list[str] = []


IMPORTS = Listing(
    table=ImportTable,
    filters=ImportFilters,
    name="imports",
    default="-created_at",
    orders={"created_at": "id", "title": "title"},
    chips=("status", "job", "status"),
)


@requires("jobs.view", room="console")
def imports(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """All imports."""
    empty = Empty(
        _("No imports yet"),
        _("Bring partners, links, clicks, sales and refunds from elsewhere as CSV files."),
        ((_("Upload a file"), reverse("console:imports-new", args=[seller_slug])),),
        "file-import",
    )
    page = IMPORTS.show(request, jobs.imports(), empty=empty)
    return page.download or render(request, "console/imports/list.html", {"page": page})


@requires("sales.manage", room="console")
def new(request: HttpRequest, seller_slug: str) -> HttpResponse:
    """Choose what the file holds, read what its columns may be, upload it."""
    kind = _chosen(request)
    _require(request, kind)
    form = FileForm(request.POST or None, request.FILES or None)
    made: list[Job] = []
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(form, lambda: made.append(_keep(request, form, kind)))
    ):
        return HttpResponseRedirect(
            reverse("console:imports-mapping", args=[seller_slug, made[0].pk])
        )
    reader = reader_of(request)
    context = {
        "form": form,
        "kind": kind,
        "kinds": [one for one in KINDS.values() if reader.may(one.permission)],
        "lacks_program": kind.needs_program and not campaigns.programs().exists(),
        "crumbs": _crumbs(seller_slug),
    }
    status = 422 if form.errors else 200
    return render(request, "console/imports/new.html", context, status=status)


@requires("jobs.view", room="console")
def example(request: HttpRequest, seller_slug: str) -> HttpResponseBase:
    """A file of the kind with every column, as a pattern to fill in."""
    kind = _chosen(request)
    return table_files.answer(
        f"example-{kind.name}", "csv", list(kind.fields), iter([list(row) for row in kind.examples])
    )


def _chosen(request: HttpRequest) -> Kind:
    return KINDS.get(request.GET.get("kind", ""), KINDS["sales"])


def _require(request: HttpRequest, kind: Kind) -> None:
    """Who may import sales may not therefore make partners or links."""
    if not reader_of(request).may(kind.permission):
        raise PermissionDenied


def _keep(request: HttpRequest, form: FileForm, kind: Kind) -> Job:
    file = form.cleaned_data["file"]
    seller, actor = reader_of(request).seller, actor_of(request)
    return jobs.upload(seller=seller, file=file, name=file.name, actor=actor, kind=kind.name)


@requires("sales.manage", room="console")
def columns(request: HttpRequest, seller_slug: str, import_id: uuid.UUID) -> HttpResponse:
    """What the columns mean; then the dry run."""
    job = jobs.import_by_id(import_id)
    kind = jobs.kind_of(job)
    _require(request, kind)
    layout = jobs.layout_of(job)
    rows = jobs.first_rows(job)
    form = MappingForm(
        request.POST or None,
        kind=kind,
        header=layout.header,
        initial=_initial(request, job, rows),
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and try_on(form, lambda: jobs.run(job=job, plan=form.plan(), dry=True))
    ):
        return HttpResponseRedirect(reverse("console:imports-detail", args=[seller_slug, job.pk]))
    context = {
        "job": job,
        "kind": kind,
        "form": form,
        "header": layout.header,
        "rows": rows[:SHOWN_ROWS],
        "crumbs": _crumbs(seller_slug),
    }
    return render(
        request, "console/imports/columns.html", context, status=422 if form.errors else 200
    )


def _initial(request: HttpRequest, job: Job, rows: list[list[str]]) -> Any:
    if "plan" in job.params:
        return initial_of(jobs.plan_of(job))
    seller = reader_of(request).seller
    header = jobs.layout_of(job).header
    return guessed(
        jobs.kind_of(job), header, rows, currency=seller.currency, time_zone=seller.time_zone
    )


@requires("jobs.view", room="console")
def detail(request: HttpRequest, seller_slug: str, import_id: uuid.UUID) -> HttpResponse:
    """How far an import is, and what it found."""
    job = jobs.import_by_id(import_id)
    report = jobs.Report.of(job.result)
    context = {
        **_work(job),
        "report": report,
        "kind": jobs.kind_of(job),
        "net": [money_format.plain(v, code) for code, v in sorted(report.net_minor.items())],
        "problems": list(_shown(job)),
        "left_out": report.left_out,
        "stage": job.params["stage"],
        "is_open": job.status in OPEN,
        "may_import": _may(request, job),
        "seen_at": navigation.address(SEEN_AT[jobs.kind_of(job).name], seller_slug),
        "crumbs": _crumbs(seller_slug),
    }
    return render(request, "console/imports/detail.html", context)


def _may(request: HttpRequest, job: Job) -> bool:
    reader = reader_of(request)
    return reader.may("sales.manage") and reader.may(jobs.kind_of(job).permission)


@requires("jobs.view", room="console")
def work(request: HttpRequest, seller_slug: str, import_id: uuid.UUID) -> HttpResponse:
    """How far an import is; the part of its page that asks for itself."""
    job = jobs.import_by_id(import_id)
    response = render(request, "console/imports/work.html", _work(job))
    if job.status not in OPEN:
        response["HX-Refresh"] = "true"
    return response


def _work(job: Job) -> dict[str, Any]:
    title = _("Dry run") if job.params["stage"] == "check" else _("Import")
    note = _("Nothing is written yet. You can leave; it goes on.")
    if job.params["stage"] == "import":
        note = _("You can leave; it goes on, also after a restart.")
    return {"job": job, "work_title": title, "work_note": note}


@require_POST
@requires("sales.manage", room="console")
def start(request: HttpRequest, seller_slug: str, import_id: uuid.UUID) -> HttpResponse:
    """Import for real."""
    job = jobs.import_by_id(import_id)
    _require(request, jobs.kind_of(job))
    jobs.start(job=job)
    return HttpResponseRedirect(reverse("console:imports-detail", args=[seller_slug, job.pk]))


@requires("jobs.view", room="console")
def problems(request: HttpRequest, seller_slug: str, import_id: uuid.UUID) -> HttpResponseBase:
    """Every row that was not taken, with the reason beside it, as a CSV file."""
    job = jobs.import_by_id(import_id)
    header = jobs.layout_of(job).header

    def lines() -> Iterator[list[Any]]:
        for one in job.problems.order_by("row").iterator(chunk_size=1000):
            yield [
                one.row,
                _label(job, one.field),
                one.message,
                *(one.raw.get(name, "") for name in header),
            ]

    head = [_("Row"), _("Field"), _("Why it was not taken"), *header]
    return table_files.answer(f"not-taken-{job.pk}", "csv", head, lines())


def _shown(job: Job) -> Iterator[dict[str, Any]]:
    """The first refused rows, their cells in the file's order."""
    header = jobs.layout_of(job).header
    for one in job.problems.order_by("row")[:SHOWN_PROBLEMS]:
        cells = " · ".join(cell for name in header if (cell := one.raw.get(name, "")))
        yield {"row": one.row, "field": _label(job, one.field), "why": one.message, "cells": cells}


def _label(job: Job, field: str) -> str:
    """A field as people know it; a path of the sale stays as it is."""
    fields = jobs.kind_of(job).fields
    own = {"external_id": "invoice", "occurred_at": "date"}
    found = fields.get(field) or fields.get(own.get(field, ""))
    return str(found.label) if found else field


def _crumbs(seller_slug: str) -> list[dict[str, str]]:
    return [{"label": _("Imports"), "url": reverse("console:imports", args=[seller_slug])}]
