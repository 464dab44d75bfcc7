"""Moving the commissions of payout lines, in an order that no guard of the ledger minds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from commissions.models import Commission
from commissions.services.moving import shift
from payouts.models import BatchLine

CHUNK: Final = 500


def locked_commissions(lines: Sequence[BatchLine]) -> list[Commission]:
    """What the lines pay, locked in key order: a refund or a hold waits until we are done."""
    return list(
        Commission.objects.filter(
            payout_items__line__in=[line.pk for line in lines], payout_items__is_current=True
        )
        .select_for_update(of=("self",))
        .order_by("id")
    )


def move_in(rows: Sequence[Commission], *, to: str, at: datetime) -> None:
    """Into the payout. What takes back goes last: the account may never fall below zero."""
    _move(sorted(rows, key=lambda row: (row.amount_minor < 0, row.pk)), to, at)


def move_out(rows: Sequence[Commission], *, to: str, at: datetime) -> None:
    """Out of the payout. What takes back goes first, for the same reason."""
    _move(sorted(rows, key=lambda row: (row.amount_minor >= 0, row.pk)), to, at)


def _move(rows: Sequence[Commission], to: str, at: datetime) -> None:
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        shift(seller_id=chunk[0].seller_id, rows=chunk, to=to, at=at)
