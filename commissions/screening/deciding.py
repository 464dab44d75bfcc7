"""What staff decide about a signal: it is all right, or it is fraud."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from commissions.models import Commission, Signal, SignalHold
from commissions.screening import stopping
from commissions.services.bulk_decisions import MOST, decide_many
from prm.errors import Conflict, Unacceptable
from sellers.actors import Actor

Status = Commission.Status


@transaction.atomic
def clear_signal(*, signal: Signal, actor: Actor, note: str = "") -> Signal:
    """It is all right: what only this signal holds goes on. Raises Conflict when decided."""
    _move(signal, Signal.Status.CLEARED, actor, note)
    mine = SignalHold.objects.filter(signal=signal).values("commission_id")
    others = SignalHold.objects.filter(signal__status=Signal.Status.OPEN).values("commission_id")
    rows = Commission.objects.filter(pk__in=mine, status=Status.HELD).exclude(pk__in=others)
    _decide("release", signal, rows.values_list("pk", flat=True), actor)
    _record(signal, "signal.cleared", actor)
    return signal


@transaction.atomic
def confirm_signal(*, signal: Signal, actor: Actor, note: str) -> Signal:
    """It is fraud: what it holds, and what its sale still has open, is rejected with the note.

    One about a partner holds all that he has by now. Raises Conflict when it was decided,
    Unacceptable without a note: the partner reads it.
    """
    if not note.strip():
        raise Unacceptable(_("Say why. The partner will read it."), field="note", code="required")
    if signal.sale_id is None and signal.action == Signal.Action.HOLD:
        stopping.hold(signal.seller_id, signal, stopping.open_lines(signal))
    _move(signal, Signal.Status.CONFIRMED, actor, note)
    keys = set(SignalHold.objects.filter(signal=signal).values_list("commission_id", flat=True))
    if signal.sale_id:
        own = Commission.objects.filter(
            sale_id=signal.sale_id, partner_id=signal.partner_id, on=None, reverses=None
        )
        payable = own.filter(status=Status.PAYABLE).values_list("pk", flat=True)
        _decide("hold", signal, payable, actor, note)
        keys |= set(own.values_list("pk", flat=True))
    rows = Commission.objects.filter(pk__in=keys, status__in=(Status.PENDING, Status.HELD))
    _decide("reject", signal, rows.values_list("pk", flat=True), actor, note)
    _record(signal, "signal.confirmed", actor)
    return signal


def _move(signal: Signal, to: str, actor: Actor, note: str) -> None:
    hit = Signal.objects.filter(pk=signal.pk, status=Signal.Status.OPEN).update(
        status=to, decided_at=timezone.now(), decided_by=actor.user, note=note.strip()[:500]
    )
    if not hit:
        raise Conflict(_("This was decided already."), code="wrong_status")
    signal.refresh_from_db()


def _decide(
    decision: str, signal: Signal, ids: Iterable[uuid.UUID], actor: Actor, reason: str = ""
) -> None:
    keys = list(ids)
    for start in range(0, len(keys), MOST):
        decide_many(
            seller_id=signal.seller_id,
            decision=decision,
            ids=keys[start : start + MOST],
            actor=actor,
            reason=reason,
        )


def _record(signal: Signal, verb: str, actor: Actor) -> None:
    record(
        seller=signal.seller,
        actor=actor,
        verb=verb,
        object=signal,
        label=signal.facts.get("order", "") or signal.kind,
        partner_id=signal.partner_id,
        detail={"kind": signal.kind, "note": signal.note},
    )
