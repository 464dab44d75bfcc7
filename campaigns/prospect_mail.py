"""Mails of invitations to apply: claimed, sent and marked in three steps.

The claim commits before anything is sent, so no transaction waits for a mail server. A claimed row
is out of reach of other workers until its `mail_not_before`.
"""

import logging
import smtplib
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.core.mail import get_connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from activity import work
from campaigns.models import ProspectInvitation
from campaigns.prospect_selectors import OPEN
from campaigns.services.prospect_invitations import KIND, place_of
from prm.crypto import CannotOpen, open_sealed
from sellers.mail import Letter, compose
from sellers.scope import seller_scope

logger = logging.getLogger(__name__)

BATCH: Final = 50
MAX_ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(minutes=5)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with invitations to mail now; under the maintenance scope."""
    return list(_due().order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Send one batch of a seller's invitations; whether there may be more.

    A mail that fails is tried again after 5, 10, 20 and 40 minutes, then given up.
    """
    claimed = _claim(seller_id)
    connection = get_connection() if claimed else None
    for invitation_id, letter in claimed:
        try:
            letter.send(connection)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            logger.warning("invitation %s was not mailed: %s", invitation_id, error)
            continue
        with seller_scope(seller_id):
            ProspectInvitation.objects.filter(pk=invitation_id).update(
                mail_due=False, mailed_at=timezone.now(), sealed=b""
            )
    return len(claimed) == BATCH


def letter_of(invitation: ProspectInvitation, token: str) -> Letter:
    """The mail with the personal link."""
    seller = invitation.program.seller
    inviter = invitation.invited_by
    return compose(
        "apply_invitation",
        to=invitation.email,
        language=invitation.language or seller.language,
        reply_to=(inviter.email if inviter else "") or seller.support_email,
        context={
            "seller": seller,
            "program": invitation.program,
            "prospect": invitation.prospect,
            "inviter": inviter or seller.name,
            "message": invitation.message,
            "path": f"/{seller.slug}/invited/{token}/",
            "expires_at": invitation.expires_at,
        },
    )


def _due() -> QuerySet[ProspectInvitation]:
    now = timezone.now()
    return ProspectInvitation.objects.filter(OPEN, mail_due=True).filter(
        Q(mail_not_before=None) | Q(mail_not_before__lte=now)
    )


def _claim(seller_id: uuid.UUID) -> list[tuple[uuid.UUID, Letter]]:
    with seller_scope(seller_id):
        rows = list(
            _due()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("program__seller", "prospect", "invited_by")
            .order_by("id")[:BATCH]
        )
        over = [row.pk for row in rows if row.mail_attempts >= MAX_ATTEMPTS]
        ProspectInvitation.objects.filter(pk__in=over).update(mail_due=False, sealed=b"")
        found = []
        for row in (row for row in rows if row.pk not in over):
            wait = FIRST_WAIT * 2**row.mail_attempts
            ProspectInvitation.objects.filter(pk=row.pk).update(
                mail_attempts=F("mail_attempts") + 1, mail_not_before=timezone.now() + wait
            )
            if letter := _letter(row):
                found.append((row.pk, letter))
        return found


def _letter(row: ProspectInvitation) -> Letter | None:
    try:
        token = open_sealed(bytes(row.sealed), place=place_of(row)).decode()
    except CannotOpen:
        logger.warning("invitation %s cannot be opened; invite again", row.pk)
        ProspectInvitation.objects.filter(pk=row.pk).update(mail_due=False)
        return None
    return letter_of(row, token)


WORK = work.Kind(KIND, waiting, step, work.BACKGROUND_QUEUE)
