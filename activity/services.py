"""Recording what happened. One call feeds the trail, notifications and, later, webhooks."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, models
from django.utils import timezone

from activity.models import Event, Notification
from prm.copying import insert_rows
from prm.ids import new_text_id
from prm.json_text import compact
from sellers.actors import Actor
from sellers.models import Seller
from sellers.trail import Notice

__all__ = ["Entry", "Notice", "notify_more", "record", "record_many", "record_new"]

COLUMNS: Final = (
    "id",
    "created_at",
    "seller_id",
    "at",
    "verb",
    "actor_kind",
    "actor_id",
    "actor_label",
    "object_type",
    "object_id",
    "object_label",
    "partner_id",
    "changes",
    "detail",
    "address",
)
_NAMES: Final = ", ".join(COLUMNS)
_MARKS: Final = ", ".join(["%s"] * len(COLUMNS))


@dataclass(frozen=True)
class Entry:
    """One thing to record; for batches of many. `id` is given where something else names it."""

    verb: str
    object: models.Model
    label: str
    partner_id: uuid.UUID | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


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
    notify_more(event_id=event.pk, seller_id=seller.pk, notices=notify)
    return event


def notify_more(*, event_id: uuid.UUID, seller_id: uuid.UUID, notices: Iterable[Notice]) -> None:
    """Write notifications of an event, once for each person and room; for batches of readers."""
    rows = [
        Notification(
            seller_id=seller_id,
            user=user,
            event_id=event_id,
            room=notice.room,
            subject=notice.subject[:200],
            body=notice.body,
            path=notice.path,
            mail_due=notice.mail,
            reply_to=notice.reply_to,
        )
        for notice in notices
        for user in notice.users
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def record_many(*, seller_id: uuid.UUID, actor: Actor, entries: Iterable[Entry]) -> None:
    """Write many events in one statement; for engines and imports."""
    now = timezone.now()
    insert_rows(Event, COLUMNS, [_values(seller_id, actor, entry, now) for entry in entries])


def record_new(
    insert: str, values: Sequence[Any], *, seller_id: uuid.UUID, actor: Actor, entry: Entry
) -> bool:
    """Run an `INSERT … RETURNING`, and write the event of it in the same statement.

    Whether it inserted a row; without one there is no event. For what is written very often.
    """
    sql = f"""
        WITH inserted AS ({insert})
        INSERT INTO {Event._meta.db_table} ({_NAMES}) SELECT {_MARKS} FROM inserted
    """  # noqa: S608  constant texts
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *_values(seller_id, actor, entry, timezone.now())])
        return bool(cursor.rowcount)


def _values(
    seller_id: uuid.UUID, actor: Actor, entry: Entry, now: datetime
) -> tuple[str | datetime | None, ...]:
    """An event as it stands in the table, in the order of COLUMNS."""
    return (
        entry.id or new_text_id(),
        now,
        str(seller_id),
        now,
        entry.verb,
        actor.kind,
        actor.id,
        actor.label[:160],
        entry.object._meta.label_lower,
        str(entry.object.pk),
        entry.label[:200],
        None if entry.partner_id is None else str(entry.partner_id),
        compact({name: list(pair) for name, pair in entry.changes.items()}),
        compact(dict(entry.detail)),
        actor.address,
    )


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
