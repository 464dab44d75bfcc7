"""Celery tasks: the sweeper and the one that drains a queue."""

import uuid

from celery import shared_task

from activity import work


@shared_task(name="activity.sweep")
def sweep() -> int:
    """Find waiting work of all sellers and wake workers for it (beat, every few seconds)."""
    return work.sweep()


@shared_task(name="activity.drain")
def drain(kind: str, seller_id: str) -> int:
    """Work through one kind of one seller's waiting work."""
    return work.drain(kind, uuid.UUID(seller_id))
