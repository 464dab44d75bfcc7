"""Reads about claims, and what is known of the orders that they are about."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils import timezone

from commissions.claims import crediting
from commissions.models import Claim, ClaimMessage, Commission
from commissions.models.claims import ClaimStatus as Status
from prm.errors import NotFound
from tracking.models import Link, LinkDay, Sale

WAITS = (Status.OPEN, Status.ASKED)
MOST_LINKS = 20


def claims(now: datetime | None = None) -> QuerySet[Any]:
    """All claims, with `state`: the status, or `overdue` where the seller should have answered."""
    late = Q(status=Status.OPEN, due_at__lte=now or timezone.now())
    state = Case(When(late, then=Value("overdue")), default=F("status"), output_field=CharField())
    return Claim.objects.select_related("program", "partner", "seller", "decided_by").annotate(
        state=state
    )


def claim_by_id(claim_id: uuid.UUID | str) -> Any:
    """One claim; raises NotFound."""
    found = claims().filter(pk=claim_id).first()
    if found is None:
        raise NotFound("claim")
    return found


def claims_of(partner_id: uuid.UUID) -> QuerySet[Any]:
    """A partner's own claims."""
    return claims().filter(partner_id=partner_id)


def claim_of(partner_id: uuid.UUID, claim_id: uuid.UUID | str) -> Any:
    """One of the partner's claims; raises NotFound."""
    found = claims_of(partner_id).filter(pk=claim_id).first()
    if found is None:
        raise NotFound("claim")
    return found


def messages_of(claim: Claim) -> QuerySet[ClaimMessage]:
    """What was asked and answered about a claim."""
    return ClaimMessage.objects.filter(claim=claim)


def messages(claim: Claim) -> list[ClaimMessage]:
    """The same, oldest first."""
    return list(messages_of(claim).order_by("id"))


def waiting() -> QuerySet[Claim]:
    """Claims that wait for the seller."""
    return Claim.objects.filter(status=Status.OPEN)


def paid_by(claim: Claim) -> QuerySet[Commission]:
    """What an accepted claim pays the partner: lines of the credited sale, or the adjustment."""
    rows = Commission.objects.filter(partner_id=claim.partner_id).select_related("partner")
    if claim.adjustment_id:
        return rows.filter(pk=claim.adjustment_id)
    if claim.sale_id is None:
        return rows.none()
    return rows.filter(sale_id=claim.sale_id).order_by("id")


@dataclass(frozen=True)
class ClickedLink:
    """A link of the partner with people's clicks in the window, and the last day of them."""

    code: str
    clicks: int
    last_on: date


@dataclass(frozen=True)
class Known:
    """What is known of the claimed order: its sale, and the partner's clicks before it.

    `state` is unknown, nobody (a sale that credits nobody), theirs or another.
    """

    state: str
    sale: Sale | None
    since: date
    until: date
    links: list[ClickedLink]


def known_of(claim: Claim) -> Known:
    """What the seller looks at before he answers; three queries."""
    sale = crediting.sale_of(claim)
    state = "unknown"
    if sale is not None:
        state = "nobody" if sale.partner_id is None else "another"
        mine = sale.partner_id == claim.partner_id
        if mine or sale.shares.filter(partner_id=claim.partner_id).exists():
            state = "theirs"
    since = claim.bought_on - timedelta(days=claim.program.window_days)
    return Known(state, sale, since, claim.bought_on, _clicks(claim, since))


def _clicks(claim: Claim, since: date) -> list[ClickedLink]:
    """The partner's links in the program that people came by in the window."""
    links = Link.objects.filter(enrollment_id=claim.enrollment_id)
    code = links.filter(pk=OuterRef("link_id")).values("code")
    days = LinkDay.objects.filter(
        link_id__in=links.values("pk"), day__gte=since, day__lte=claim.bought_on, clicks__gt=0
    )
    rows = (
        days.values("link_id")
        .annotate(n=Sum("clicks"), last=Max("day"), code=Subquery(code))
        .order_by("-n", "link_id")[:MOST_LINKS]
    )
    return [ClickedLink(row["code"], row["n"], row["last"]) for row in rows]
