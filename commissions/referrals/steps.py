"""What the system does by itself: give friends their reward once, and take back what is void."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from activity import work
from activity.services import record
from commissions.models import (
    Commission,
    CommissionKind,
    FriendCode,
    FriendReward,
    FriendTerms,
)
from commissions.referrals import selectors, services
from prm.errors import Conflict
from prm.money import LOYALTY_POINTS
from sellers.actors import SYSTEM
from sellers.scope import seller_scope

BATCH: Final = 200
PAUSE: Final = timedelta(seconds=30)
# No letters or digits that look alike: a friend may type it.
LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
REFUNDED: Final = "refunded"
REJECTED: Final = "rejected"


def waiting() -> Iterable[uuid.UUID]:
    """Sellers whose friends were not looked at for half a minute, and who give rewards."""
    return set(_terms(timezone.now() - PAUSE).values_list("seller_id", flat=True))


def step(seller_id: uuid.UUID) -> bool:
    """Grant and cancel one batch; whether there may be more."""
    with seller_scope(seller_id):
        terms = list(FriendTerms.objects.filter(since__isnull=False).select_related("program"))
    more = False
    for one in terms:
        with seller_scope(seller_id):
            lines = list(_deserving(one).order_by("occurred_at", "id")[:BATCH])
        granted = [_grant_alone(seller_id, one, line) for line in lines]
        with seller_scope(seller_id):
            void = _cancel_void(one)
            FriendTerms.objects.filter(pk=one.pk).update(checked_at=timezone.now())
        # Those that wait for a code would be found again and again: only progress asks for more.
        more = more or (any(granted) and len(lines) == BATCH) or void == BATCH
    return more


KIND: Final = work.Kind("friend-rewards", waiting, step, queue=work.BACKGROUND_QUEUE)


def _terms(before: datetime) -> "QuerySet[FriendTerms]":
    rows = FriendTerms.objects.filter(since__isnull=False)
    return rows.exclude(checked_at__gte=before)


def _deserving(terms: FriendTerms) -> "QuerySet[Commission]":
    """First purchases that earned for their referrer and have given the friend nothing yet."""
    if terms.kind == FriendTerms.Kind.NONE:
        return Commission.objects.none()
    at_once = terms.moment == FriendTerms.Moment.AT_ONCE
    given = FriendReward.objects.filter(
        seller_id=OuterRef("seller_id"),
        program_id=OuterRef("program_id"),
        customer_id=OuterRef("sale__customer_id"),
    )
    in_currency = {"currency": terms.program.currency} if terms.minimum_minor else {}
    return (
        Commission.objects.filter(
            **in_currency,
            program_id=terms.program_id,
            kind=CommissionKind.COMMISSION,
            status__in=selectors.EARNED if at_once else selectors.FREE,
            occurred_at__gte=terms.since,
            sale__customer__isnull=False,
            sale__amount_minor__gte=terms.minimum_minor,
            sale__refunded_minor__lt=F("sale__amount_minor"),
        )
        .exclude(currency=LOYALTY_POINTS)
        .exclude(Exists(given))
        .select_related("sale__customer", "program__seller", "enrollment")
    )


def _grant_alone(seller_id: uuid.UUID, terms: FriendTerms, line: Commission) -> bool:
    """Grant one in its own transaction; False where a code is missing or another was quicker."""
    try:
        with seller_scope(seller_id):
            return _grant(terms, line)
    except IntegrityError:
        return False


def _grant(terms: FriendTerms, line: Commission) -> bool:
    sale = line.sale
    if sale is None or sale.customer is None:
        return False
    given = FriendReward.objects.filter(program_id=line.program_id, customer=sale.customer)
    if given.exists():
        return False
    listed = None
    if terms.from_list:
        free = FriendCode.objects.filter(program_id=terms.program_id, reward=None)
        listed = free.order_by("id").select_for_update(skip_locked=True).first()
        if listed is None:
            return False
    points = terms.kind == FriendTerms.Kind.POINTS
    row = FriendReward.objects.create(
        seller_id=line.seller_id,
        program_id=line.program_id,
        partner_id=line.partner_id,
        enrollment=line.enrollment,
        customer=sale.customer,
        sale=sale,
        kind=terms.kind,
        amount=terms.amount,
        currency=LOYALTY_POINTS if points else line.program.currency,
        code=listed.code if listed else new_code(),
    )
    if listed is not None:
        listed.reward = row
        listed.save(update_fields=["reward"])
    record(
        seller=line.program.seller,
        actor=SYSTEM,
        verb="friend_reward.granted",
        object=row,
        label=row.code,
        partner_id=row.partner_id,
        detail={"amount": row.amount, "currency": row.currency, "sale": sale.external_id},
    )
    return True


def _cancel_void(terms: FriendTerms) -> int:
    """Cancel what friends have not used and whose purchase is undone; how many."""
    rows = selectors.rewards().filter(
        program_id=terms.program_id, status=FriendReward.Status.GRANTED
    )
    refunded = rows.filter(sale__refunded_minor__gte=F("sale__amount_minor"))
    refused = Commission.objects.filter(
        sale_id=OuterRef("sale_id"),
        program_id=OuterRef("program_id"),
        kind=CommissionKind.COMMISSION,
    )
    rejected = rows.filter(Exists(refused.filter(status="rejected"))).exclude(
        Exists(refused.exclude(status="rejected"))
    )
    count = 0
    for reason, void in ((REFUNDED, refunded), (REJECTED, rejected)):
        for row in list(void.order_by("id")[: BATCH - count]):
            try:
                with transaction.atomic():
                    services.cancel(reward=row, actor=SYSTEM, reason=reason)
            except Conflict:
                continue  # used a moment ago: it stays so
            count += 1
    return count


def new_code() -> str:
    """A code nobody can guess: ten letters and digits in two groups."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"
