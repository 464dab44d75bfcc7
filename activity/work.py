"""Work that waits in the database, and the workers that drain it.

The rows are the queue; the broker only nudges. A lost nudge costs seconds: the sweeper finds
waiting work of all sellers and nudges again, at most once per lease and kind, with back-off
after failures. A killed worker's transaction rolls back and its lease runs out.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from activity.models import WorkLease
from sellers.scope import maintenance_scope, seller_scope

logger = logging.getLogger(__name__)

TASK = "activity.drain"
MONEY_QUEUE = settings.CELERY_TASK_DEFAULT_QUEUE
BACKGROUND_QUEUE = settings.BACKGROUND_QUEUE
DRAIN_SECONDS = 30
MAX_BACKOFF = timedelta(minutes=5)
BURST_SECONDS = 1
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Kind:
    """One kind of work.

    `waiting` lists the sellers that have some, under the maintenance scope; `step` does one
    batch of one seller in transactions of its own and says whether there may be more. What
    nobody waits for by the second goes into the background queue, so that it never stands
    before a commission.
    """

    name: str
    waiting: Callable[[], Iterable[uuid.UUID]]
    step: Callable[[uuid.UUID], bool]
    queue: str = MONEY_QUEUE


_kinds: dict[str, Kind] = {}
_quiet_until: dict[tuple[str, uuid.UUID], float] = {}
"""When this process may nudge a kind of a seller's again."""


def register(kind: Kind) -> None:
    """Called at start-up by the app that owns the work."""
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    """All kinds of work, as they were registered."""
    return list(_kinds.values())


def nudge(kind: str, seller_id: uuid.UUID) -> None:
    """Wake a worker after the transaction commits. Bursts are joined; losing it is harmless."""
    transaction.on_commit(lambda: _send_joined(kind, seller_id))


def _send_joined(kind: str, seller_id: uuid.UUID) -> None:
    now = time.monotonic()
    if _quiet_until.get((kind, seller_id), 0.0) > now:
        return  # without asking Redis, who would say the same
    if len(_quiet_until) >= MOST_REMEMBERED:
        _quiet_until.clear()
    _quiet_until[kind, seller_id] = now + BURST_SECONDS
    if cache.add(f"nudge:{kind}:{seller_id}", 1, timeout=BURST_SECONDS):
        _send(kind, seller_id)


def _send(kind: str, seller_id: uuid.UUID) -> None:
    try:
        queue = _kinds[kind].queue
        current_app.send_task(
            TASK, args=[kind, str(seller_id)], queue=queue, retry=False, expires=60
        )
    except Exception as error:  # noqa: BLE001  whatever the broker raises: the sweeper comes
        logger.warning("nudge for %s lost: %s", kind, error)


def sweep() -> int:
    """Nudge every kind that has waiting work and no one at it; how many nudges went out.

    A kind that cannot say what waits is logged and passed over: money does not wait for mail.
    """
    sent = 0
    for kind in _kinds.values():
        try:
            with maintenance_scope():
                due = [seller for seller in kind.waiting() if _may_nudge(kind.name, seller)]
        except Exception:
            logger.exception("%s: what waits cannot be read", kind.name)
            continue
        for seller_id in due:
            _send(kind.name, seller_id)
        sent += len(due)
    return sent


def drain(kind_name: str, seller_id: uuid.UUID) -> int:
    """Work through a seller's queue of one kind under a lease; how many steps were done.

    Returns at once when another worker holds the lease.
    """
    kind = _kinds[kind_name]
    if not _lease(kind_name, seller_id):
        return 0
    steps, end, more = 0, time.monotonic() + DRAIN_SECONDS, True
    try:
        while more and time.monotonic() < end:
            more = kind.step(seller_id)
            steps += 1
            extend(kind_name, seller_id)
    except Exception as error:
        _release(kind_name, seller_id, error=error)
        raise
    _release(kind_name, seller_id)
    if more:
        _send(kind_name, seller_id)
    return steps


def _lease_time() -> timedelta:
    return timedelta(seconds=settings.WORK_LEASE_SECONDS)


def _may_nudge(kind: str, seller_id: uuid.UUID) -> bool:
    """Claim the right to nudge: nobody at work, and no nudge of the last lease time."""
    now = timezone.now()
    sql = """
        INSERT INTO activity_worklease
            (id, created_at, seller_id, kind, leased_until, nudged_at, failures, last_error)
        VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 0, '')
        ON CONFLICT (seller_id, kind) DO UPDATE SET nudged_at = EXCLUDED.nudged_at
        WHERE activity_worklease.leased_until <= %s AND activity_worklease.nudged_at <= %s
        RETURNING 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, seller_id, kind, now, now, now, now - _lease_time()])
        return cursor.fetchone() is not None


def _lease(kind: str, seller_id: uuid.UUID) -> bool:
    now = timezone.now()
    sql = """
        INSERT INTO activity_worklease
            (id, created_at, seller_id, kind, leased_until, nudged_at, failures, last_error)
        VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, 0, '')
        ON CONFLICT (seller_id, kind) DO UPDATE SET leased_until = EXCLUDED.leased_until
        WHERE activity_worklease.leased_until <= %s
        RETURNING 1
    """
    with seller_scope(seller_id), connection.cursor() as cursor:
        cursor.execute(sql, [now, seller_id, kind, now + _lease_time(), now, now])
        return cursor.fetchone() is not None


def extend(kind: str, seller_id: uuid.UUID) -> None:
    """Keep the lease in a step that takes longer than it."""
    with seller_scope(seller_id):
        WorkLease.objects.filter(kind=kind).update(leased_until=timezone.now() + _lease_time())


def _release(kind: str, seller_id: uuid.UUID, *, error: Exception | None = None) -> None:
    now = timezone.now()
    with seller_scope(seller_id):
        lease = WorkLease.objects.select_for_update().get(kind=kind)
        lease.failures = min(lease.failures + 1, 20) if error else 0
        lease.last_error = f"{type(error).__name__}: {error}"[:500] if error else ""
        backoff = min(timedelta(seconds=2**lease.failures), MAX_BACKOFF) if error else timedelta(0)
        lease.leased_until = now + backoff
        lease.nudged_at = now - _lease_time()
        lease.save(update_fields=["failures", "last_error", "leased_until", "nudged_at"])
