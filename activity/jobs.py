"""Long work as rows: started, claimed by one worker at a time, told how far, ended.

Whoever works on a job writes its results and its new position in one transaction, so that a killed
worker's successor goes on exactly where the database stands.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files import File
from django.utils import timezone

from activity.models import Job, JobProblem
from activity.services import Notice, record
from sellers.actors import Actor
from sellers.models import Seller

OPEN = (Job.Status.QUEUED, Job.Status.RUNNING)
MAX_ATTEMPTS = 5
MAX_PROBLEMS = 20_000


def start(
    *,
    seller: Seller,
    kind: str,
    title: str,
    actor: Actor,
    params: Mapping[str, Any],
    file: "File[bytes] | None" = None,
    draft: bool = False,
) -> Job:
    """A new job, waiting for a worker; a draft waits for `enqueue`."""
    job = Job(
        seller=seller,
        kind=kind,
        title=title[:200],
        params=dict(params),
        status=Job.Status.DRAFT if draft else Job.Status.QUEUED,
        started_by=actor.user,
    )
    if file is not None:
        suffixes = "".join(s for s in (".csv", ".gz") if s in title.lower())
        job.file.save(f"{job.pk}{suffixes}", file, save=False)
    job.save(force_insert=True)
    record(
        seller=seller,
        actor=actor,
        verb=f"{kind}.started",
        object=job,
        label=job.title,
        detail={"title": job.title},
    )
    return job


def enqueue(job: Job, *, params: Mapping[str, Any]) -> Job:
    """Queue a draft, or a job that has ended, from its beginning with new `params`."""
    job.problems.all().delete()
    job.params = {**job.params, **params}
    job.status, job.position, job.total, job.result = Job.Status.QUEUED, 0, 0, {}
    job.error, job.attempts, job.finished_at = "", 0, None
    job.save()
    return job


def waiting(kind: str) -> Iterable[uuid.UUID]:
    """Sellers that have an open job of this kind."""
    return set(
        Job.objects.filter(kind=kind, status__in=OPEN)
        .values_list("seller_id", flat=True)
        .distinct()
    )


def newest(kind: str) -> Job | None:
    """The job of this kind that was started last at the seller in scope."""
    return Job.objects.filter(kind=kind).select_related("started_by").order_by("-id").first()


def next_open(kind: str) -> Job | None:
    """The oldest open job of the seller in scope."""
    rows = Job.objects.filter(kind=kind, status__in=OPEN).select_related("seller", "started_by")
    return rows.order_by("id").first()


def claim(job: Job) -> bool:
    """Lock an open job for this transaction.

    False when another worker has it in hand, or has moved it since `job` was read.
    """
    rows = Job.objects.filter(pk=job.pk, status__in=OPEN, position=job.position)
    return bool(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:1])


def progress(job: Job, *, position: int, total: int, result: Mapping[str, Any]) -> None:
    """Say how far a claimed job is."""
    job.status, job.position, job.total, job.result = (
        Job.Status.RUNNING,
        position,
        total,
        dict(result),
    )
    job.attempts = 0
    job.save(update_fields=["status", "position", "total", "result", "attempts"])


def note_problems(job: Job, rows: Iterable[JobProblem]) -> None:
    """Keep refused rows for the report, up to MAX_PROBLEMS."""
    found = list(rows)
    left = MAX_PROBLEMS - job.problems.count() if found else 0
    JobProblem.objects.bulk_create(found[: max(left, 0)], ignore_conflicts=True)


def finish(
    job: Job,
    *,
    actor: Actor,
    detail: Mapping[str, Any],
    told: str = "",
    path: str = "",
    verb: str = "",
) -> None:
    """End a claimed job well. With `told`, who started it reads that sentence.

    The trail calls it `verb`, or else by the job's kind.
    """
    job.status, job.finished_at = Job.Status.DONE, timezone.now()
    job.save(update_fields=["status", "finished_at"])
    _record_end(job, actor, verb or f"{job.kind}.finished", detail, told, path)


def fail(job: Job, *, actor: Actor, error: str, told: str = "", path: str = "") -> None:
    """End a job that cannot go on; `error` is a sentence for the person who started it."""
    job.status, job.finished_at, job.error = Job.Status.FAILED, timezone.now(), error[:2000]
    job.save(update_fields=["status", "finished_at", "error"])
    _record_end(job, actor, f"{job.kind}.failed", {"error": job.error[:300]}, told, path)


def count_attempt(job: Job) -> int:
    """Count a try that broke off; how many since the last progress."""
    job.attempts += 1
    job.save(update_fields=["attempts"])
    return job.attempts


def _record_end(
    job: Job, actor: Actor, verb: str, detail: Mapping[str, Any], told: str, path: str
) -> None:
    people = [job.started_by] if told and job.started_by else []
    record(
        seller=job.seller,
        actor=actor,
        verb=verb,
        object=job,
        label=job.title,
        detail=detail,
        notify=[Notice(people, "console", told, body=job.error, path=path, mail=False)],
    )
