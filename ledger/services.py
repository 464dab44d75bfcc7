"""Posting transfers. Nothing else writes to the ledger."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from ledger.models import Account, AccountKind, Transfer
from prm.copying import insert_rows
from prm.ids import new_text_id

GUARDED = frozenset({AccountKind.HELD, AccountKind.IN_PAYOUT})


class Side(NamedTuple):
    """An account by what it is, made at its first transfer. The expense account has no partner."""

    kind: str
    partner_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
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
    source_id: uuid.UUID | str
    partner_id: uuid.UUID | None = None
    note: str = ""


COLUMNS = (
    "id",
    "created_at",
    "seller_id",
    "key",
    "kind",
    "debit_id",
    "credit_id",
    "amount_minor",
    "unit",
    "at",
    "partner_id",
    "source_type",
    "source_id",
    "note",
)


def post(*, seller_id: uuid.UUID, moves: Sequence[Move]) -> None:
    """Write all moves in one statement; the database keeps the totals and the guards."""
    accounts = _accounts(seller_id, moves)
    now, seller = timezone.now().isoformat(), str(seller_id)
    insert_rows(
        Transfer,
        COLUMNS,
        [
            (
                new_text_id(),
                now,
                seller,
                move.key,
                move.kind,
                accounts[move.debit, move.unit],
                accounts[move.credit, move.unit],
                move.amount_minor,
                move.unit,
                move.at,
                move.partner_id and str(move.partner_id),
                move.source_type,
                str(move.source_id),
                move.note[:200],
            )
            for move in moves
        ],
    )


def _accounts(seller_id: uuid.UUID, moves: Sequence[Move]) -> dict[tuple[Side, str], str]:
    """Ids of the accounts that the moves touch, made where they are missing."""
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


def _existing(wanted: set[tuple[Side, str]]) -> dict[tuple[Side, str], str]:
    partners = {side.partner_id for side, _unit in wanted if side.partner_id}
    shared = {side.kind for side, _unit in wanted if side.partner_id is None}
    rows = [
        *Account.objects.filter(partner_id__in=partners),
        *Account.objects.filter(partner_id=None, kind__in=shared),
    ]
    return {(Side(row.kind, row.partner_id), row.unit): str(row.pk) for row in rows}
