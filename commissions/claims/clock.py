"""Reminding of claims whose deadline comes near, and telling owner and partner when it passed."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from activity import work
from commissions.claims.moving import told_partner, told_staff
from commissions.models import Claim
from commissions.models.claims import ClaimStatus as Status
from sellers.actors import SYSTEM
from sellers.models import Staff, User
from sellers.scope import seller_scope

BATCH: Final = 50


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a claim of which somebody must hear now."""
    return set(_due(timezone.now()).values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Tell of some claims; whether there may be more."""
    with seller_scope(seller_id):
        now = timezone.now()
        rows = _due(now).select_related("seller", "partner", "program").order_by("due_at", "id")
        claims = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        for claim in claims:
            if claim.due_at <= now:
                _escalate(claim, now)
            else:
                _remind(claim, now)
        return len(claims) == BATCH


def _due(now: datetime) -> QuerySet[Claim]:
    late = Q(due_at__lte=now, escalated_at=None)
    soon = Q(remind_at__lte=now, reminded_at=None, escalated_at=None)
    return Claim.objects.filter(late | soon, status=Status.OPEN)


def _remind(claim: Claim, now: datetime) -> None:
    """The row is locked and marked, so it happens once."""
    Claim.objects.filter(pk=claim.pk).update(reminded_at=now)
    told_staff(
        claim,
        SYSTEM,
        "claim.reminded",
        gettext_lazy("Claim %(claim)s of %(partner)s is due soon"),
        body=gettext_lazy("Order %(order)s. Accept, decline or ask back before its deadline."),
    )


def _escalate(claim: Claim, now: datetime) -> None:
    """Staff and the owners hear of it, and the partner that they do."""
    Claim.objects.filter(pk=claim.pk).update(escalated_at=now)
    told_staff(
        claim,
        SYSTEM,
        "claim.overdue",
        gettext_lazy("Claim %(claim)s of %(partner)s is overdue"),
        body=gettext_lazy("Order %(order)s. Its deadline has passed without an answer."),
        also=_owners(),
    )
    told_partner(
        claim,
        SYSTEM,
        "claim.escalated",
        gettext_lazy("Your claim %(claim)s is overdue"),
        body=gettext_lazy("It was not answered in time. The owner was told."),
    )


def _owners() -> list[User]:
    rows = Staff.objects.filter(role="owner", is_active=True).select_related("user")
    return [staff.user for staff in rows.order_by("id")]


KIND: Final = work.Kind("claims", waiting, step, work.BACKGROUND_QUEUE)
