"""The worker: each arrival in its turn, in a transaction of its own, and what became of it."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from activity import work
from commissions.inbound import fields
from commissions.inbound.booking import Booked, Desk, Later, Look, Missing
from commissions.inbound.kinds import KINDS
from commissions.inbound.meanings import (
    Came,
    Given,
    Meaning,
    Nothing,
    Returned,
    Sold,
    Told,
    Unreadable,
)
from commissions.inbound.receiving import WORK
from commissions.models import Arrival, ArrivalState, Source
from prm.errors import Refusal
from sellers.actors import Actor
from sellers.scope import seller_scope

logger = logging.getLogger(__name__)

BATCH: Final = 50
TRIES: Final = 6


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with something to process now."""
    return set(_due(timezone.now()).order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """One batch, in order of arrival; whether there may be more."""
    with seller_scope(seller_id):
        ids = list(_due(timezone.now()).order_by("id").values_list("pk", flat=True)[:BATCH])
    for arrival_id in ids:
        with seller_scope(seller_id):
            _process(arrival_id)
    return len(ids) == BATCH or bool(ids and _woken(seller_id))


def _woken(seller_id: uuid.UUID) -> bool:
    """Whether the batch woke what had waited for it."""
    with seller_scope(seller_id):
        return _due(timezone.now()).exists()


def _due(now: datetime) -> QuerySet[Arrival]:
    return Arrival.objects.filter(due_at__lte=now, source__paused_at=None, source__removed_at=None)


def _process(arrival_id: uuid.UUID) -> None:
    """One arrival, alone at its source: what it asks about others must not change meanwhile."""
    arrival = Arrival.objects.get(pk=arrival_id)
    source = (
        Source.objects.select_for_update(no_key=True, of=("self",))
        .select_related("seller")
        .get(pk=arrival.source_id)
    )
    arrival = Arrival.objects.select_for_update().get(pk=arrival_id)
    if arrival.due_at is None:
        return
    now = timezone.now()
    arrival.attempts = min(arrival.attempts + 1, 30_000)
    arrival.processed_at, arrival.due_at = now, None
    arrival.why = arrival.detail = arrival.waits_for = ""
    try:
        with transaction.atomic():
            _take_over(arrival, source, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  one message must not stop those behind it
        _not_taken(arrival, error, now)
    arrival.save()


def _take_over(arrival: Arrival, source: Source, now: datetime) -> None:
    meanings = KINDS[source.kind].read(fields.parse(bytes(arrival.body or b"")))
    arrival.subject = next((text for one in meanings if (text := _subject(one))), "")[:160]
    actor = Actor("source", str(source.pk), source.name)
    booked = Desk(source, actor, now - arrival.created_at).book(meanings)
    arrival.outcome = [asdict(one) for one in booked]
    nothing = [one for one in meanings if isinstance(one, Nothing)]
    arrival.state = _state(booked, nothing)
    if nothing:
        arrival.why, arrival.detail = nothing[0].why, nothing[0].detail[:500]


def _state(booked: list[Booked], nothing: list[Nothing]) -> ArrivalState:
    return ArrivalState.DONE if booked or not nothing else ArrivalState.IGNORED


def _subject(meaning: Meaning) -> str:
    """What the message is about, for the log and its search."""
    match meaning:
        case Sold(sale=sale):
            return sale.external_id
        case Returned(id=refund_id, of=names):
            return " ".join([refund_id, *names[:1]])
        case Came(lead=lead):
            return lead.external_id
        case Told(name=name):
            return name
        case Given(record=record):
            return record.external_id
        case Nothing(detail=detail):
            return detail


def _not_taken(arrival: Arrival, error: Exception, now: datetime) -> None:
    """What hinders it, and what comes next."""
    state, why, detail = Arrival.State.FAILED, "broken", ""
    match error:
        case Later():
            state, why, detail = Arrival.State.WAITING, "waits", error.name
            arrival.waits_for = error.name[:200]
            arrival.due_at = arrival.created_at + error.limit
        case Missing():
            state, why, detail = Arrival.State.IGNORED, error.why, error.detail
            arrival.waits_for = error.name[:200]
        case Look():
            why, detail = error.why, error.detail
        case Unreadable():
            why, detail = error.code, f"{error.path} {error.value}".strip()
        case Refusal():
            why, detail = "refused", error.message
        case _:
            logger.error("arrival %s could not be processed", arrival.pk, exc_info=error)
            if arrival.attempts < TRIES:
                state, why = Arrival.State.PENDING, "tries_again"
                arrival.due_at = now + timedelta(seconds=4**arrival.attempts)
    arrival.state, arrival.why, arrival.detail = state, why, detail[:500]
    arrival.outcome = []


KIND: Final = work.Kind(WORK, waiting, step)
