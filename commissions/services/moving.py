"""Moving commissions from status to status: row, transfer and place in one step.

Each status is an account of the partner; a change of status is a transfer between the two. A
negative line (reversal, credit note) moves the other way round.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import F
from django.utils.translation import gettext as _

from commissions.models import Commission
from ledger.models import AccountKind
from ledger.services import Move, Side, post
from prm.errors import Conflict

ACCOUNT_OF: Final[dict[str, AccountKind]] = {
    "pending": AccountKind.PENDING,
    "held": AccountKind.HELD,
    "payable": AccountKind.PAYABLE,
    "in_payout": AccountKind.IN_PAYOUT,
    "paid": AccountKind.PAID,
    "reversed": AccountKind.EXPENSE,
    "rejected": AccountKind.EXPENSE,
}


def accrue(*, seller_id: uuid.UUID, rows: Sequence[Commission]) -> None:
    """Put new lines into the ledger, out of the seller's cost into the account of their status."""
    post(
        seller_id=seller_id,
        moves=[
            _move(row, AccountKind.EXPENSE, _account(row), "accrue", row.occurred_at)
            for row in rows
            if row.amount_minor
        ],
    )


def shift(
    *, seller_id: uuid.UUID, rows: Sequence[Commission], to: str, at: datetime | None = None
) -> None:
    """Move locked rows to status `to`; see `shift_each`."""
    shift_each(seller_id=seller_id, targets=[(row, to) for row in rows], at=at)


def shift_each(
    *,
    seller_id: uuid.UUID,
    targets: Sequence[tuple[Commission, str]],
    at: datetime | None = None,
) -> None:
    """Move each locked row to its status, with their transfers in one posting.

    `at` is when it took effect, by default each row's `payable_at`, but never before what it is
    about: a refund inherits the instant at which its commission was free to pay. Raises Conflict,
    and moves nothing, when a row may not go there.
    """
    for row, to in targets:
        if to not in Commission.TRANSITIONS[row.status]:
            raise Conflict(
                _("This line is %(now)s and cannot become %(to)s.")
                % {
                    "now": Commission.Status(row.status).label.lower(),
                    "to": Commission.Status(to).label.lower(),
                },
                code="wrong_status",
            )
    _update(targets)
    moves = []
    for row, to in targets:
        source = ACCOUNT_OF[row.status]
        row.status = to
        row.moves += 1
        if row.amount_minor and source != ACCOUNT_OF[to]:
            label = f"{row.moves}:{to}"
            moment = at or max(row.payable_at or row.occurred_at, row.occurred_at)
            moves.append(_move(row, source, ACCOUNT_OF[to], label, moment))
    post(seller_id=seller_id, moves=moves)


def _update(targets: Sequence[tuple[Commission, str]]) -> None:
    """Write the new statuses; raises Conflict unless every row still stands where it was."""
    hit = 0
    for to in sorted({to for _row, to in targets}):
        rows = [row for row, target in targets if target == to]
        hit += Commission.objects.filter(
            pk__in=[row.pk for row in rows], status__in={row.status for row in rows}
        ).update(status=to, moves=F("moves") + 1)
    if hit != len(targets):
        raise Conflict(_("These lines have moved on meanwhile."), code="wrong_status")


def _account(row: Commission) -> AccountKind:
    return ACCOUNT_OF[row.status]


def _move(
    row: Commission, source: AccountKind, target: AccountKind, label: str, at: datetime
) -> Move:
    debit, credit = _side(row, source), _side(row, target)
    if row.amount_minor < 0:
        debit, credit = credit, debit
    return Move(
        key=f"commission:{row.pk}:{label}",
        kind=label.rpartition(":")[2],
        debit=debit,
        credit=credit,
        amount_minor=abs(row.amount_minor),
        unit=row.currency,
        at=at,
        partner_id=row.partner_id,
        source_type=row.kind,
        source_id=row.pk,
    )


def _side(row: Commission, kind: AccountKind) -> Side:
    return Side(kind, None if kind == AccountKind.EXPENSE else row.partner_id)
