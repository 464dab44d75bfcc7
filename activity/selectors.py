"""Reads of the trail."""

import uuid

from django.db.models import QuerySet

from activity.models import Event


def events() -> QuerySet[Event]:
    """Everything that happened at the seller in scope, newest first."""
    return Event.objects.order_by("-id")


def events_of_partner(partner_id: uuid.UUID) -> QuerySet[Event]:
    """A partner's history, newest first."""
    return events().filter(partner_id=partner_id)


def events_of_object(object_id: uuid.UUID) -> QuerySet[Event]:
    """What happened to one record, newest first."""
    return events().filter(object_id=object_id)
