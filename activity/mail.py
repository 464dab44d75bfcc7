"""Mails of notifications: sorted by what people want, claimed, sent and marked.

The claim commits before anything is sent, so no transaction waits for a mail server. A claimed row
is out of reach of other workers until its `mail_not_before`; a worker that dies loses nothing but
that time. What somebody wants once a day waits for his daily mail; what he never wants is marked
as not due.
"""

import logging
import smtplib
import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.core.mail import get_connection
from django.db.models import F, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from activity import preferences
from activity.mail_kinds import ACCOUNT, kind_of, label_of, next_digest
from activity.models import MailPreference, Notification
from sellers.mail import Letter, compose
from sellers.models import Seller, User
from sellers.scope import seller_scope
from sellers.zones import zone_for

logger = logging.getLogger(__name__)

KIND: Final = "mail"
BATCH: Final = 100
MAX_ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(minutes=5)
AUTOMATIC: Final = {"Auto-Submitted": "auto-generated"}
"""Asks other programs not to answer (RFC 3834)."""
Claimed = tuple[list[uuid.UUID], Letter]


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

    A mail that fails is tried again after 5, 10, 20 and 40 minutes, then given up. A daily mail
    holds all that is due of its reader, whatever the limit.
    """
    letters = _claim(seller_id, limit)
    if not letters:
        return 0
    connection, sent = get_connection(), 0
    for ids, letter in letters:
        try:
            letter.send(connection)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            logger.warning("notifications %s were not mailed: %s", ids, error)
            continue
        with seller_scope(seller_id):
            Notification.objects.filter(pk__in=ids).update(mailed_at=timezone.now())
        sent += len(ids)
    return sent


def _claim(seller_id: uuid.UUID, limit: int) -> list[Claimed]:
    now = timezone.now()
    with seller_scope(seller_id):
        seller = Seller.objects.get(pk=seller_id)
        rows = _locked(_due().order_by("id")[:limit])
        _give_up(rows)
        rows = [row for row in rows if row.mail_attempts < MAX_ATTEMPTS and row.user.is_active]
        rows = _sorted_out(rows, seller, now)
        daily = {row.user_id for row in rows if row.digest}
        single = [row for row in rows if not row.digest]
        together = _locked(
            _due().filter(digest=True, user__in=daily, mail_attempts__lt=MAX_ATTEMPTS)
        ) if daily else []  # fmt: skip
        _lease([*single, *together], now)
        digests = _by_user(together)
        return [
            *(([row.pk], _letter(row, seller)) for row in single),
            *(([row.pk for row in of], _digest(of, seller)) for of in digests.values()),
        ]


def _locked(rows: QuerySet[Notification]) -> list[Notification]:
    ordered = rows if rows.query.is_sliced else rows.order_by("id")
    return list(
        ordered.select_for_update(skip_locked=True, of=("self",)).select_related("user", "event")
    )


def _sorted_out(rows: list[Notification], seller: Seller, now: datetime) -> list[Notification]:
    """Those of `rows` that are to be mailed now; the others are put off or struck."""
    modes = preferences.modes_of({row.user_id for row in rows}) if rows else {}
    never: list[uuid.UUID] = []
    later: dict[datetime, list[uuid.UUID]] = defaultdict(list)
    ready = []
    for row in rows:
        mode = modes.get((row.user_id, kind_of(row.event.verb)), MailPreference.Mode.AT_ONCE)
        if mode == MailPreference.Mode.NEVER:
            never.append(row.pk)
        elif mode == MailPreference.Mode.DAILY and not row.digest:
            later[next_digest(now, zone_for(row.user, seller))].append(row.pk)
        else:
            ready.append(row)
    if never:
        Notification.objects.filter(pk__in=never).update(mail_due=False)
    for due, ids in later.items():
        Notification.objects.filter(pk__in=ids).update(digest=True, mail_not_before=due)
    return ready


def _lease(rows: list[Notification], now: datetime) -> None:
    for attempts in {row.mail_attempts for row in rows}:
        Notification.objects.filter(
            pk__in=[row.pk for row in rows if row.mail_attempts == attempts]
        ).update(
            mail_attempts=F("mail_attempts") + 1,
            mail_not_before=now + FIRST_WAIT * 2**attempts,
        )


def _give_up(rows: list[Notification]) -> None:
    over = [row.pk for row in rows if row.mail_attempts >= MAX_ATTEMPTS or not row.user.is_active]
    if over:
        Notification.objects.filter(pk__in=over).update(mail_due=False)


def _by_user(rows: Iterable[Notification]) -> dict[int, list[Notification]]:
    found: dict[int, list[Notification]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append(row)
    return found


def _letter(row: Notification, seller: Seller) -> Letter:
    kind = kind_of(row.event.verb)
    link = "" if kind == ACCOUNT else preferences.link_for(seller, row.user, kind)
    return compose(
        "notification",
        to=row.user.email,
        language=row.user.language or seller.language,
        time_zone=row.user.time_zone or seller.time_zone,
        reply_to=row.reply_to or seller.support_email,
        headers=_headers(seller, row.user, kind),
        context={
            "seller": seller,
            "notification": row,
            "path": _path(row, seller),
            "choice_url": link,
            "by_mail": bool(row.reply_to),
        },
    )


def _digest(rows: list[Notification], seller: Seller) -> Letter:
    user = rows[0].user
    kinds: dict[str, list[tuple[Notification, str]]] = defaultdict(list)
    for row in rows:
        kinds[kind_of(row.event.verb)].append((row, _path(row, seller)))
    return compose(
        "digest",
        to=user.email,
        language=user.language or seller.language,
        time_zone=user.time_zone or seller.time_zone,
        reply_to=seller.support_email,
        headers=_headers(seller, user, preferences.DIGEST),
        context={
            "seller": seller,
            "count": len(rows),
            "sections": [(label_of(kind), items) for kind, items in kinds.items()],
            "choice_url": preferences.link_for(seller, user, preferences.DIGEST),
        },
    )


def _headers(seller: Seller, user: User, kind: str) -> dict[str, str]:
    if kind == ACCOUNT:
        return AUTOMATIC
    return {**AUTOMATIC, **preferences.headers_for(seller, user, kind)}


def _path(row: Notification, seller: Seller) -> str:
    """By way of the notification's own address: it marks it read and takes the right seat."""
    if not row.path:
        return ""
    try:
        return reverse(f"{row.room}:notifications-detail", args=[seller.slug, row.pk])
    except NoReverseMatch:
        return row.path
