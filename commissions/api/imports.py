"""Files over the API: partners, links, clicks, sales and refunds, tried before they are taken."""

import json
import uuid
from contextlib import closing
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from activity.models import Job, JobProblem
from campaigns.models import Program
from commissions.imports import cells, jobs, planning, reading
from commissions.imports.kinds import KINDS
from commissions.imports.mapping import Plan
from commissions.imports.report import Report
from commissions.imports.running import Kind
from prm.errors import Malformed, NotAllowed, Unacceptable
from sellers.rest.endpoints import Call, Endpoint, operation
from sellers.rest.fields import Choice, Currency, Instant, Key, Text, Whole, Yes, choices
from sellers.rest.files import CsvParser, FormParser, GzipParser, Upload
from sellers.rest.pagination import NEWEST, Orders
from sellers.rest.payloads import FreeObject
from sellers.rest.serializers import Input, Output

STATUSES = choices(one for one in Job.Status.values if one != Job.Status.DRAFT)
IN_FILE_ORDER: Orders = {"created_at": ("id",)}
YES_NO = choices(("true", "false"))
KIND_NAMES = choices(KINDS)
MAX_COLUMNS_TEXT = 20_000


@extend_schema_field({"type": "string", "format": "binary"})
class FileField(serializers.Field[Any, Any, Any, Any]):
    """A file's part of a form."""

    default_error_messages = {"wrong_type": _("Send this part as a file, with a file name.")}

    def to_internal_value(self, data: Any) -> Upload:
        if not isinstance(data, Upload):
            self.fail("wrong_type")
        return data


class ImportOptions(Input):
    """How to read a file. In a form its parts, with a file as the body the query."""

    kind = Choice(choices=KIND_NAMES, required=False, help_text="What the file holds. Needed.")
    dry_run = Choice(
        choices=YES_NO, required=False, help_text="true, unless given: nothing is written yet."
    )
    program = Key(
        required=False,
        help_text="Needed for sales; puts partners into it; tells whose links are meant.",
    )
    currency = Currency(
        required=False, help_text="Of rows without one; by default the program's or seller's."
    )
    time_zone = Text(
        max_length=60, required=False, help_text="Of dates without one; by default the seller's."
    )
    dates = Choice(
        choices=choices(cells.DATE_ORDERS),
        required=False,
        help_text="What dates like 1/2/2026 begin with; by default told from the first rows.",
    )
    comma = Choice(choices=YES_NO, required=False, help_text="true where 1,5 is one and a half.")
    credit_prefix = Text(
        max_length=10, required=False, help_text="Order numbers that begin so are credit notes."
    )
    create_partners = Choice(
        choices=YES_NO, required=False, help_text="true makes the partners that sales name."
    )
    columns = Text(
        max_length=MAX_COLUMNS_TEXT,
        required=False,
        help_text='JSON like {"name": "Company"}: fields whose columns have other names.',
    )


class ImportForm(ImportOptions):
    """The file and how to read it."""

    file = FileField(help_text="CSV, also packed by gzip, up to 50 MB. Line 1 names the columns.")


class Progress(Output):
    """How far a run is, in the file's items."""

    done = Whole()
    total = Whole(help_text="0 until the file was looked through.")


class Counts(Output):
    """What was found. In a dry run, what would become of it."""

    rows = Whole()
    new = Whole(source="all_new")
    known = Whole(source="all_known", help_text="Known already and alike; they stay.")
    refused = Whole(source="left_out")
    enrolled = Whole(help_text="Partners put into the program.")
    partners_made = Whole(help_text="Partners made because sales name them.")


class ImportOutput(Output):
    """A file, how far its run is and what it found."""

    id = Key()
    kind = Choice(choices=KIND_NAMES)
    file = Text(help_text="Its name.")
    status = Choice(choices=STATUSES)
    dry_run = Yes(help_text="Whether this is only what an import would do.")
    columns = FreeObject(help_text="{field: column of the file}")
    program = Key(allow_null=True)
    progress = Progress()
    counts = Counts()
    amounts = FreeObject(
        help_text="{currency: minor units} of new sales less credit notes, or of new refunds."
    )
    error = Text(help_text="Why it failed, else empty.")
    created_at = Instant()
    finished_at = Instant(allow_null=True)

    def to_representation(self, instance: Job) -> dict[str, Any]:
        """The job as its reader sees it."""
        report, plan = Report.of(instance.result), jobs.plan_of(instance)
        return super().to_representation(
            {
                "id": instance.pk,
                "kind": jobs.kind_of(instance).name,
                "file": instance.title,
                "status": instance.status,
                "dry_run": instance.params["stage"] == "check",
                "columns": plan.columns,
                "program": plan.program or None,
                "progress": {"done": instance.position, "total": instance.total},
                "counts": report,
                "amounts": report.net_minor,
                "error": instance.error,
                "created_at": instance.created_at,
                "finished_at": instance.finished_at,
            }
        )


class ProblemOutput(Output):
    """A row that was not taken: what is wrong and what to do about it."""

    id = Key()
    line = Whole(source="row", help_text="As a spreadsheet counts; the header is line 1.")
    field = Text()
    message = Text()
    row = FreeObject(source="raw", help_text="The row as it came, by column.")


class ImportQuery(Input):
    """Which imports."""

    kind = Choice(choices=KIND_NAMES, required=False)
    status = Choice(choices=STATUSES, required=False)


class Imports(Endpoint):
    """Files to import."""

    scopes = {"GET": "imports:read", "POST": "imports:write"}
    parser_classes = (FormParser, CsvParser, GzipParser)
    file_bodies: ClassVar[tuple[str, ...]] = ("text/csv", "application/gzip")

    @operation(_("List imports"), query=ImportQuery, answer=ImportOutput, orders=NEWEST)
    def get(self, call: Call) -> QuerySet[Job]:
        return _mapped().filter(**call.filters(kind="params__kind"))

    @operation(
        _("Import a file, first as a dry run"),
        query=ImportOptions,
        body=ImportForm,
        answer=ImportOutput,
        statuses=(201,),
    )
    def post(self, call: Call) -> Job:
        sent = _sent(call)
        kind = _kind(call, sent.pop("kind", ""))
        upload: Upload = sent.pop("file")
        dry = sent.pop("dry_run", "true") == "true"
        with closing(upload.file):
            plan = _plan(call, kind, upload, sent)
            jobs.require_whole(kind, plan)
            job = jobs.upload(
                seller=call.seller,
                file=upload.file,
                name=upload.name,
                actor=call.actor,
                kind=kind.name,
            )
        return jobs.run(job=job, plan=plan, dry=dry)


class ImportDetail(Endpoint):
    """One import."""

    scopes = {"GET": "imports:read"}

    @operation(_("Read an import"), answer=ImportOutput)
    def get(self, call: Call, import_id: uuid.UUID) -> Job:
        return call.found(_mapped(), import_id)


class ImportProblems(Endpoint):
    """The rows of an import that were not taken."""

    scopes = {"GET": "imports:read"}

    @operation(_("List the rows not taken"), answer=ProblemOutput, orders=IN_FILE_ORDER)
    def get(self, call: Call, import_id: uuid.UUID) -> QuerySet[JobProblem]:
        job = call.found(_mapped(), import_id)
        return JobProblem.objects.filter(job=job)


class ImportApply(Endpoint):
    """Take what a dry run has looked at."""

    scopes = {"POST": "imports:write"}

    @operation(_("Import what a dry run looked at"), answer=ImportOutput)
    def post(self, call: Call, import_id: uuid.UUID) -> Job:
        job = call.found(_mapped(), import_id)
        _require_scope(call, jobs.kind_of(job))
        return jobs.start(job=job)


def _mapped() -> QuerySet[Job]:
    """Imports whose columns are mapped: all but those just uploaded in the console."""
    return jobs.imports().exclude(status=Job.Status.DRAFT)


def _sent(call: Call) -> dict[str, Any]:
    """The form's parts and the query together. Raises Malformed for what stands in both."""
    for name in call.query:
        if name in call.data:
            message = _("This is given both in the address and in the body.")
            raise Malformed(str(message), field=name, code="repeated")
    return {**call.query, **call.data}


def _kind(call: Call, name: str) -> Kind:
    if not name:
        message = _("Say what the file holds: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        raise Malformed(message, field="kind", code="required")
    _require_scope(call, KINDS[name])
    return KINDS[name]


def _require_scope(call: Call, kind: Kind) -> None:
    """A file writes what its rows would write one by one, so it needs their scope, too."""
    if kind.scope not in call.key.scopes:
        raise NotAllowed(_("This key lacks the scope %(scope)s.") % {"scope": kind.scope})


def _plan(call: Call, kind: Kind, upload: Upload, sent: dict[str, Any]) -> Plan:
    layout = reading.look(upload.file)
    program = None
    if "program" in sent:
        program = call.one(Program.objects.all(), sent["program"], "program")
    zone = sent.get("time_zone", call.seller.time_zone)
    if zone not in available_timezones():
        message = _("This is not a time zone like Europe/Berlin.")
        raise Unacceptable(str(message), field="time_zone", code="unknown")
    options: dict[str, Any] = {
        name: sent[name] for name in ("dates", "credit_prefix") if name in sent
    }
    flags = ("comma", "create_partners")
    options |= {name: sent[name] == "true" for name in flags if name in sent}
    return planning.plan_for(
        kind,
        layout.header,
        reading.sample(upload.file, layout),
        columns=_columns(sent.get("columns", "{}")),
        program=str(program.pk) if program else "",
        currency=sent.get("currency") or (program or call.seller).currency,
        time_zone=zone,
        **options,
    )


def _columns(text: str) -> dict[str, str]:
    """The fields named by hand. Raises Malformed."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        message = _("This must be a JSON object of texts, like {0}.").format('{"name": "Company"}')
        raise Malformed(message, field="columns", code="malformed")
    return found


urlpatterns = [
    path("imports", Imports.as_view()),
    path("imports/<uuid:import_id>", ImportDetail.as_view()),
    path("imports/<uuid:import_id>/problems", ImportProblems.as_view()),
    path("imports/<uuid:import_id>/apply", ImportApply.as_view()),
]
