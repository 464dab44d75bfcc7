"""Mails of notifications: claimed, sent and marked in three steps.

The claim commits before anything is sent, so no transaction waits for a mail server. A claimed row
is out of reach of other workers until its `mail_not_before`; a worker that dies loses nothing but
that time.
"""

import logging
import smtplib
import uuid
from datetime import timedelta
from typing import Final

from django.core.mail import get_connection
from django.db.models import F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from activity.models import Notification
from sellers.mail import Letter, compose
from sellers.models import Seller
from sellers.scope import seller_scope

logger = logging.getLogger(__name__)

KIND: Final = "mail"
BATCH: Final = 100
MAX_ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(minutes=5)


def waiting() -> list[uuid.UUID]:
    """Sellers with mails that are due now; under the maintenance scope."""
    return list(_due().order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Send one batch of a seller's due mails; whether there may be more."""
    with seller_scope(seller_id):
        more = _due().count() > BATCH
    send_due(seller_id, BATCH)
    return more


def _due() -> QuerySet[Notification]:
    now = timezone.now()
    return Notification.objects.filter(mail_due=True, mailed_at=None).filter(
        Q(mail_not_before=None) | Q(mail_not_before__lte=now)
    )


def send_due(seller_id: uuid.UUID, limit: int = 100) -> int:
    """Mail up to `limit` due notifications of a seller; returns how many went out.

    A mail that fails is tried again after 5, 10, 20 and 40 minutes, then given up.
    """
    letters = _claim(seller_id, limit)
    if not letters:
        return 0
    connection, sent = get_connection(), 0
    for notification_id, letter in letters:
        try:
            letter.send(connection)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            logger.warning("notification %s was not mailed: %s", notification_id, error)
            continue
        with seller_scope(seller_id):
            Notification.objects.filter(pk=notification_id).update(mailed_at=timezone.now())
        sent += 1
    return sent


def _claim(seller_id: uuid.UUID, limit: int) -> list[tuple[uuid.UUID, Letter]]:
    now = timezone.now()
    with seller_scope(seller_id):
        seller = Seller.objects.get(pk=seller_id)
        rows = list(
            _due()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("user")
            .order_by("id")[:limit]
        )
        _give_up(rows)
        rows = [row for row in rows if row.mail_attempts < MAX_ATTEMPTS and row.user.is_active]
        for attempts in {row.mail_attempts for row in rows}:
            Notification.objects.filter(
                pk__in=[row.pk for row in rows if row.mail_attempts == attempts]
            ).update(
                mail_attempts=F("mail_attempts") + 1,
                mail_not_before=now + FIRST_WAIT * 2**attempts,
            )
        return [(row.pk, _letter(row, seller)) for row in rows]


def _give_up(rows: list[Notification]) -> None:
    over = [row.pk for row in rows if row.mail_attempts >= MAX_ATTEMPTS or not row.user.is_active]
    if over:
        Notification.objects.filter(pk__in=over).update(mail_due=False)


def _letter(row: Notification, seller: Seller) -> Letter:
    return compose(
        "notification",
        to=row.user.email,
        language=row.user.language or seller.language,
        reply_to=seller.support_email,
        context={"seller": seller, "notification": row, "path": _path(row, seller)},
    )


def _path(row: Notification, seller: Seller) -> str:
    """By way of the notification's own address: it marks it read and takes the right seat."""
    if not row.path:
        return ""
    try:
        return reverse(f"{row.room}:notifications-detail", args=[seller.slug, row.pk])
    except NoReverseMatch:
        return row.path
