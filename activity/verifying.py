"""Verifying a seller's trail in a worker: some links a step, as a job that tells how far it is."""

import uuid
from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from activity import chain, jobs, work
from activity.models import Job
from sellers.actors import SYSTEM, Actor
from sellers.models import Seller
from sellers.scope import seller_scope

JOB_KIND: Final = "trail_check"


@transaction.atomic
def start(*, seller: Seller, actor: Actor) -> Job:
    """Have the chain computed anew by a worker. One that goes on already is given instead."""
    present = jobs.next_open(JOB_KIND)
    if present is not None:
        return present
    title = _("Chain of the trail")
    job = jobs.start(seller=seller, kind=JOB_KIND, title=title, actor=actor, params={})
    work.nudge(JOB_KIND, seller.pk)
    return job


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a chain to verify; under the maintenance scope."""
    return jobs.waiting(JOB_KIND)


def step(seller_id: uuid.UUID) -> bool:
    """Verify one part of a seller's chain; whether there may be more.

    The part and the job's new place commit together: a successor goes on behind it.
    """
    with seller_scope(seller_id):
        job = jobs.next_open(JOB_KIND)
        if job is None or not jobs.claim(job):
            return False
        hash_ = job.result.get("hash", chain.NO_HASH)
        part = chain.verify_part(chain.Head(job.position, hash_))
        total = max(chain.head().place, part.last.place)
        jobs.progress(job, position=part.last.place, total=total, result={"hash": part.last.hash})
        if part.is_end:
            _finish(job, chain.result_of(part))
    return True


def _finish(job: Job, result: chain.Result) -> None:
    """Who asked, and what was found, is itself an entry."""
    jobs.finish(
        job,
        actor=Actor.person(job.started_by) if job.started_by else SYSTEM,
        verb="trail.verified",
        detail={
            "whole": result.whole,
            "checked": result.checked,
            "place": result.head.place,
            "hash": result.head.hash,
            "broken_at": result.broken_at,
            "fault": result.fault,
            "waiting": result.waiting,
            "late": result.late,
        },
    )


KIND: Final = work.Kind(JOB_KIND, waiting, step, work.BACKGROUND_QUEUE)
