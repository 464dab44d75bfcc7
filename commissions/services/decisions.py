"""What staff decide about commissions: approve, reject, hold, release, adjust."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import Entry
from campaigns.models import Enrollment
from commissions.loyalty import selectors as loyalty
from commissions.models import Commission
from commissions.services import moving
from commissions.services.bulk_decisions import decide_many, label_of
from commissions.services.seals import record_sealed
from prm.errors import Conflict, Unacceptable
from prm.ids import new_id
from prm.money import LOYALTY_POINTS, MAX_MINOR, is_currency
from sellers.actors import Actor

Status = Commission.Status


def approve_commission(*, commission: Commission, actor: Actor) -> Commission:
    """Agree to a pending line: with its hold over it becomes payable, else it waits for that.

    Raises Conflict unless it is pending and waits for approval.
    """
    return _decide("approve", commission, actor)


def reject_commission(*, commission: Commission, actor: Actor, reason: str) -> Commission:
    """Refuse a pending or held line, with what its refunds took back. Raises Conflict otherwise."""
    return _decide("reject", commission, actor, reason)


def hold_commission(
    *, commission: Commission, actor: Actor, reason: str = "", review: bool = False
) -> Commission:
    """Keep a pending or payable line from being paid. Raises Conflict otherwise.

    `review` says that it is held on suspicion of fraud: the partner reads that it is under review
    and what to do; the reason may then be empty.
    """
    return _decide("hold", commission, actor, reason, review=review)


def release_commission(*, commission: Commission, actor: Actor) -> Commission:
    """End a hold: the line goes on to pending or, its time being over, payable."""
    return _decide("release", commission, actor)


def adjust(
    *,
    enrollment: Enrollment,
    amount_minor: int,
    currency: str,
    reason: str,
    actor: Actor,
    occurred_at: datetime | None = None,
    undoes: Commission | None = None,
) -> Commission:
    """Add to or take from a partner's earnings by hand, payable at once, with its reason.

    Points are the currency PTS, in programs that keep them. `undoes` is the adjustment that this
    one takes back, which can be done once. Raises Unacceptable and Conflict.
    """
    _check_adjustment(enrollment, amount_minor, currency, reason)
    now = timezone.now()
    facts = {"by": actor.label, "reason": reason.strip()}
    with transaction.atomic():
        if undoes is not None:
            _check_undone(undoes, enrollment, amount_minor, currency)
            facts["undoes"] = str(undoes.pk)
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
            trace={"adjustment": facts},
            batch=new_id(),
        )
        moving.accrue(seller_id=row.seller_id, rows=[row])
        _record(row, actor)
    return row


def _check_adjustment(
    enrollment: Enrollment, amount_minor: int, currency: str, reason: str
) -> None:
    if currency == LOYALTY_POINTS:
        if not loyalty.loyalty_programs().filter(pk=enrollment.program_id).exists():
            message = _("This program keeps no points.")
            raise Unacceptable(message, field="currency", code="no_points")
    elif not is_currency(currency):
        raise Unacceptable(_("Use a currency code like EUR."), field="currency", code="unknown")
    if amount_minor == 0 or abs(amount_minor) > MAX_MINOR:
        raise Unacceptable(_("Give an amount other than zero."), field="amount", code="invalid")
    if not reason.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")


def _check_undone(
    undoes: Commission, enrollment: Enrollment, amount_minor: int, currency: str
) -> None:
    """Lock the adjustment to undo; only its whole amount can be taken back, and only once."""
    row = Commission.objects.select_for_update().get(pk=undoes.pk)
    if row.kind != Commission.Kind.ADJUSTMENT or "adjustment" not in row.trace:
        raise Conflict(_("Only an adjustment made by hand can be undone."), code="state")
    same = (row.enrollment_id, -row.amount_minor, row.currency)
    if same != (enrollment.pk, amount_minor, currency):
        message = _("To undo it, set the same amount the other way round.")
        raise Unacceptable(message, field="amount", code="mismatch")
    lines = Commission.objects.filter(partner_id=row.partner_id, kind=Commission.Kind.ADJUSTMENT)
    if lines.filter(trace__adjustment__undoes=str(row.pk)).exists():
        raise Conflict(_("This adjustment was undone already."), code="undone")


def _decide(
    decision: str, commission: Commission, actor: Actor, reason: str = "", *, review: bool = False
) -> Commission:
    """Decide about one line; raises what keeps it from being done."""
    outcome = decide_many(
        seller_id=commission.seller_id,
        decision=decision,
        ids=[commission.pk],
        actor=actor,
        reason=reason,
        review=review,
    )[0]
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome.line or commission


def _record(row: Commission, actor: Actor) -> None:
    told = Entry(
        verb="commission.adjusted",
        object=row,
        label=label_of(row),
        partner_id=row.partner_id,
        detail={
            "amount_minor": row.amount_minor,
            "currency": row.currency,
            "reason": row.reason,
        },
    )
    record_sealed(line=row, told=told, actor=actor)
