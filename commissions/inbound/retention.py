"""Raw bodies are dropped after some months: they hold what customers wrote. The log stays."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from activity import work
from commissions.models import Arrival
from sellers.scope import seller_scope

KEPT: Final = timedelta(days=90)
BATCH: Final = 1000


def _old() -> QuerySet[Arrival]:
    return Arrival.objects.filter(created_at__lt=timezone.now() - KEPT, body__isnull=False)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with bodies that are too old."""
    return set(_old().order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Drop one batch; whether there may be more. What was not processed yet never will be."""
    with seller_scope(seller_id):
        ids = list(_old().values_list("pk", flat=True)[:BATCH])
        Arrival.objects.filter(pk__in=ids).update(body=None, due_at=None)
    return len(ids) == BATCH


KIND: Final = work.Kind("inbound_bodies", waiting, step, work.BACKGROUND_QUEUE)
