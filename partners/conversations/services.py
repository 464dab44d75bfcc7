"""Writes about conversations: opened, answered, read, closed.

Closing says that nothing waits; whoever writes again opens it again.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import Notice, record
from partners import selectors as partners
from partners.conversations import selectors
from partners.conversations.addresses import address_for
from partners.help import questions
from partners.models import Conversation, Message, MessageFile, Participant, Partner, Side
from partners.notices import notices_to
from prm.errors import Conflict, Unacceptable
from prm.ids import new_id
from prm.validation import require_valid
from sellers.actors import Actor
from sellers.models import User

MOST_FILES = 5
MAILED_TEXT = 2000
ROOMS = {Side.SELLER.value: "console", Side.PARTNER.value: "partner"}
_PATHS = {
    "console": "/{slug}/console/conversations/{id}/",
    "partner": "/{slug}/portal/conversations/{id}/",
}


@dataclass(frozen=True)
class Attachment:
    """A file that was found harmless (campaigns/uploads): what is kept, not what came."""

    content: bytes
    name: str
    content_type: str


@dataclass(frozen=True)
class Said:
    """What is said: text, files, and for a mail its Message-ID and what of it was left out."""

    text: str
    files: Sequence[Attachment] = ()
    via: str = Message.Via.PORTAL
    mail_id: str | None = None
    left_out: str = ""


@transaction.atomic
def open_conversation(
    *, partner: Partner, subject: str, said: Said, side: str, actor: Actor
) -> Conversation:
    """Begin one with its first message; what a partner asks counts among the questions.

    Raises Unacceptable by the field (`subject`, `text`, `attached`).
    """
    user = _writer(actor)
    conversation = Conversation(
        seller_id=partner.seller_id,
        partner=partner,
        subject=" ".join(subject.split()),
        opened_by=user,
        last_side=side,
        last_message_at=timezone.now(),
    )
    if not conversation.subject:
        raise Unacceptable(_("Say what it is about."), field="subject", code="required")
    require_valid(conversation, only={"subject"})
    conversation.save(force_insert=True)
    record(
        seller=partner.seller,
        actor=actor,
        verb="conversation.opened",
        object=conversation,
        partner_id=partner.pk,
    )
    if side == Side.PARTNER:
        # nobody searched, so nothing was missed
        questions.note(seller=partner.seller, words=conversation.subject, found=True)
    _say(conversation, said, side, actor)
    return conversation


@transaction.atomic
def write_message(*, conversation: Conversation, said: Said, side: str, actor: Actor) -> Message:
    """Say something in it; a closed one is open again.

    Raises Unacceptable by the field (`text`, `attached`), Conflict for a mail taken before.
    """
    current = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("seller", "partner__seller", "partner__manager")
        .get(pk=conversation.pk)
    )
    message = _say(current, said, side, actor)
    current.status = Conversation.Status.OPEN
    current.last_side, current.last_message_at = side, timezone.now()
    current.save(update_fields=["status", "last_side", "last_message_at"])
    return message


@transaction.atomic
def close_conversation(*, conversation: Conversation, actor: Actor) -> None:
    """Note that nothing waits any more. Raises Conflict when it is closed already."""
    hit = Conversation.objects.filter(pk=conversation.pk, status=Conversation.Status.OPEN).update(
        status=Conversation.Status.CLOSED
    )
    if hit != 1:
        raise Conflict(_("It is closed already."), code="state")
    record(
        seller=conversation.seller,
        actor=actor,
        verb="conversation.closed",
        object=conversation,
        partner_id=conversation.partner_id,
    )


def mark_read(*, conversation: Conversation, user: User, side: str) -> None:
    """Note that `user` has read all of it. The row is the record; no event is written."""
    Participant.objects.filter(conversation=conversation, user=user, side=side).update(
        unread=0, read_at=timezone.now()
    )


def _writer(actor: Actor) -> User:
    if actor.user is None:
        raise Unacceptable(_("Only people write messages."), field="text", code="author")
    return actor.user


def _say(conversation: Conversation, said: Said, side: str, actor: Actor) -> Message:
    user = _writer(actor)
    message = Message(
        seller_id=conversation.seller_id,
        conversation=conversation,
        author=user,
        side=side,
        text=said.text.replace("\r\n", "\n").strip(),
        via=said.via,
        mail_id=said.mail_id,
        left_out=said.left_out[:500],
    )
    _check(message, said)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This mail was taken before."), code="taken") from error
    for file in said.files:
        _keep(message, file)
    everybody = _join(conversation, user, side)
    record(
        seller=conversation.seller,
        actor=actor,
        verb="message.sent",
        object=message,
        label=conversation.subject,
        partner_id=conversation.partner_id,
        detail={"conversation": str(conversation.pk), "files": len(said.files)},
        notify=_notices(conversation, message, everybody),
    )
    return message


def _check(message: Message, said: Said) -> None:
    if not message.text and not said.files:
        raise Unacceptable(_("Write something."), field="text", code="required")
    if len(said.files) > MOST_FILES:
        message_ = _("At most %(count)d files at once.") % {"count": MOST_FILES}
        raise Unacceptable(message_, field="attached", code="too_many")
    message.text = message.text or "–"
    require_valid(message, only={"text"})


def _keep(message: Message, file: Attachment) -> None:
    kept = MessageFile(
        id=new_id(),
        seller_id=message.seller_id,
        message=message,
        file_name=file.name,
        content_type=file.content_type,
        size=len(file.content),
    )
    # Nobody's words in the path: the name people see is kept beside it.
    ending = file.name.rpartition(".")[2]
    kept.file.save(f"{kept.pk}.{ending}", ContentFile(file.content), save=False)
    kept.save(force_insert=True)


def _join(conversation: Conversation, author: User, side: str) -> list[Participant]:
    """Everybody who is to hear of it, the author among them; one more unread for the others."""
    people = {
        Side.SELLER.value: {user.pk: user for user in selectors.staff_in(conversation)},
        Side.PARTNER.value: {user.pk: user for user in partners.users_of(conversation.partner)},
    }
    people[str(side)][author.pk] = author
    Participant.objects.bulk_create(
        [
            Participant(
                seller_id=conversation.seller_id, conversation=conversation, user=user, side=of
            )
            for of, users in people.items()
            for user in users.values()
        ],
        ignore_conflicts=True,
    )
    rows = Participant.objects.filter(conversation=conversation)
    rows.filter(user=author, side=side).update(unread=0, read_at=timezone.now())
    ids = [
        one.pk
        for one in rows.select_related("user")
        if one.user_id in people[one.side] and (one.user_id, one.side) != (author.pk, str(side))
    ]
    rows.filter(pk__in=ids).update(unread=F("unread") + 1)
    return list(rows.filter(pk__in=ids).select_related("user"))


def _notices(
    conversation: Conversation, message: Message, others: Iterable[Participant]
) -> Iterator[Notice]:
    names = ", ".join(one.file_name for one in message.files.all())
    body = message.text[:MAILED_TEXT] + (f"\n\n{names}" if names else "")
    for one in others:
        if one.user_id == message.author_id:
            continue  # on both sides at once: he knows what he wrote
        room = ROOMS[one.side]
        for notice in notices_to(
            [one.user],
            seller=conversation.seller,
            room=room,
            subject=gettext_lazy("%(who)s: %(subject)s"),
            values={"who": str(message.author), "subject": conversation.subject},
            path=_path(room, conversation),
        ):
            yield Notice(
                users=notice.users,
                room=room,
                subject=notice.subject,
                body=body,
                path=notice.path,
                reply_to=address_for(one.pk),
            )


def _path(room: str, conversation: Conversation) -> str:
    conversation_id: uuid.UUID = conversation.pk
    return _PATHS[room].format(slug=conversation.seller.slug, id=conversation_id)
