"""What staff decide about commissions: approve, reject, hold, release, adjust."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from campaigns.models import Enrollment
from commissions.engine import rejecting
from commissions.models import Commission
from commissions.services import moving
from prm.errors import Conflict, Unacceptable
from prm.money import MAX_MINOR, is_currency
from sellers.actors import Actor

Status = Commission.Status


def approve_commission(*, commission: Commission, actor: Actor) -> Commission:
    """Agree to a pending line: with its hold over it becomes payable, else it waits for that.

    Raises Conflict unless it is pending.
    """
    with transaction.atomic():
        rows = _locked_with_reversals(commission, {Status.PENDING})
        for row in rows:
            row.needs_approval = False
        Commission.objects.bulk_update(rows, ["needs_approval"])
        due = [row for row in rows if row.is_due(timezone.now())]
        if due:
            moving.shift(seller_id=commission.seller_id, rows=due, to=Status.PAYABLE)
        _record(rows[0], actor, "commission.approved", commission.status)
    return rows[0]


def reject_commission(*, commission: Commission, actor: Actor, reason: str) -> Commission:
    """Refuse a pending or held line, with what its refunds took back. Raises Conflict otherwise."""
    return _decide(
        commission, actor, {Status.PENDING, Status.HELD}, Status.REJECTED, "rejected", reason
    )


def hold_commission(*, commission: Commission, actor: Actor, reason: str) -> Commission:
    """Keep a pending or payable line from being paid. Raises Conflict otherwise."""
    return _decide(commission, actor, {Status.PENDING, Status.PAYABLE}, Status.HELD, "held", reason)


def release_commission(*, commission: Commission, actor: Actor) -> Commission:
    """End a hold: the line goes on to pending or, its time being over, payable."""
    over = commission.is_due(timezone.now()) and not commission.needs_approval
    target = Status.PAYABLE if over else Status.PENDING
    return _decide(commission, actor, {Status.HELD}, target, "released", "")


def adjust(
    *,
    enrollment: Enrollment,
    amount_minor: int,
    currency: str,
    reason: str,
    actor: Actor,
    occurred_at: datetime | None = None,
) -> Commission:
    """Add to or take from a partner's earnings by hand, payable at once, with its reason."""
    if not is_currency(currency):
        raise Unacceptable(_("Use a currency code like EUR."), field="currency", code="unknown")
    if amount_minor == 0 or abs(amount_minor) > MAX_MINOR:
        raise Unacceptable(_("Give an amount other than zero."), field="amount", code="invalid")
    if not reason.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")
    now = timezone.now()
    with transaction.atomic():
        row = Commission.objects.create(
            seller_id=enrollment.seller_id,
            kind=Commission.Kind.ADJUSTMENT,
            program_id=enrollment.program_id,
            partner_id=enrollment.partner_id,
            enrollment=enrollment,
            occurred_at=occurred_at or now,
            base_minor=0,
            amount_minor=amount_minor,
            currency=currency,
            status=Status.PAYABLE,
            payable_at=now,
            reason=reason.strip(),
            trace={"adjustment": {"by": actor.label, "reason": reason.strip()}},
        )
        moving.accrue(seller_id=row.seller_id, rows=[row])
        _record(row, actor, "commission.adjusted", "")
    return row


def _decide(
    commission: Commission, actor: Actor, allowed: set[str], to: str, verb: str, reason: str
) -> Commission:
    if verb in ("rejected", "held") and not reason.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")
    with transaction.atomic():
        rows = _locked_with_reversals(commission, allowed)
        before = rows[0].status
        moving.shift(seller_id=commission.seller_id, rows=rows, to=to, at=timezone.now())
        if to == Status.REJECTED:
            rejecting.uncount(commission.seller_id, rows)
        Commission.objects.filter(pk=rows[0].pk).update(reason=reason.strip())
        rows[0].reason = reason.strip()
        _record(rows[0], actor, f"commission.{verb}", before)
    return rows[0]


def _locked_with_reversals(commission: Commission, allowed: set[str]) -> Sequence[Commission]:
    """The line and the open reversals that share its status, locked, the line first."""
    row = Commission.objects.select_for_update().get(pk=commission.pk)
    if row.status not in allowed or row.reverses_id is not None:
        raise Conflict(
            _("This line is %(status)s; that cannot be done now.")
            % {"status": Status(row.status).label.lower()},
            code="wrong_status",
        )
    followers = row.reversals.filter(status=row.status).order_by("id").select_for_update()
    return [row, *followers]


def _record(row: Commission, actor: Actor, verb: str, before: str) -> None:
    record(
        seller=row.seller,
        actor=actor,
        verb=verb,
        object=row,
        label=label_of(row),
        partner_id=row.partner_id,
        changes={"status": (before, row.status)} if before != row.status else {},
        detail={
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "reason": row.reason,
        },
    )


def label_of(row: Commission) -> str:
    """What people call a line: its order, its refund, or an adjustment."""
    if row.sale is not None:
        return str(row.sale.external_id)
    if row.refund is not None:
        return str(row.refund.external_id)
    return str(_("Adjustment"))
