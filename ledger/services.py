"""Posting transfers. Nothing else writes to the ledger."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.models import Account, AccountKind, Transfer

GUARDED = frozenset({AccountKind.HELD, AccountKind.IN_PAYOUT})


@dataclass(frozen=True)
class Side:
    """An account by what it is, made at its first transfer. The expense account has no partner."""

    kind: str
    partner_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Move:
    """One transfer to post: `amount_minor` (positive) of `unit` from `debit` to `credit`.

    `key` is unique per seller; posting it twice raises IntegrityError and posts nothing.
    """

    key: str
    kind: str
    debit: Side
    credit: Side
    amount_minor: int
    unit: str
    at: datetime
    source_type: str
    source_id: uuid.UUID
    partner_id: uuid.UUID | None = None
    note: str = ""


def post(*, seller_id: uuid.UUID, moves: Sequence[Move]) -> list[Transfer]:
    """Write all moves in one statement; the database keeps the totals and the guards."""
    accounts = _accounts(seller_id, moves)
    rows = [
        Transfer(
            seller_id=seller_id,
            key=move.key,
            kind=move.kind,
            debit=accounts[move.debit, move.unit],
            credit=accounts[move.credit, move.unit],
            amount_minor=move.amount_minor,
            unit=move.unit,
            at=move.at,
            partner_id=move.partner_id,
            source_type=move.source_type,
            source_id=move.source_id,
            note=move.note[:200],
        )
        for move in moves
    ]
    return Transfer.objects.bulk_create(rows)


def _accounts(seller_id: uuid.UUID, moves: Sequence[Move]) -> dict[tuple[Side, str], Account]:
    wanted = {(side, move.unit) for move in moves for side in (move.debit, move.credit)}
    found = _existing(wanted)
    missing = sorted(wanted - found.keys(), key=str)
    if missing:
        Account.objects.bulk_create(
            [
                Account(
                    seller_id=seller_id,
                    kind=side.kind,
                    partner_id=side.partner_id,
                    unit=unit,
                    guarded=side.kind in GUARDED,
                )
                for side, unit in missing
            ],
            ignore_conflicts=True,
        )
        found = _existing(wanted)
    return found


def _existing(wanted: set[tuple[Side, str]]) -> dict[tuple[Side, str], Account]:
    partners = {side.partner_id for side, _unit in wanted if side.partner_id}
    shared = {side.kind for side, _unit in wanted if side.partner_id is None}
    rows = [
        *Account.objects.filter(partner_id__in=partners),
        *Account.objects.filter(partner_id=None, kind__in=shared),
    ]
    return {(Side(row.kind, row.partner_id), row.unit): row for row in rows}
