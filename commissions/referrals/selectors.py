"""Reads about friends' rewards. A referrer never learns who his friends are."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.models import Program
from commissions.models import (
    Commission,
    CommissionKind,
    CommissionStatus,
    FriendCode,
    FriendReward,
    FriendTerms,
)
from prm.errors import NotFound


@dataclass(frozen=True)
class Friend:
    """A purchase that a referred customer made: when, what it earned, and what he got."""

    bought_at: datetime
    line: Commission
    reward: FriendReward | None


def terms_of(program: Program) -> FriendTerms:
    """The program's terms for friends; nothing, not saved, where it has none yet."""
    found = FriendTerms.objects.filter(program=program).first()
    return found or FriendTerms(seller_id=program.seller_id, program=program)


def terms_of_many(program_ids: list[uuid.UUID]) -> dict[uuid.UUID, FriendTerms]:
    """Terms by program; one query."""
    rows = FriendTerms.objects.filter(program_id__in=program_ids).select_related("program")
    return {row.program_id: row for row in rows}


def rewards() -> QuerySet[FriendReward]:
    """Friends' rewards with all that a list shows."""
    return FriendReward.objects.select_related(
        "program__seller", "partner", "sale", "customer", "seller"
    )


def rewards_of(partner_id: uuid.UUID) -> QuerySet[FriendReward]:
    """What one referrer's friends got."""
    return rewards().filter(partner_id=partner_id)


def reward_by_id(reward_id: uuid.UUID | str) -> FriendReward:
    """One friend's reward; raises NotFound."""
    found = rewards().filter(pk=reward_id).first()
    if found is None:
        raise NotFound("friend reward")
    return found


def free_codes(program: Program) -> int:
    """Codes of the list that no friend has yet."""
    return FriendCode.objects.filter(program=program, reward=None).count()


def referred(partner_id: uuid.UUID) -> QuerySet[Commission]:
    """What a referrer earned by friends' purchases, in programs that pay for referrals."""
    return Commission.objects.filter(
        partner_id=partner_id,
        program__kind=Program.Kind.REFERRAL,
        kind=CommissionKind.COMMISSION,
        sale__isnull=False,
    ).select_related("sale", "program", "seller")


def friends(lines: list[Commission]) -> list[Friend]:
    """Lines as the friends behind them; one query."""
    rows = FriendReward.objects.filter(sale_id__in=[line.sale_id for line in lines])
    by_sale = {row.sale_id: row for row in rows}
    return [
        Friend(line.occurred_at, line, by_sale.get(line.sale_id))
        for line in lines
        if line.sale_id is not None
    ]


LOST = (CommissionStatus.REJECTED, CommissionStatus.REVERSED)
FREE = (CommissionStatus.PAYABLE, CommissionStatus.IN_PAYOUT, CommissionStatus.PAID)
EARNED = (*FREE, CommissionStatus.PENDING)
