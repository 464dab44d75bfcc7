"""Commissions as they stand: read and locked, and seen as what rules earned."""

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import connection
from django.utils import timezone

from commissions.engine.reading import World
from commissions.engine.writing import NewLine
from commissions.models import CommissionStatus
from commissions.rules import Amount, Earned, Event, Member
from prm.ids import new_text_id

OPEN: Final = (CommissionStatus.PENDING, CommissionStatus.HELD, CommissionStatus.PAYABLE)
GONE: Final = (CommissionStatus.IN_PAYOUT, CommissionStatus.PAID)
_ROWS: Final = """
    SELECT id::text, COALESCE(sale_id, occasion_id)::text, program_id::text, partner_id::text,
           enrollment_id::text, rule_version_id::text, sale_id::text, occasion_id::text,
           on_id::text, earned_minor, reversed_minor, currency, status, needs_approval, payable_at,
           trace #> '{amount,lines}', occurred_at
    FROM commissions_commission
    WHERE kind = 'commission'
      AND (sale_id = ANY(%s::uuid[]) OR occasion_id = ANY(%s::uuid[]))
    ORDER BY id FOR UPDATE
"""


@dataclass(slots=True)
class Standing:
    """A commission with its reversals and corrections, which sum to earned less reversed."""

    id: str
    source: str
    program: str
    partner: str
    enrollment: str
    version: str
    sale: str | None
    occasion: str | None
    on: str | None
    earned: int
    reversed: int
    currency: str
    status: str
    needs_approval: bool
    payable_at: datetime | None
    won: list[int] | None
    at: datetime

    def beside(self, kind: str, amount: int, trace: str, at: datetime) -> NewLine:
        """A line that changes this one: in its own status, or carried once it is paid out."""
        carried = self.status in GONE
        own = self.status if self.status in OPEN else CommissionStatus.PENDING
        return NewLine(
            id=new_text_id(),
            kind=kind,
            program=self.program,
            partner=self.partner,
            enrollment=self.enrollment,
            version=self.version,
            at=at,
            base=0,
            amount=amount,
            currency=self.currency,
            status=CommissionStatus.PAYABLE if carried else own,
            needs_approval=self.needs_approval and not carried,
            payable_at=timezone.now() if carried else self.payable_at,
            trace=trace,
            sale=self.sale,
            occasion=self.occasion,
            reverses=self.id,
            reason="carried" if carried else "",
        )


def standing(ids: Sequence[str | uuid.UUID]) -> dict[str, list[Standing]]:
    """The commissions of these sales and occasions, by event, locked in key order."""
    texts = [str(one) for one in ids]
    found: defaultdict[str, list[Standing]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [texts, texts])
        for values in cursor.fetchall():
            row = Standing(*values)
            row.won = json.loads(row.won) if isinstance(row.won, str) else None
            found[row.source].append(row)
    return found


def as_earned(world: World, event: Event, rows: Sequence[Standing]) -> list[Earned]:
    """Rows as what rules earned for an event, in the same order; overrides on the others."""
    found: dict[str, Earned] = {}
    for row in rows:
        amount = Amount(0, Decimal(row.earned), row.earned, row.earned, row.currency)
        member = Member(row.partner, row.enrollment)
        won = tuple(row.won) if row.won is not None else None
        found[row.id] = Earned(world.rule(event.program, row.version), member, amount, (), won)
        found[row.id].taken = row.reversed
    for row in rows:
        if row.on is not None:
            found[row.id].of = found[row.on]
    return [found[row.id] for row in rows]
