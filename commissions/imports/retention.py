"""Files that nobody imported are dropped after a month: they hold what customers wrote.

The job and its report stay; a file that was imported stays with it as the evidence.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from activity import jobs, work
from activity.models import Job
from commissions.imports.jobs import JOB_KIND, forget_file
from sellers.scope import seller_scope

KEPT: Final = timedelta(days=30)
BATCH: Final = 100


def _old() -> QuerySet[Job]:
    limit = timezone.now() - KEPT
    rows = Job.objects.filter(kind=JOB_KIND, created_at__lt=limit).exclude(file="")
    rows = rows.filter(Q(finished_at=None) | Q(finished_at__lt=limit))
    imported = Q(status=Job.Status.DONE, params__stage="import")
    return rows.exclude(status__in=jobs.OPEN).exclude(imported)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with files that were kept long enough."""
    return set(_old().order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Drop one batch; whether there may be more."""
    with seller_scope(seller_id):
        rows = list(_old().select_for_update(skip_locked=True).order_by("id")[:BATCH])
        for job in rows:
            forget_file(job)
    return len(rows) == BATCH


KIND: Final = work.Kind("import_files", waiting, step, work.BACKGROUND_QUEUE)
