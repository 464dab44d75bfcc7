"""Answers by mail: taken into the conversation whose signed address they went to.

Who holds such an address could write as its owner, so the sender must be his address as well.
"""

import hmac
import uuid
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns import conversing
from partners import selectors as partners
from partners.conversations import mails, services
from partners.conversations.addresses import is_set_up, participant_in
from partners.conversations.services import MOST_FILES, Attachment, Said
from partners.models import Message, Participant, Side
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor
from sellers.scope import maintenance_scope, seller_scope

MOST_BYTES: Final = 40 * 2**20
MOST_TEXT: Final = 20_000
TAKEN, REPEATED, AUTOMATIC, UNKNOWN, STRANGER, EMPTY = (
    "taken", "taken before", "automatic, left alone", "no such conversation",
    "not from this person", "empty",
)  # fmt: skip


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """`POST /hooks/mail`: a whole message (RFC 5322) as the body, the operator's secret as bearer.

    200 says in one line what became of it, so that nothing is sent again; 401, 404 where no mail
    comes in, 413.
    """
    if not is_set_up():
        return HttpResponse(status=404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), settings.INBOUND_MAIL_SECRET.encode()):
        return HttpResponse(status=401)
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    return HttpResponse(take(request.read(MOST_BYTES)), content_type="text/plain")


def take(raw: bytes) -> str:
    """Put a mail into its conversation; says what became of it. Taking it twice changes nothing."""
    mail = mails.read(raw)
    if mail.automatic:
        return AUTOMATIC
    known = (participant_in(address) for address in mail.recipients)
    participant_id = next((one for one in known if one is not None), None)
    seller_id = _seller_of(participant_id) if participant_id else None
    if participant_id is None or seller_id is None:
        return UNKNOWN
    with seller_scope(seller_id):
        found = (
            Participant.objects.select_related(
                "user", "conversation__seller", "conversation__partner"
            )
            .filter(pk=participant_id)
            .first()
        )
        if found is None or not _still_in(found):
            return UNKNOWN
        if mail.sender != found.user.email.lower():
            return STRANGER
        return _write(found, mail)


def _seller_of(participant_id: uuid.UUID) -> uuid.UUID | None:
    with maintenance_scope():
        return (
            Participant.objects.filter(pk=participant_id)
            .values_list("seller_id", flat=True)
            .first()
        )


def _still_in(participant: Participant) -> bool:
    """Whether the person may still write in it: he left neither team nor partner."""
    if not participant.user.is_active:
        return False
    if participant.side == Side.SELLER:
        return partners.managers().filter(user=participant.user).exists()
    people = partners.people_of(participant.conversation.partner)
    return people.filter(user=participant.user).exists()


def _write(participant: Participant, mail: mails.Incoming) -> str:
    with override(participant.user.language or participant.conversation.seller.language):
        kept, left_out = _kept(mail.parts)
    if not mail.text and not kept:
        return EMPTY
    said = Said(
        text=mail.text[:MOST_TEXT],
        files=kept,
        via=Message.Via.MAIL,
        mail_id=mail.key,
        left_out=left_out,
    )
    try:
        services.write_message(
            conversation=participant.conversation,
            said=said,
            side=participant.side,
            actor=Actor.person(participant.user),
        )
    except Conflict:
        return REPEATED
    return TAKEN


def _kept(parts: Sequence[mails.Part]) -> tuple[list[Attachment], str]:
    """Files fit to be kept, and what was left out, in words."""
    kept: list[Attachment] = []
    refused = [part.name for part in parts[MOST_FILES:]]
    for part in parts[:MOST_FILES]:
        try:
            kept.append(conversing.checked_one(ContentFile(part.content, name=part.name)))
        except Unacceptable as refusal:
            refused.append(f"{part.name} ({refusal.message})")
    return kept, ", ".join(refused)
