"""Refunds to negative lines, one transaction each: a refund locks its sale."""

import logging
import uuid
from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from activity.services import Entry, record_many
from commissions import rules
from commissions.engine import traces
from commissions.models import Commission
from commissions.services import moving
from commissions.services.intake import book_refund
from prm.errors import Refusal
from prm.ids import new_id
from sellers.actors import SYSTEM
from sellers.scope import seller_scope
from tracking.models import Refund, Sale

logger = logging.getLogger(__name__)
BATCH = 200
OPEN = (Commission.Status.PENDING, Commission.Status.HELD, Commission.Status.PAYABLE)
GONE = (Commission.Status.IN_PAYOUT, Commission.Status.PAID)


def ready() -> QuerySet[Refund]:
    """Refunds that can be computed: their sale is known and computed."""
    by_id = Sale.objects.filter(
        seller_id=OuterRef("seller_id"),
        external_id=OuterRef("sale_external_id"),
        state=Sale.State.COMPUTED,
    )
    return Refund.objects.filter(
        Q(state=Refund.State.PENDING, sale__state=Sale.State.COMPUTED)
        | (Q(state=Refund.State.WAITING) & Exists(by_id))
    )


def step(seller_id: uuid.UUID) -> bool:
    """Compute one batch of refunds, one by one; whether there may be more."""
    with seller_scope(seller_id):
        ids = list(ready().order_by("id").values_list("id", flat=True)[:BATCH])
    for refund_id in ids:
        compute_alone(seller_id, refund_id)
    return len(ids) == BATCH


def compute_alone(
    seller_id: uuid.UUID, refund_id: uuid.UUID, compute: "Callable[[Refund], None] | None" = None
) -> None:
    """Compute one refund in its own transaction; one that fails is put aside with its error."""
    try:
        with seller_scope(seller_id):
            refund = (
                Refund.objects.filter(
                    pk=refund_id, state__in=(Refund.State.PENDING, Refund.State.WAITING)
                )
                .select_for_update(skip_locked=True)
                .first()
            )
            if refund is not None:
                (compute or _compute)(refund)
    except Exception as error:
        logger.exception("refund %s failed", refund_id)
        reason = error.message if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        with seller_scope(seller_id):
            Refund.objects.filter(pk=refund_id).exclude(state=Refund.State.COMPUTED).update(
                state=Refund.State.FAILED, error=reason[:500]
            )


def _compute(refund: Refund) -> None:
    rows = _reverse(refund)
    refund.state = Refund.State.COMPUTED
    refund.error = ""
    refund.save(
        update_fields=["state", "error", "sale", "partner", "program", "enrollment", "currency"]
    )
    record_many(
        seller_id=refund.seller_id,
        actor=SYSTEM,
        entries=[reversed_entry(row, refund) for row in rows],
    )


def reversed_entry(row: Commission, refund: Refund) -> Entry:
    """What the trail says of a negative line."""
    return Entry(
        verb="commission.reversed",
        object=row,
        label=refund.external_id,
        partner_id=row.partner_id,
        detail={"amount_minor": row.amount_minor, "currency": row.currency},
    )


def _reverse(refund: Refund) -> list[Commission]:
    """Take back each commission of the refunded sale in proportion, oldest refund first."""
    if refund.sale_id is None:
        sale = Sale.objects.select_for_update().get(external_id=refund.sale_external_id)
        book_refund(sale, refund.amount_minor)
        refund.sale, refund.partner_id, refund.program_id = sale, sale.partner_id, sale.program_id
        refund.enrollment_id, refund.currency = sale.enrollment_id, sale.currency
    else:
        sale = Sale.objects.select_for_update().get(pk=refund.sale_id)
    done = sale.refunds.filter(state=Refund.State.COMPUTED).exclude(pk=refund.pk)
    before = done.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    so_far = int(before) + refund.amount_minor
    earned = sale.commissions.filter(
        kind=Commission.Kind.COMMISSION, status__in=[*OPEN, *GONE]
    ).order_by("id")
    rows = [_reversal(c, refund, sale, so_far) for c in earned.select_for_update()]
    return [row for row in rows if row is not None]


def _reversal(commission: Commission, refund: Refund, sale: Sale, so_far: int) -> Commission | None:
    """The negative line of one commission: in its own status, or carried once it is paid out."""
    before = commission.reversed_minor
    amount = rules.take_back(commission.amount_minor, before, so_far, sale.amount_minor)
    if amount == 0:
        return None
    carried = commission.status in GONE
    row = Commission(
        id=new_id(),
        seller_id=commission.seller_id,
        kind=Commission.Kind.REVERSAL,
        program_id=commission.program_id,
        partner_id=commission.partner_id,
        enrollment_id=commission.enrollment_id,
        sale=sale,
        refund=refund,
        reverses=commission,
        rule_version_id=commission.rule_version_id,
        occurred_at=refund.occurred_at,
        base_minor=-refund.amount_minor,
        amount_minor=-amount,
        currency=commission.currency,
        status=Commission.Status.PAYABLE if carried else commission.status,
        needs_approval=commission.needs_approval and not carried,
        payable_at=timezone.now() if carried else commission.payable_at,
        reason="carried" if carried else "",
        trace=traces.of_reversal(refund, sale, commission.amount_minor, before, so_far),
    )
    row.save(force_insert=True)
    moving.accrue(seller_id=row.seller_id, rows=[row])
    commission.reversed_minor = before + amount
    commission.save(update_fields=["reversed_minor"])
    if commission.reversed_minor == commission.amount_minor and not carried:
        _close(commission)
    return row


def _close(commission: Commission) -> None:
    """A commission taken back whole and its reversals cancel out: all are finished."""
    rows = [commission, *commission.reversals.filter(status=commission.status).order_by("id")]
    for row in rows:
        row.status = Commission.Status.REVERSED
        row.moves += 1
    Commission.objects.bulk_update(rows, ["status", "moves"])
