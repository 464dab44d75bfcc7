"""Ending holds: what is due becomes payable."""

import uuid
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from activity.services import Entry, record_many
from commissions.models import Commission
from commissions.screening.settings import not_looked_at
from commissions.services import moving
from sellers.actors import SYSTEM
from sellers.scope import seller_scope

BATCH = 1000


def due() -> QuerySet[Commission]:
    """Pending lines whose hold is over; the very instant of `payable_at` counts.

    Where a seller's rules against fraud may stop money, what was not looked at yet is not due.
    """
    return Commission.objects.filter(
        ~not_looked_at(),
        status=Commission.Status.PENDING,
        needs_approval=False,
        payable_at__lte=timezone.now(),
    )


def step(seller_id: uuid.UUID) -> bool:
    """Make one batch payable; whether there may be more."""
    with seller_scope(seller_id):
        rows = list(
            due()
            .select_related("sale", "refund")
            .order_by("id")
            .select_for_update(skip_locked=True, of=("self",))[:BATCH]
        )
        _end(seller_id, rows)
        return len(rows) == BATCH


def end_due(seller_id: uuid.UUID, currency: str, until: datetime) -> None:
    """Make every due line up to `until` payable before returning; needs a transaction.

    Unlike a step it waits for rows that a worker has at hand. All rows are locked before the
    first transfer, so that it never waits for a row while holding an account.
    """
    rows = list(
        due()
        .filter(currency=currency, payable_at__lte=until)
        .select_related("sale", "refund")
        .order_by("id")
        .select_for_update(of=("self",))
    )
    for start in range(0, len(rows), BATCH):
        _end(seller_id, rows[start : start + BATCH])


def _end(seller_id: uuid.UUID, rows: list[Commission]) -> None:
    if not rows:
        return
    moving.shift(seller_id=seller_id, rows=rows, to=Commission.Status.PAYABLE)
    record_many(
        seller_id=seller_id,
        actor=SYSTEM,
        entries=[
            Entry(
                verb="commission.payable",
                object=row,
                label=str(row),
                partner_id=row.partner_id,
                changes={"status": ("pending", "payable")},
            )
            for row in rows
        ],
    )
