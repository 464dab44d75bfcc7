"""Reads about announcements and who has read them."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from campaigns import segments
from campaigns.models import Announcement, Receipt
from campaigns.segments import Segment
from partners.models import Member, Partner
from prm.errors import NotFound
from sellers.models import User

IN_PORTAL = (Announcement.Status.SENDING, Announcement.Status.SENT)


@dataclass(frozen=True)
class Audience:
    """How many partners, and how many of their people, a segment reaches."""

    partners: int
    people: int


def audience(segment: Segment) -> Audience:
    """Whom the segment reaches now."""
    partners = segments.partners_in(segment)
    people = Member.objects.filter(is_active=True, user__is_active=True, partner__in=partners)
    return Audience(partners.count(), people.count())


def announcements() -> QuerySet[Announcement]:
    """All announcements with `reached` and `read`, the people it came to and who has read it."""
    return Announcement.objects.select_related("created_by", "seller").annotate(
        reached=_receipts(Q()), read=_receipts(Q(read_at__isnull=False))
    )


def announcement_by_id(announcement_id: uuid.UUID | str) -> Announcement:
    """One with its counts; raises NotFound."""
    found = announcements().filter(pk=announcement_id).first()
    if found is None:
        raise NotFound("announcement")
    return found


def receipts(announcement: Announcement) -> QuerySet[Receipt]:
    """Who got it, with partner and person."""
    return Receipt.objects.filter(announcement=announcement).select_related("partner", "user")


def received(partner_id: uuid.UUID, user: User) -> QuerySet[Receipt]:
    """What a person of a partner got and can still read."""
    return Receipt.objects.filter(
        partner_id=partner_id, user=user, announcement__status__in=IN_PORTAL
    ).select_related("announcement__seller")


def received_one(partner_id: uuid.UUID, user: User, announcement_id: uuid.UUID | str) -> Receipt:
    """The person's receipt of one announcement; raises NotFound."""
    found = received(partner_id, user).filter(announcement_id=announcement_id).first()
    if found is None:
        raise NotFound("announcement")
    return found


def unread(partner_id: uuid.UUID, user: User) -> QuerySet[Receipt]:
    """The announcements that the person has not read."""
    return received(partner_id, user).filter(read_at=None)


def shares_of(announcement: Announcement) -> dict[str, int]:
    """Partners who got it, and partners of whom at least one person has read it."""
    return Receipt.objects.filter(announcement=announcement).aggregate(
        partners=Count("partner", distinct=True),
        partners_read=Count("partner", distinct=True, filter=Q(read_at__isnull=False)),
    )


def partners_after(segment: Segment, last: uuid.UUID | None, most: int) -> list[Partner]:
    """The next partners of a segment in the order of their ids."""
    rows = segments.partners_in(segment).order_by("id")
    return list(rows.filter(pk__gt=last)[:most] if last else rows[:most])


def _receipts(which: Q) -> Coalesce:
    counted = (
        Receipt.objects.filter(which, announcement=OuterRef("pk"))
        .order_by()
        .values("announcement")
        .annotate(times=Count("pk"))
        .values("times")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
