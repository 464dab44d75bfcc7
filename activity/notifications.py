"""A person's notifications: reading them and marking them read. All in the seller's scope."""

import uuid

from django.db.models import Case, QuerySet, Value, When
from django.utils import timezone

from activity.models import Notification
from sellers.models import User


def of_person(user: User, room: str) -> QuerySet[Notification]:
    """What `user` was told in `room`."""
    return Notification.objects.filter(user=user, room=room).select_related("event")


def newest(user: User, room: str, limit: int) -> QuerySet[Notification]:
    """The last things that `user` was told in `room`, the newest first, without their events."""
    return Notification.objects.filter(user=user, room=room).order_by("-id")[:limit]


def with_state(user: User, room: str) -> QuerySet[Notification]:
    """The same rows with `state`: "new" or "read"."""
    return (
        of_person(user, room)
        .select_related("seller")
        .annotate(state=Case(When(read_at=None, then=Value("new")), default=Value("read")))
    )


def unread(user: User, room: str = "") -> QuerySet[Notification]:
    """What `user` has not read yet, in `room` or in all."""
    rows = Notification.objects.filter(user=user, read_at=None)
    return rows.filter(room=room) if room else rows


def mark_read(user: User, room: str, *, only: uuid.UUID | None = None) -> int:
    """Mark one or all of the person's notifications in `room` as read; returns how many."""
    rows = unread(user, room)
    if only:
        rows = rows.filter(pk=only)
    return rows.update(read_at=timezone.now())


def one(user: User, room: str, notification_id: uuid.UUID) -> Notification | None:
    """The person's own notification, or None."""
    return of_person(user, room).filter(pk=notification_id).first()
