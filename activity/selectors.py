"""Reads of the trail."""

import uuid
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from activity.models import Event


def events() -> QuerySet[Event]:
    """Everything that happened at the seller in scope, newest first."""
    return Event.objects.order_by("-id")


def trail() -> QuerySet[Event]:
    """Every event with its `place` and `hash` in the chain, None while it is not sealed."""
    return events().annotate(
        place=F("links__place"), hash=F("links__hash"), previous_hash=F("links__previous_hash")
    )


def last_check() -> Event | None:
    """The newest check of the chain."""
    return events().filter(verb="trail.verified").first()


def decisions(prefixes: Iterable[str]) -> QuerySet[Event]:
    """Events of people and programs whose verb starts with one of `prefixes`, newest first."""
    wanted = Q()
    for prefix in prefixes:
        wanted |= Q(verb__startswith=prefix)
    return trail().filter(wanted).exclude(actor_kind="system")


def events_of_partner(partner_id: uuid.UUID) -> QuerySet[Event]:
    """A partner's history, newest first."""
    return events().filter(partner_id=partner_id)


def events_of_object(object_id: uuid.UUID) -> QuerySet[Event]:
    """What happened to one record, newest first."""
    return events().filter(object_id=object_id)
