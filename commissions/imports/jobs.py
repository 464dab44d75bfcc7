"""The job behind an import: a dry run that writes nothing, or the run, batch by batch.

A batch and the job's new position commit together, so a killed worker leaves nothing half-done and
its successor goes on with the next batch. A file that was imported already changes nothing.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from itertools import islice
from typing import IO, Any, Final

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from activity import jobs, work
from activity.models import Job
from campaigns import selectors as campaigns
from campaigns.models import Program
from commissions.imports import reading
from commissions.imports.kinds import KINDS
from commissions.imports.mapping import Plan
from commissions.imports.report import Report
from commissions.imports.running import Kind, Setting
from prm.errors import Conflict, NotFound, Refusal, Unacceptable
from sellers.actors import SYSTEM, Actor
from sellers.models import Seller
from sellers.scope import seller_scope

__all__ = ["KIND", "Report", "advance", "run", "start", "step", "upload"]

logger = logging.getLogger(__name__)

JOB_KIND: Final = "import"
STEP_SECONDS = 10
"""How long one step goes on: beginning one reads the file anew up to where it stood."""
Tell = Callable[[Job], None]


def upload(
    *, seller: Seller, file: "File[bytes]", name: str, actor: Actor, kind: str = "sales"
) -> Job:
    """Keep a file for import as a draft, to be mapped. Raises Malformed when it is no table."""
    layout = reading.look(file)
    file.seek(0)
    return jobs.start(
        seller=seller,
        kind=JOB_KIND,
        title=name,
        actor=actor,
        params={"layout": layout.as_json(), "stage": "mapping", "kind": kind},
        file=file,
        draft=True,
    )


def run(*, job: Job, plan: Plan, dry: bool) -> Job:
    """Queue a file's dry run or run. Raises Conflict while one goes on, or after the import,
    and where the file is no longer kept.

    Raises Unacceptable, field `columns` or `program`, where the kind of file needs more.
    """
    imported = job.status == Job.Status.DONE and job.params["stage"] == "import"
    if job.status in jobs.OPEN or imported:
        raise Conflict(
            _("This file is being imported, or has been. Upload it again."), code="state"
        )
    if not job.file:
        raise Conflict(_("The file is no longer kept. Upload it again."), code="gone")
    require_whole(kind_of(job), plan)
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


def kind_of(job: Job) -> Kind:
    """What kind of file it is."""
    return KINDS[job.params.get("kind", "sales")]


def plan_of(job: Job) -> Plan:
    """How the job's file is mapped. Raises KeyError while it is not."""
    return Plan(**job.params["plan"])


def first_rows(job: Job) -> list[list[str]]:
    """The first rows under the header. Raises NotFound where the file is no longer kept."""
    try:
        with job.file.open("rb") as file:
            return reading.sample(file, layout_of(job))
    except (FileNotFoundError, ValueError):
        raise NotFound(_("The file is gone.")) from None


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
        runner = kind_of(job).runner(_setting(job))
    items = runner.items(file, layout_of(job))
    found, total = items.after(job.position), len(items)
    while True:
        batch = list(islice(found, runner.batch))
        with seller_scope(job.seller_id):
            if not jobs.claim(job):
                return False
            runner.take(batch, total=total)
            over = job.position >= total
            if over:
                _finish(job)
        if tell:
            tell(job)
        if over or (until is not None and time.monotonic() > until):
            return True


def require_whole(kind: Kind, plan: Plan) -> None:
    """Raise Unacceptable, field `columns` or `program`, where a plan lacks what the kind needs."""
    missing = [str(kind.fields[key].label) for key in kind.required if key not in plan.columns]
    if missing:
        message = _("Say which column is: %(fields)s.") % {"fields": ", ".join(missing)}
        raise Unacceptable(message, field="columns", code="required")
    if kind.needs_program and not plan.program:
        raise Unacceptable(_("Choose the program."), field="program", code="required")


def _setting(job: Job) -> Setting:
    plan = plan_of(job)
    return Setting(
        job=job,
        plan=plan,
        program=_program(plan.program) if plan.program else None,
        actor=_actor(job),
        dry=job.params["stage"] == "check",
    )


def _finish(job: Job) -> None:
    told = ""
    if job.params["stage"] == "import":
        told = _("%(file)s is imported") % {"file": job.title}
    jobs.finish(job, actor=_actor(job), detail=_summary(job), told=told, path=_path(job))
    if told and kind_of(job).forgets:
        forget_file(job)


def forget_file(job: Job) -> None:
    """Drop a job's file for good, once the transaction has committed."""
    storage, name = job.file.storage, job.file.name
    job.file = ""
    job.save(update_fields=["file"])
    transaction.on_commit(lambda: storage.delete(str(name)))


def _fail(job: Job, error: str) -> None:
    told = _("%(file)s could not be imported") % {"file": job.title}
    with seller_scope(job.seller_id):
        jobs.fail(job, actor=_actor(job), error=error, told=told, path=_path(job))


def _path(job: Job) -> str:
    return f"/{job.seller.slug}/console/imports/{job.pk}/"


def _actor(job: Job) -> Actor:
    return Actor.person(job.started_by) if job.started_by else SYSTEM


def _program(program_id: str) -> Program:
    program = campaigns.programs().filter(pk=program_id).first()
    if program is None:
        raise NotFound(_("The program is gone."))
    return program


def _summary(job: Job) -> dict[str, Any]:
    report = Report.of(job.result)
    counts = {name: value for name, value in vars(report).items() if isinstance(value, int)}
    return {"stage": job.params["stage"], "kind": kind_of(job).name, **counts}


def _waiting() -> Iterable[uuid.UUID]:
    return jobs.waiting(JOB_KIND)


KIND = work.Kind("imports", _waiting, step, work.BACKGROUND_QUEUE)
