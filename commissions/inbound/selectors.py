"""Reads about sources and what arrived."""

import uuid
from datetime import timedelta
from typing import Final

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from commissions.models import Arrival, Source
from prm.errors import NotFound
from prm.ids import lowest_id_at
from tracking.models import Refund

RECENT: Final = timedelta(days=30)


def sources() -> QuerySet[Source]:
    """All that are not removed, with `state` and what arrived: `last_at`, `lately` (30 days),
    `failed`."""
    rows = Arrival.objects.filter(source=OuterRef("pk"))
    lately = rows.filter(pk__gte=lowest_id_at(timezone.now() - RECENT))
    return (
        Source.objects.filter(removed_at=None)
        .select_related("program", "seller")
        .annotate(
            state=Case(
                When(paused_at__isnull=False, then=Value("paused")),
                When(Exists(rows), then=Value("active")),
                default=Value("new"),
            ),
            last_at=Subquery(rows.order_by("-id").values("created_at")[:1]),
            lately=_count(lately),
            failed=_count(rows.filter(state=Arrival.State.FAILED)),
        )
    )


def _count(rows: QuerySet[Arrival]) -> Coalesce:
    counted = rows.order_by().values("source").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def state_of(source: Source) -> str:
    """As the list tells it: new until something came, then active, or paused, or removed."""
    if source.removed_at or source.paused_at:
        return "removed" if source.removed_at else "paused"
    return "active" if Arrival.objects.filter(source=source).exists() else "new"


def all_sources() -> QuerySet[Source]:
    """Those in use and those removed."""
    return Source.objects.select_related("program", "seller")


def source(source_id: uuid.UUID) -> Source:
    """One source, whether in use or removed. Raises NotFound."""
    found = all_sources().filter(pk=source_id).first()
    if found is None:
        raise NotFound(_("There is no such source."))
    return found


def counts(of: Source) -> dict[str, int]:
    """How many arrivals a source has in each state."""
    rows = Arrival.objects.filter(source=of).values_list("state").annotate(n=Count("pk"))
    return dict(rows)


def first_arrival(of: Source) -> Arrival | None:
    """The message that proved the set-up."""
    return Arrival.objects.filter(source=of).order_by("id").first()


def arrivals() -> QuerySet[Arrival]:
    """The log without its bodies."""
    return Arrival.objects.select_related("source", "seller").defer("body")


def arrivals_told() -> QuerySet[Arrival]:
    """The log with `has_body`: whether what came is still kept."""
    kept = Case(When(body__isnull=False, then=Value(True)), default=Value(False))
    return arrivals().annotate(has_body=kept)


def arrival(arrival_id: uuid.UUID) -> Arrival:
    """One message with its body. Raises NotFound."""
    found = Arrival.objects.select_related("source", "seller").filter(pk=arrival_id).first()
    if found is None:
        raise NotFound(_("There is no such message."))
    return found


def sale_of_refund(refund_id: str) -> uuid.UUID | None:
    """The sale that a refund belongs to."""
    if not refund_id:
        return None
    return Refund.objects.filter(pk=refund_id).values_list("sale_id", flat=True).first()


def failed() -> QuerySet[Arrival]:
    """Messages that need a look."""
    rows = Arrival.objects.filter(state=Arrival.State.FAILED)
    return rows.filter(source__removed_at=None)
