"""Checking a seller's books in a worker, as a job that tells how far it is."""

import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from activity import jobs, work
from activity.models import Job
from ledger import checks
from sellers.actors import SYSTEM, Actor
from sellers.models import Seller
from sellers.scope import seller_scope

JOB_KIND: Final = "books_check"
TOLD_SECONDS: Final = 2
MOST_KEPT: Final = 200


@transaction.atomic
def start(*, seller: Seller, actor: Actor) -> Job:
    """Have the books checked by a worker. A check that goes on already is given instead."""
    present = jobs.next_open(JOB_KIND)
    if present is not None:
        return present
    title = _("Check of the books")
    job = jobs.start(seller=seller, kind=JOB_KIND, title=title, actor=actor, params={})
    work.nudge(JOB_KIND, seller.pk)
    return job


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with books to check; under the maintenance scope."""
    return jobs.waiting(JOB_KIND)


def step(seller_id: uuid.UUID) -> bool:
    """Check the seller's books for the oldest job; whether there may be more.

    The books are read in one snapshot, which can write nothing: they are read in a thread with a
    connection of its own, while this one says how far it is and keeps the lease.
    """
    with seller_scope(seller_id):
        job = jobs.next_open(JOB_KIND)
    if job is None:
        return False
    try:
        found = _read(job)
    except Exception as error:
        _count_failure(job, error)
        raise
    with seller_scope(seller_id):
        if jobs.claim(job):
            total = checks.count()
            result = {"faults": found[:MOST_KEPT], "count": len(found)}
            jobs.progress(job, position=total, total=total, result=result)
            jobs.finish(
                job,
                actor=Actor.person(job.started_by) if job.started_by else SYSTEM,
                verb="books.checked",
                detail={"whole": not found, "faults": len(found)},
            )
    return True


def _read(job: Job) -> list[str]:
    done: list[int] = []
    with ThreadPoolExecutor(1, "books") as thread:
        reading = thread.submit(_read_apart, job.seller_id, done)
        while wait([reading], TOLD_SECONDS).not_done:
            _tell(job, len(done))
            work.extend(JOB_KIND, job.seller_id)
        return reading.result()


def _read_apart(seller_id: uuid.UUID, done: list[int]) -> list[str]:
    try:
        return checks.faults_of(seller_id, done.append)
    finally:
        connection.close()  # each thread has its own


def _tell(job: Job, done: int) -> None:
    attempts = job.attempts
    with seller_scope(job.seller_id):
        if jobs.claim(job):
            jobs.progress(job, position=done, total=checks.count(), result={})
            # a successor begins anew, so what is done here is no reason to forget failed tries
            job.attempts = attempts
            job.save(update_fields=["attempts"])


def _count_failure(job: Job, error: Exception) -> None:
    with seller_scope(job.seller_id):
        if jobs.count_attempt(job) >= jobs.MAX_ATTEMPTS:
            jobs.fail(job, actor=SYSTEM, error=f"{type(error).__name__}: {error}")


KIND: Final = work.Kind(JOB_KIND, waiting, step, work.BACKGROUND_QUEUE)
