"""Taking back the fee of an approved piece whose link is gone, or that is withdrawn."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.services import record
from commissions.models import Commission, CommissionKind, Deliverable, Occasion
from commissions.services import deliverables
from commissions.services.decisions import reject_commission
from commissions.services.occasions import OccasionInput, Settled, pay_once
from partners.notices import notices_to
from partners.selectors import users_of
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor

OPEN = (Commission.Status.PENDING, Commission.Status.HELD)


@transaction.atomic
def take_back_fee(*, deliverable: Deliverable, actor: Actor, reason: str) -> Deliverable:
    """Take back all that an approved piece earned, a recruiter's share of it too, once.

    What still waits is rejected; against what is free to pay or paid a line is set that takes it
    from the next payout. Raises Conflict unless approved, paid by now and not taken back yet,
    Unacceptable `reason`.
    """
    if not reason.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")
    row = deliverables.locked(deliverable.pk)
    occasion = row.occasion
    if row.status != Deliverable.Status.APPROVED or occasion is None:
        raise Conflict(_("Only what an approved piece paid can be taken back."), code="state")
    if occasion.state != Occasion.State.COMPUTED:
        raise Conflict(_("What it pays is being computed. Try in a moment."), code="pending")
    hit = Deliverable.objects.filter(pk=row.pk, taken_back_at=None).update(
        taken_back_at=timezone.now(), next_look_at=None
    )
    if hit != 1:
        raise Conflict(_("Its fee was taken back already."), code="taken_back")
    lines = Commission.objects.filter(occasion=occasion, reverses=None)
    rows = lines.select_related("enrollment__program").order_by("id")
    taken = [_take(row, line, actor, reason.strip()[:500]) for line in rows]
    if not any(taken):
        raise Conflict(_("There is nothing to take back."), code="nothing")
    row.refresh_from_db()
    _record(row, actor, reason.strip()[:500])
    return row


def _take(row: Deliverable, line: Commission, actor: Actor, reason: str) -> int:
    """Take one line back; how much that was, in minor units of the line."""
    left = line.earned_minor - line.reversed_minor
    if line.status == Commission.Status.REJECTED or left <= 0:
        return 0
    if line.status in OPEN and not line.reversals.exclude(status=line.status).exists():
        reject_commission(commission=line, actor=actor, reason=reason)
        return left
    facts = {
        "what": "deliverable_back",
        "title": row.brief.title,
        "number": row.number,
        "pieces": row.brief.pieces,
        "earned_minor": left,
        "reason": reason,
    }
    pay_once(
        enrollment=line.enrollment,
        occasion=OccasionInput(
            kind=Occasion.Kind.DELIVERABLE,
            key=f"deliverable:{row.pk}:back:{line.pk}",
            label=str(row),
            occurred_at=timezone.now(),
            currency=line.currency,
        ),
        settled=Settled(CommissionKind.ADJUSTMENT, -left, facts, at_once=True),
        actor=actor,
    )
    return left


def _record(row: Deliverable, actor: Actor, reason: str) -> None:
    record(
        seller=row.seller,
        actor=actor,
        verb="deliverable.taken_back",
        object=row,
        partner_id=row.partner_id,
        detail={"reason": reason},
        notify=notices_to(
            users_of(row.partner),
            seller=row.seller,
            room="partner",
            subject=gettext_lazy("The fee of %(title)s is taken back"),
            body=reason.replace("%", "%%"),
            values={"title": str(row)},
            path=f"/{row.seller.slug}/portal/deliverables/{row.brief_id}/",
        ),
    )
