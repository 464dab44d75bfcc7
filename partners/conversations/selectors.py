"""Reads about conversations."""

import uuid

from django.db.models import (
    Case,
    CharField,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Left

from partners.models import Conversation, Message, MessageFile, Participant, Partner, Side
from partners.selectors import managers, staff_to_tell
from prm.errors import NotFound
from sellers.models import User


def conversations(user: User, side: str) -> QuerySet[Conversation]:
    """All of the seller's, as `user` on `side` sees them: `unread`, `last_text`, and `state`.

    `state` is new (something unread), waiting (for the reader's side), answered or closed.
    """
    mine = Participant.objects.filter(conversation=OuterRef("pk"), user=user, side=side)
    last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-id")
    return (
        Conversation.objects.select_related("partner", "seller")
        .annotate(
            unread=Coalesce(
                Subquery(mine.values("unread")[:1], output_field=IntegerField()), Value(0)
            ),
            last_text=Subquery(last.annotate(start=Left("text", 200)).values("start")[:1]),
        )
        .annotate(
            state=Case(
                When(unread__gt=0, then=Value("new")),
                When(status=Conversation.Status.CLOSED, then=Value("closed")),
                When(last_side=side, then=Value("answered")),
                default=Value("waiting"),
                output_field=CharField(),
            )
        )
    )


def of_partner(partner_id: uuid.UUID, user: User) -> QuerySet[Conversation]:
    """The partner's conversations as one of his people sees them."""
    return conversations(user, Side.PARTNER).filter(partner_id=partner_id)


def one(rows: QuerySet[Conversation], conversation_id: uuid.UUID | str) -> Conversation:
    """One of `rows`; raises NotFound."""
    found = rows.filter(pk=conversation_id).first()
    if found is None:
        raise NotFound("conversation")
    return found


def thread(conversation: Conversation) -> QuerySet[Message]:
    """Its messages in order, each with author and files."""
    files = Prefetch("files", MessageFile.objects.order_by("id"))
    return (
        Message.objects.filter(conversation=conversation)
        .select_related("author")
        .prefetch_related(files)
        .order_by("id")
    )


def file_of(conversation: Conversation, file_id: uuid.UUID | str) -> MessageFile:
    """A file of one of its messages; raises NotFound."""
    found = MessageFile.objects.filter(pk=file_id, message__conversation=conversation).first()
    if found is None:
        raise NotFound("file")
    return found


def waiting() -> QuerySet[Conversation]:
    """Open ones in which the partner had the last word."""
    return Conversation.objects.filter(status=Conversation.Status.OPEN, last_side=Side.PARTNER)


def unread(user: User, side: str, partner_id: uuid.UUID | None = None) -> QuerySet[Participant]:
    """Where `user` has something unread, one row a conversation, of one partner or of all."""
    rows = Participant.objects.filter(user=user, side=side, unread__gt=0)
    return rows if partner_id is None else rows.filter(conversation__partner_id=partner_id)


def staff_in(conversation: Conversation) -> list[User]:
    """Staff who hear of it: who looks after the partner, and who has written in it."""
    wrote = Message.objects.filter(conversation=conversation, side=Side.SELLER).values("author")
    told = {user.pk: user for user in staff_to_tell(conversation.partner)}
    told |= {staff.user.pk: staff.user for staff in managers().filter(user__in=wrote)}
    return list(told.values())


def readers(conversation: Conversation, side: str) -> QuerySet[Participant]:
    """Who of the other side is in it, with when each last read; for "seen by"."""
    return (
        Participant.objects.filter(conversation=conversation, read_at__isnull=False)
        .exclude(side=side)
        .select_related("user")
        .order_by(F("read_at").desc())
    )


def partners_named(words: str) -> list[Partner]:
    """At most 6 partners whom a name or an e-mail address means; an exact one alone."""
    words = words.strip()
    exact = Partner.objects.filter(name__iexact=words) | Partner.objects.filter(email__iexact=words)
    found = list(exact.order_by("id")[:6])
    return found or list(Partner.objects.filter(name__icontains=words).order_by("name")[:6])
