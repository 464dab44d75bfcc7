"""Writes about announcements: drafted, sent off, withdrawn, read."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import work
from activity.services import record
from campaigns import rules, segments
from campaigns.announcements import selectors
from campaigns.models import Announcement, Receipt
from campaigns.segments import Segment
from partners.models import Partner
from prm import rich_text
from prm.errors import Conflict, Unacceptable
from prm.validation import require_valid
from sellers.actors import Actor
from sellers.models import Seller, User

KIND = "announcements"
CHECKED = frozenset({"title", "source"})


@transaction.atomic
def draft_announcement(
    *, seller: Seller, actor: Actor, title: str, source: str, segment: Segment
) -> Announcement:
    """A draft that nobody sees yet. Raises Unacceptable by the field (`title`, `source`)."""
    draft = Announcement(seller=seller, created_by=actor.user)
    _fill(draft, title, source, segment)
    draft.save(force_insert=True)
    record(seller=seller, actor=actor, verb="announcement.created", object=draft)
    return draft


@transaction.atomic
def change_announcement(
    *, announcement: Announcement, actor: Actor, title: str, source: str, segment: Segment
) -> Announcement:
    """Change a draft. Raises Conflict once it is sent, Unacceptable by the field."""
    current = Announcement.objects.select_for_update().get(pk=announcement.pk)
    if current.status != Announcement.Status.DRAFT:
        raise Conflict(_("It is sent already and can no longer be changed."), code="state")
    before = (current.title, current.source, current.segment)
    _fill(current, title, source, segment)
    if before == (current.title, current.source, current.segment):
        return current
    current.save(update_fields=["title", "source", "segment", "updated_at"])
    record(
        seller=current.seller,
        actor=actor,
        verb="announcement.changed",
        object=current,
        changes={"title": (before[0], current.title)} if before[0] != current.title else {},
    )
    return current


@transaction.atomic
def delete_draft(*, announcement: Announcement, actor: Actor) -> None:
    """Throw a draft away. Raises Conflict once it is sent."""
    hit, _rows = Announcement.objects.filter(
        pk=announcement.pk, status=Announcement.Status.DRAFT
    ).delete()
    if hit != 1:
        raise Conflict(_("It is sent already and can no longer be deleted."), code="state")
    record(
        seller=announcement.seller, actor=actor, verb="announcement.deleted", object=announcement
    )


@transaction.atomic
def send_announcement(*, announcement: Announcement, actor: Actor) -> Announcement:
    """Send a draft to who is in its segment now; a worker brings it to them in batches.

    Raises Conflict when it was sent already and Unacceptable when the segment is empty.
    """
    current = Announcement.objects.get(pk=announcement.pk)
    partners = selectors.audience(segments.from_json(current.segment)).partners
    if not partners:
        raise Unacceptable(
            _("Nobody is in this segment, so nobody would read it."), field="programs", code="empty"
        )
    hit = Announcement.objects.filter(pk=current.pk, status=Announcement.Status.DRAFT).update(
        status=Announcement.Status.SENDING, sent_at=timezone.now()
    )
    if hit != 1:
        raise Conflict(_("It was sent already."), code="state")
    event = record(
        seller=current.seller,
        actor=actor,
        verb="announcement.sent",
        object=current,
        detail={"partners": partners, "segment": current.segment},
    )
    Announcement.objects.filter(pk=current.pk).update(event_id=event.pk)
    work.nudge(KIND, current.seller_id)
    current.refresh_from_db()
    return current


@transaction.atomic
def withdraw_announcement(*, announcement: Announcement, actor: Actor) -> Announcement:
    """Take a sent one out of the portal; mails that went out stay. Raises Conflict otherwise."""
    hit = Announcement.objects.filter(pk=announcement.pk, status=Announcement.Status.SENT).update(
        status=Announcement.Status.WITHDRAWN
    )
    if hit != 1:
        raise Conflict(_("Only what was sent can be withdrawn."), code="state")
    announcement.refresh_from_db()
    record(
        seller=announcement.seller, actor=actor, verb="announcement.withdrawn", object=announcement
    )
    return announcement


def mark_read(*, announcement: Announcement, partner: Partner, user: User) -> int:
    """Note that a person has read it, the first time; returns how many receipts that changed.

    The receipt is the record: no event is written.
    """
    return Receipt.objects.filter(
        announcement=announcement, partner=partner, user=user, read_at=None
    ).update(read_at=timezone.now())


def _fill(draft: Announcement, title: str, source: str, segment: Segment) -> None:
    draft.title, draft.source = title.strip(), rules.unified(source)
    draft.segment = segment.to_json()
    if not draft.title:
        raise Unacceptable(_("Give it a title."), field="title", code="required")
    if not rich_text.to_text(draft.source):
        raise Unacceptable(_("Write what partners shall read."), field="source", code="required")
    require_valid(draft, only=CHECKED)
