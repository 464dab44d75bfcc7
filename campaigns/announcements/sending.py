"""The worker's part: an announcement is brought to its partners' people, batch by batch.

A batch is one transaction that also notes how far it came. A batch done twice adds nothing,
because a person has one receipt and one notification of an announcement.
"""

import uuid
from collections.abc import Iterable
from typing import Final

from django.urls import NoReverseMatch, reverse

from activity.services import notify_more
from campaigns import segments
from campaigns.announcements import selectors
from campaigns.models import Announcement, Receipt
from partners.models import Member, Partner
from prm import rich_text
from sellers.scope import seller_scope
from sellers.trail import Notice

BATCH: Final = 500


def waiting() -> list[uuid.UUID]:
    """Sellers with an announcement on its way; under the maintenance scope."""
    rows = Announcement.objects.filter(status=Announcement.Status.SENDING)
    return list(rows.order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID, batch: int = BATCH) -> bool:
    """Bring the oldest one on its way to the next `batch` partners; whether more may be to do."""
    with seller_scope(seller_id):
        announcement = (
            Announcement.objects.select_for_update(of=("self",))
            .select_related("seller")
            .filter(status=Announcement.Status.SENDING)
            .order_by("id")
            .first()
        )
        if announcement is None:
            return False
        _bring(announcement, batch)
        return Announcement.objects.filter(status=Announcement.Status.SENDING).exists()


def _bring(announcement: Announcement, batch: int) -> None:
    segment = segments.from_json(announcement.segment)
    partners = selectors.partners_after(segment, announcement.last_partner_id, batch)
    if partners:
        _tell(announcement, partners)
        announcement.last_partner_id = partners[-1].pk
    if len(partners) < batch:
        announcement.status = Announcement.Status.SENT
    announcement.save(update_fields=["last_partner_id", "status"])


def _tell(announcement: Announcement, partners: Iterable[Partner]) -> None:
    members = list(
        Member.objects.filter(
            partner__in=[one.pk for one in partners], is_active=True, user__is_active=True
        ).select_related("user")
    )
    Receipt.objects.bulk_create(
        [
            Receipt(
                seller_id=announcement.seller_id,
                announcement=announcement,
                partner_id=member.partner_id,
                user=member.user,
            )
            for member in members
        ],
        ignore_conflicts=True,
    )
    if announcement.event_id is None:  # sent by hand into the database: nothing to hang it on
        return
    notice = Notice(
        users={member.user for member in members},
        room="partner",
        subject=announcement.title,
        body=rich_text.excerpt(announcement.source),
        path=_path(announcement),
    )
    notify_more(event_id=announcement.event_id, seller_id=announcement.seller_id, notices=[notice])


def _path(announcement: Announcement) -> str:
    try:
        return reverse("partner:news-detail", args=[announcement.seller.slug, announcement.pk])
    except NoReverseMatch:
        return ""
