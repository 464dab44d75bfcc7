"""The job behind an import: a dry run that writes nothing, or the run, batch by batch.

A batch and the job's new position commit together, so a killed worker leaves nothing half-done and
its successor goes on with the next batch. A file that was imported already changes nothing.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import IO, Any, Final

from django.core.files import File
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from activity import jobs, work
from activity.models import Job, JobProblem
from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.imports import reading
from commissions.imports.crediting import Partners
from commissions.imports.documents import Document, Documents
from commissions.imports.mapping import Plan, Problem
from commissions.services import bulk
from prm.errors import Conflict, NotFound, Refusal
from sellers.actors import SYSTEM, Actor
from sellers.models import Seller
from sellers.scope import seller_scope

logger = logging.getLogger(__name__)

JOB_KIND: Final = "import"
BATCH = 500
STEP_SECONDS = 10
"""How long one step goes on: beginning one reads the file anew up to where it stood."""
Tell = Callable[[Job], None]


@dataclass
class Report:
    """What a run found. `net_minor` is {currency: sales less credit notes, as taken or to take}."""

    rows: int = 0
    bad_rows: int = 0
    sales: int = 0
    sales_known: int = 0
    notes: int = 0
    notes_known: int = 0
    refused: int = 0
    new_partners: list[str] = field(default_factory=list)
    net_minor: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Report":
        """From a job's result."""
        names = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in names})


def upload(*, seller: Seller, file: "File[bytes]", name: str, actor: Actor) -> Job:
    """Keep a file for import as a draft, to be mapped. Raises Malformed when it is no table."""
    layout = reading.look(file)
    file.seek(0)
    return jobs.start(
        seller=seller,
        kind=JOB_KIND,
        title=name,
        actor=actor,
        params={"layout": layout.as_json(), "stage": "mapping"},
        file=file,
        draft=True,
    )


def run(*, job: Job, plan: Plan, dry: bool) -> Job:
    """Queue a file's dry run or run. Raises Conflict while one goes on, or after the import."""
    imported = job.status == Job.Status.DONE and job.params["stage"] == "import"
    if job.status in jobs.OPEN or imported:
        raise Conflict(
            _("This file is being imported, or has been. Upload it again."), code="state"
        )
    job = jobs.enqueue(job, params={"plan": plan.as_json(), "stage": "check" if dry else "import"})
    work.nudge(KIND.name, job.seller_id)
    return job


def imports() -> QuerySet[Job]:
    """Imports of the seller in scope."""
    return Job.objects.filter(kind=JOB_KIND).select_related("started_by", "seller")


def import_by_id(job_id: uuid.UUID) -> Job:
    """One import. Raises NotFound."""
    job = imports().filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no such import."))
    return job


def start(*, job: Job) -> Job:
    """Import for real what a dry run has checked. Raises Conflict before that, or a second time."""
    hit = Job.objects.filter(pk=job.pk, status=Job.Status.DONE, params__stage="check")
    if not hit.select_for_update().exists():
        raise Conflict(_("This file is not checked, or is being imported already."), code="state")
    return run(job=job, plan=plan_of(job), dry=False)


def plan_of(job: Job) -> Plan:
    """How the job's file is mapped. Raises KeyError while it is not."""
    return Plan(**job.params["plan"])


def layout_of(job: Job) -> reading.Layout:
    """How the job's file is written."""
    return reading.Layout(**job.params["layout"])


def step(seller_id: uuid.UUID) -> bool:
    """Go on with the seller's oldest import for a while; whether there may be more.

    A step may outlast its lease: the locked job keeps others from taking the same batch.
    """
    with seller_scope(seller_id):
        job = jobs.next_open(JOB_KIND)
    if job is None:
        return False
    return advance(job, until=time.monotonic() + STEP_SECONDS)


def advance(job: Job, *, until: float | None = None, tell: Tell | None = None) -> bool:
    """Do batches of a job until the monotonic time `until`; whether work may be left.

    `tell` is called after each batch. A file that cannot be read fails the job.
    """
    language = (job.started_by.language if job.started_by else "") or job.seller.language
    try:
        with translation.override(language), job.file.open("rb") as file:
            return _advance(job, file, until, tell)
    except (Refusal, FileNotFoundError) as error:
        _fail(job, getattr(error, "message", _("The file is gone.")))
        return True
    except Exception as error:
        with seller_scope(job.seller_id):
            attempts = jobs.count_attempt(job)
        if attempts >= jobs.MAX_ATTEMPTS:
            _fail(job, f"{type(error).__name__}: {error}")
        raise


def _advance(job: Job, file: IO[bytes], until: float | None, tell: Tell | None) -> bool:
    with seller_scope(job.seller_id):
        if not jobs.claim(job):
            return False
        program = _program(plan_of(job).program)
    documents = Documents(file, layout_of(job), plan_of(job))
    runner = _Runner(job, program, total=len(documents))
    found = documents.after(job.position)
    while True:
        batch = list(islice(found, BATCH))
        with seller_scope(job.seller_id):
            if not jobs.claim(job):
                return False
            runner.take(batch)
            over = job.position >= len(documents)
            if over:
                _finish(job)
        if tell:
            tell(job)
        if over or (until is not None and time.monotonic() > until):
            return True


def _finish(job: Job) -> None:
    told = ""
    if job.params["stage"] == "import":
        told = _("%(file)s is imported") % {"file": job.title}
    jobs.finish(job, actor=_actor(job), detail=_summary(job), told=told, path=_path(job))


def _fail(job: Job, error: str) -> None:
    told = _("%(file)s could not be imported") % {"file": job.title}
    with seller_scope(job.seller_id):
        jobs.fail(job, actor=_actor(job), error=error, told=told, path=_path(job))


def _path(job: Job) -> str:
    return f"/{job.seller.slug}/console/imports/{job.pk}/"


class _Runner:
    """Takes batches of documents for one job, or only says what taking them would do."""

    def __init__(self, job: Job, program: Program, *, total: int) -> None:
        self._job = job
        self._plan = plan_of(job)
        self._dry = job.params["stage"] == "check"
        self._total = total
        self._report = Report.of(job.result)
        self._actor = _actor(job)
        self._partners = Partners(
            program=program, plan=self._plan, actor=self._actor, write=not self._dry
        )
        self._partners.made = self._report.new_partners

    def take(self, batch: Sequence[Document]) -> None:
        """Write one batch, its problems and the job's new position, in the open transaction."""
        report = self._report
        report.rows += sum(document.rows for document in batch)
        problems = [problem for document in batch for problem in document.problems]
        report.bad_rows += len(problems)
        credited = []
        for document in batch:
            try:
                if document.lines:
                    credited.append((document, self._partners.id_of(document.partner)))
            except Refusal as refusal:
                problems += self._refused(document, refusal)
        problems += self._take_sales([pair for pair in credited if not pair[0].is_note])
        problems += self._take_notes([pair for pair in credited if pair[0].is_note])
        jobs.note_problems(self._job, [self._stored(problem) for problem in problems])
        jobs.progress(
            self._job,
            position=self._job.position + len(batch),
            total=self._total,
            result=vars(report),
        )

    def _take_sales(self, pairs: Sequence[tuple[Document, str]]) -> list[Problem]:
        sales = [document.as_sale(partner, self._plan.program) for document, partner in pairs]
        if self._dry:
            outcomes = bulk.review_sales(sales)
        else:
            outcomes = bulk.take_many(seller=self._job.seller, sales=sales, actor=self._actor)
        created = self._sum([document for document, _partner in pairs], outcomes, sign=1)
        self._report.sales += created
        self._report.sales_known += sum(not o.created and o.refusal is None for o in outcomes)
        return self._problems(pairs, outcomes)

    def _take_notes(self, pairs: Sequence[tuple[Document, str]]) -> list[Problem]:
        notes = [document.as_note(partner, self._plan.program) for document, partner in pairs]
        if self._dry:
            outcomes = bulk.review_credit_notes(notes)
        else:
            outcomes = bulk.take_credit_notes(
                seller=self._job.seller, notes=notes, actor=self._actor
            )
        created = self._sum([document for document, _partner in pairs], outcomes, sign=-1)
        self._report.notes += created
        self._report.notes_known += sum(not o.created and o.refusal is None for o in outcomes)
        return self._problems(pairs, outcomes)

    def _sum(
        self, documents: Iterable[Document], outcomes: Iterable[bulk.Outcome], *, sign: int
    ) -> int:
        created = 0
        net = self._report.net_minor
        for document, outcome in zip(documents, outcomes, strict=True):
            if outcome.created:
                created += 1
                amount = sign * sum(line.net_amount for line in document.lines)
                net[document.currency] = net.get(document.currency, 0) + amount
        return created

    def _problems(
        self, pairs: Iterable[tuple[Document, str]], outcomes: Iterable[bulk.Outcome]
    ) -> list[Problem]:
        return [
            problem
            for (document, _partner), outcome in zip(pairs, outcomes, strict=True)
            if outcome.refusal is not None
            for problem in self._refused(document, outcome.refusal)
        ]

    def _refused(self, document: Document, refusal: Refusal) -> list[Problem]:
        """A whole invoice that was refused stands at its first row."""
        self._report.refused += 1
        name = refusal.errors[0].field if refusal.errors else ""
        columns = self._plan.columns
        raw = {
            columns[key]: value
            for key, value in (("invoice", document.external_id), ("partner", document.partner))
            if key in columns
        }
        return [Problem(document.row, name, refusal.message, raw)]

    def _stored(self, problem: Problem) -> JobProblem:
        return JobProblem(
            seller_id=self._job.seller_id,
            job=self._job,
            row=problem.row,
            field=problem.field[:80],
            message=problem.message[:300],
            raw=dict(problem.raw),
        )


def _actor(job: Job) -> Actor:
    return Actor.person(job.started_by) if job.started_by else SYSTEM


def _program(program_id: str) -> Program:
    program = campaigns.programs().filter(pk=program_id).first()
    if program is None:
        raise NotFound(_("The program is gone."))
    return program


def _summary(job: Job) -> dict[str, Any]:
    names = ("rows", "bad_rows", "sales", "sales_known", "notes", "notes_known", "refused")
    return {"stage": job.params["stage"], **{name: job.result[name] for name in names}}


def _waiting() -> Iterable[uuid.UUID]:
    return jobs.waiting(JOB_KIND)


KIND = work.Kind("imports", _waiting, step, work.BACKGROUND_QUEUE)
