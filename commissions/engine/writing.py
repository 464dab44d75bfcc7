"""Writing what a run earned: lines by the thousand, their transfers, and one event over them all.

The trail gets one event a batch. It holds the Merkle root over the batch's lines, so that any one
of them can be proved to stand in the trail, and the trail does not grow with every sale.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from activity.services import record
from campaigns.models import Program
from campaigns.models.programs import HoldFrom
from commissions.engine.reading import SALE, Source
from commissions.models import Commission, CommissionKind, CommissionStatus
from commissions.rules import Earned
from commissions.sealing import leaf_text, sealed_detail
from ledger.models import AccountKind
from ledger.services import Move, Side, post
from prm.copying import insert_rows
from prm.ids import new_text_id
from sellers.actors import SYSTEM
from sellers.models import Seller

COLUMNS: Final = (
    "id",
    "created_at",
    "seller_id",
    "kind",
    "program_id",
    "partner_id",
    "enrollment_id",
    "sale_id",
    "occasion_id",
    "on_id",
    "reverses_id",
    "refund_id",
    "rule_version_id",
    "occurred_at",
    "base_minor",
    "amount_minor",
    "earned_minor",
    "reversed_minor",
    "currency",
    "status",
    "needs_approval",
    "payable_at",
    "moves",
    "reason",
    "trace",
    "batch",
)
COST: Final = Side(AccountKind.EXPENSE)
ACCOUNTS: Final = {
    CommissionStatus.PENDING: AccountKind.PENDING,
    CommissionStatus.HELD: AccountKind.HELD,
    CommissionStatus.PAYABLE: AccountKind.PAYABLE,
}
OWN_PURCHASE: Final = "own_purchase"


@dataclass(slots=True)
class NewLine:
    """One line to write; ids and the trace as text."""

    id: str
    kind: str
    program: str
    partner: str
    enrollment: str
    version: str
    at: datetime
    base: int
    amount: int
    currency: str
    status: str
    needs_approval: bool
    payable_at: datetime | None
    trace: str
    sale: str | None = None
    occasion: str | None = None
    on: str | None = None
    reverses: str | None = None
    refund: str | None = None
    earned: int = 0
    reversed: int = 0
    reason: str = ""


@dataclass
class Batch:
    """The lines of one run."""

    seller_id: uuid.UUID
    lines: list[NewLine] = field(default_factory=list)

    def write_lines(self) -> None:
        """Write the lines and the batch's event; nothing when there are none."""
        if not self.lines:
            return
        event_id = self._record()
        now, seller = timezone.now().isoformat(), str(self.seller_id)
        insert_rows(Commission, COLUMNS, [_row(x, now, seller, event_id) for x in self.lines])

    def post(self) -> None:
        """Put the lines into the ledger."""
        post(seller_id=self.seller_id, moves=[_accrual(line) for line in self.lines if line.amount])

    def _record(self) -> str:
        seller = Seller.objects.get(pk=self.seller_id)
        event = record(
            seller=seller,
            actor=SYSTEM,
            verb="commissions.computed",
            object=seller,
            detail=sealed_detail((line.id, leaf(line)) for line in self.lines),
        )
        return str(event.pk)


def leaf(line: NewLine) -> str:
    """What never changes of a line: its leaf in the batch's tree."""
    return leaf_text(
        id=line.id,
        kind=line.kind,
        program=line.program,
        partner=line.partner,
        enrollment=line.enrollment,
        sale=line.sale,
        occasion=line.occasion,
        refund=line.refund,
        reverses=line.reverses,
        rule_version=line.version,
        occurred_at=line.at,
        base_minor=line.base,
        amount_minor=line.amount,
        currency=line.currency,
    )


def commission_line(source: Source, earned: Earned, trace: str, on: str | None = None) -> NewLine:
    """The line of what a rule earned, in the status that its program's terms give it."""
    event = source.event
    if event is None or source.enrollment is None:
        raise LookupError("nobody is credited")
    program = source.enrollment.program
    is_sale = source.table == SALE
    return NewLine(
        id=new_text_id(),
        kind=CommissionKind.COMMISSION,
        program=event.program,
        partner=earned.member.partner,
        enrollment=earned.member.enrollment,
        version=earned.rule.version_id,
        at=event.at,
        base=earned.amount.base,
        amount=earned.amount.final,
        currency=earned.amount.unit,
        status=CommissionStatus.PENDING,
        needs_approval=not program.auto_approve_commissions,
        payable_at=payable_at(program, source),
        trace=trace,
        sale=source.id if is_sale else None,
        occasion=None if is_sale else source.id,
        on=on,
        earned=earned.amount.final,
    )


def payable_at(program: Program, source: Source) -> datetime | None:
    """When the hold ends; None while it has not begun, because the customer has not paid."""
    start: datetime | None = source.at
    if program.hold_from == HoldFrom.PAYMENT and source.table == SALE:
        start = source.paid_at
    return start + timedelta(days=program.hold_days) if start else None


def _row(line: NewLine, now: str, seller: str, event_id: str) -> Sequence[object]:
    return (
        line.id,
        now,
        seller,
        line.kind,
        line.program,
        line.partner,
        line.enrollment,
        line.sale,
        line.occasion,
        line.on,
        line.reverses,
        line.refund,
        line.version,
        line.at,
        line.base,
        line.amount,
        line.earned,
        line.reversed,
        line.currency,
        line.status,
        line.needs_approval,
        line.payable_at,
        0,
        line.reason,
        line.trace,
        event_id,
    )


def _accrual(line: NewLine) -> Move:
    partner_id = uuid.UUID(line.partner)
    own = Side(ACCOUNTS[CommissionStatus(line.status)], partner_id)
    debit, credit = (COST, own) if line.amount > 0 else (own, COST)
    return Move(
        key=f"commission:{line.id}:accrue",
        kind="accrue",
        debit=debit,
        credit=credit,
        amount_minor=abs(line.amount),
        unit=line.currency,
        at=line.at,
        partner_id=partner_id,
        source_type=line.kind,
        source_id=line.id,
    )
