"""What staff decide about lines of earnings, one or up to 500 of them in one transaction.

A line whose status has moved meanwhile is left as it is and told; so the same decision sent
twice is carried out once. What refunds and corrections set beside a line goes with it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import Entry, record_many
from commissions.engine import rejecting
from commissions.models import Commission
from commissions.reasons.stopped import FRAUD_REVIEW
from commissions.services import moving
from prm.errors import Conflict, NotFound, Refusal, Unacceptable
from sellers.actors import Actor

Status = Commission.Status
Family = list[Commission]
"""A line and the open lines beside it that share its status, the line first."""

MOST: Final = 500
"""Lines of one decision, which is one transaction."""

SETTLED: Final = (Commission.Kind.REDEMPTION, Commission.Kind.EXPIRY)
"""Points that are used up: a redemption is cancelled where it was asked for, nothing else."""


@dataclass(frozen=True)
class Decision:
    """The word of the trail, the statuses that it starts from, whether it needs a reason."""

    verb: str
    statuses: frozenset[str]
    needs_reason: bool = False


DECISIONS: Final = {
    "approve": Decision("approved", frozenset({Status.PENDING})),
    "reject": Decision("rejected", frozenset({Status.PENDING, Status.HELD}), True),
    "hold": Decision("held", frozenset({Status.PENDING, Status.PAYABLE}), True),
    "release": Decision("released", frozenset({Status.HELD})),
}


@dataclass(frozen=True)
class Outcome:
    """What became of one line: as it is now, or why it was left as it is.

    `changed` is False for one that was refused, and for an approval that had been given already.
    """

    id: uuid.UUID
    line: Commission | None = None
    refusal: Refusal | None = None
    changed: bool = False


def decide_many(
    *,
    seller_id: uuid.UUID,
    decision: str,
    ids: Sequence[uuid.UUID],
    actor: Actor,
    reason: str = "",
    review: bool = False,
) -> list[Outcome]:
    """Approve, reject, hold or release lines; one answer for each id, in their order.

    `review` makes a hold a fraud review, whose reason may be empty. All in one transaction, with
    an event of the trail for each line that moved. Raises Unacceptable for more than 500 or
    without a reason that is needed.
    """
    act = DECISIONS[decision]
    ids = list(dict.fromkeys(ids))
    if len(ids) > MOST:
        message = _("At most %(most)d at once.") % {"most": MOST}
        raise Unacceptable(message, field="ids", code="too_many")
    words = _stored_reason(act, reason.strip(), review)
    with transaction.atomic():
        families = _locked(ids)
        outcomes = [_checked(decision, key, families.get(key)) for key in ids]
        going = [families[one.id] for one in outcomes if one.changed]
        if decision == "reject":
            going += _paid_on(act, [family[0].pk for family in going])
        if going:
            before = [family[0].status for family in going]
            _carry_out(seller_id, decision, going, words)
            entries = [
                _entry(act, family[0], old, len(going))
                for family, old in zip(going, before, strict=True)
            ]
            record_many(seller_id=seller_id, actor=actor, entries=entries)
    return outcomes


def label_of(row: Commission) -> str:
    """What people call a line: its order, its refund, what else earned it, or an adjustment."""
    source = row.sale or row.refund or row.occasion
    return str(source) if source else str(_("Adjustment"))


def _stored_reason(act: Decision, reason: str, review: bool) -> str:
    if review:
        return f"{FRAUD_REVIEW}: {reason}"[:500] if reason else FRAUD_REVIEW
    if act.needs_reason and not reason:
        raise Unacceptable(_("Say why. The partner will read it."), field="reason", code="required")
    return reason[:500]


def _locked(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Family]:
    """Lines with what lies beside them, locked in key order.

    The lines first: a refund locks its commission before it sets a line beside it, so that what
    is read after our lock is all there is.
    """
    rows = Commission.objects.select_for_update(of=("self",)).order_by("id")
    lines = rows.filter(pk__in=ids).select_related("sale", "refund", "occasion")
    found: dict[uuid.UUID, Family] = {line.pk: [line] for line in lines}
    for row in rows.filter(reverses__in=found):
        if row.reverses_id and row.status == found[row.reverses_id][0].status:
            found[row.reverses_id].append(row)
    return found


def _paid_on(act: Decision, ids: Sequence[uuid.UUID]) -> list[Family]:
    """What recruiters earn on these lines: it goes when the lines go, unless it was paid."""
    overrides = Commission.objects.filter(on__in=ids, status__in=act.statuses)
    return list(_locked(list(overrides.values_list("pk", flat=True))).values())


def _checked(decision: str, key: uuid.UUID, family: Family | None) -> Outcome:
    """Whether the decision may be carried out on this line."""
    if family is None:
        return Outcome(key, refusal=NotFound(_("There is no such thing, or it is not yours.")))
    line = family[0]
    if line.reverses_id is not None:
        message = _("This line goes with the one that it changes.")
        return Outcome(key, line, Conflict(message, code="follows"))
    if line.kind in SETTLED:
        message = _("Points that were used or have expired stay as they are.")
        return Outcome(key, line, Conflict(message, code="settled"))
    if line.status not in DECISIONS[decision].statuses:
        message = _("This line is %(status)s; that cannot be done now.") % {
            "status": Status(line.status).label.lower()
        }
        return Outcome(key, line, Conflict(message, code="wrong_status"))
    if decision == "approve" and not line.needs_approval:
        return Outcome(key, line)
    return Outcome(key, line, changed=True)


def _carry_out(seller_id: uuid.UUID, decision: str, families: list[Family], reason: str) -> None:
    rows = [row for family in families for row in family]
    if decision == "approve":
        _approve(seller_id, rows)
        return
    now = timezone.now()
    targets = [
        (row, target)
        for family in families
        for target in (_target(decision, family[0]),)
        for row in family
    ]
    moving.shift_each(seller_id=seller_id, targets=targets, at=now)
    if decision == "reject":
        rejecting.uncount(seller_id, rows)
    Commission.objects.filter(pk__in=[family[0].pk for family in families]).update(reason=reason)
    for family in families:
        family[0].reason = reason


def _target(decision: str, line: Commission) -> str:
    if decision == "reject":
        return Status.REJECTED
    if decision == "hold":
        return Status.HELD
    over = line.is_due(timezone.now()) and not line.needs_approval
    return Status.PAYABLE if over else Status.PENDING


def _approve(seller_id: uuid.UUID, rows: list[Commission]) -> None:
    """Payable is what has its hold behind it; it counts from the end of the hold."""
    for row in rows:
        row.needs_approval = False
    Commission.objects.filter(pk__in=[row.pk for row in rows]).update(needs_approval=False)
    now = timezone.now()
    due = [(row, Status.PAYABLE) for row in rows if row.is_due(now)]
    if due:
        moving.shift_each(seller_id=seller_id, targets=due)


def _entry(act: Decision, line: Commission, before: str, together: int) -> Entry:
    """What the trail says of one line; `together` is how many were decided with it."""
    detail = {
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "reason": line.reason,
    }
    if together > 1:
        detail["together"] = together
    return Entry(
        verb=f"commission.{act.verb}",
        object=line,
        label=label_of(line),
        partner_id=line.partner_id,
        changes={"status": (before, line.status)} if before != line.status else {},
        detail=detail,
    )
