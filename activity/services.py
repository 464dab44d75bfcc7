"""Recording what happened. One call feeds the trail, notifications and, later, webhooks."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone

from activity.models import Event, Notification
from sellers.actors import Actor
from sellers.models import Seller
from sellers.trail import Notice

__all__ = ["Entry", "Notice", "record", "record_many"]


@dataclass(frozen=True)
class Entry:
    """One thing to record; for batches of many."""

    verb: str
    object: models.Model
    label: str
    partner_id: uuid.UUID | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(
    *,
    seller: Seller,
    actor: Actor,
    verb: str,
    object: models.Model,  # noqa: A002  the trail's own word for it
    label: str = "",
    partner_id: uuid.UUID | None = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    detail: Mapping[str, Any] | None = None,
    notify: Iterable[Notice] = (),
) -> Event:
    """Write one event in the transaction of the change it tells of, and its notifications.

    `changes` is {field: (before, after)} with JSON values.
    """
    entry = Entry(verb, object, label or str(object), partner_id, changes or {}, detail or {})
    event = _event(seller.pk, actor, entry)
    event.save(force_insert=True)
    rows = [
        Notification(
            seller_id=seller.pk,
            user=user,
            event=event,
            room=notice.room,
            subject=notice.subject[:200],
            body=notice.body,
            path=notice.path,
            mail_due=notice.mail,
        )
        for notice in notify
        for user in notice.users
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return event


def record_many(*, seller_id: uuid.UUID, actor: Actor, entries: Iterable[Entry]) -> None:
    """Write many events in one statement; for engines and imports."""
    Event.objects.bulk_create([_event(seller_id, actor, entry) for entry in entries])


def _event(seller_id: uuid.UUID, actor: Actor, entry: Entry) -> Event:
    return Event(
        seller_id=seller_id,
        at=timezone.now(),
        verb=entry.verb,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:160],
        object_type=entry.object._meta.label_lower,
        object_id=entry.object.pk,
        object_label=entry.label[:200],
        partner_id=entry.partner_id,
        changes={name: list(pair) for name, pair in entry.changes.items()},
        detail=dict(entry.detail),
        address=actor.address,
    )
