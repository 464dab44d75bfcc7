"""Storing signals, and stopping the lines that they are about."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import Entry, record_many
from commissions.models import Commission, Signal, SignalAction, SignalHold
from commissions.screening import selectors
from commissions.services.bulk_decisions import MOST, decide_many
from sellers.actors import SYSTEM

Status = Commission.Status
OPEN: Final = (Status.PENDING, Status.PAYABLE)


def raise_signals(seller_id: uuid.UUID, found: Sequence[tuple[Signal, list[Commission]]]) -> None:
    """Store each signal once and do what it says with its lines; needs a transaction.

    What is there already, decided or not, stays as it is: looking again changes nothing.
    """
    if not found:
        return
    Signal.objects.bulk_create([signal for signal, _lines in found], ignore_conflicts=True)
    ids = [signal.pk for signal, _lines in found]
    new = set(Signal.objects.filter(pk__in=ids).values_list("pk", flat=True))
    raised = [(signal, lines) for signal, lines in found if signal.pk in new]
    record_many(
        seller_id=seller_id, actor=SYSTEM, entries=[_entry(signal) for signal, _lines in raised]
    )
    for signal, lines in raised:
        if signal.action == SignalAction.HOLD:
            hold(seller_id, signal, lines)
        elif signal.action == SignalAction.REJECT:
            _reject(seller_id, signal, lines)


def hold(seller_id: uuid.UUID, signal: Signal, lines: Iterable[Commission]) -> None:
    """Hold lines for a signal; those that another signal holds are held by this one too."""
    ids = [line.pk for line in lines]
    held: list[uuid.UUID] = []
    for start in range(0, len(ids), MOST):
        outcomes = decide_many(
            seller_id=seller_id,
            decision="hold",
            ids=ids[start : start + MOST],
            actor=SYSTEM,
            review=True,
        )
        held += [one.id for one in outcomes if one.changed]
    others = SignalHold.objects.filter(
        commission_id__in=ids, signal__status=Signal.Status.OPEN, commission__status=Status.HELD
    )
    held += [key for key in others.values_list("commission_id", flat=True) if key not in held]
    SignalHold.objects.bulk_create(
        [SignalHold(seller_id=seller_id, signal=signal, commission_id=key) for key in set(held)],
        ignore_conflicts=True,
    )


def hold_of_partners(seller_id: uuid.UUID, lines: Iterable[Commission]) -> None:
    """Hold what partners earn while a signal about themselves holds their money."""
    by_partner: defaultdict[uuid.UUID, list[Commission]] = defaultdict(list)
    for line in lines:
        by_partner[line.partner_id].append(line)
    for signal in selectors.about_partners().filter(partner_id__in=by_partner).order_by("id"):
        wanted = by_partner[signal.partner_id]
        hold(seller_id, signal, [x for x in wanted if signal.program_id in (None, x.program_id)])


def hold_the_rest(seller_id: uuid.UUID) -> None:
    """Hold what came by another way than a sale since partners were stopped; needs a transaction.

    Bonuses, settlements, adjustments, deliverables, recruiters' parts: nobody looks at those when
    they are made. Payouts leave them out all the same (`selectors.under_review`); held, they say so
    and go with the decision.
    """
    for signal in selectors.about_partners().order_by("id"):
        hold(seller_id, signal, open_lines(signal))


def open_lines(signal: Signal) -> list[Commission]:
    """What a signal about a partner would hold: his lines that were not paid yet."""
    rows = Commission.objects.filter(
        partner_id=signal.partner_id, status__in=OPEN, reverses=None, amount_minor__gt=0
    )
    if signal.program_id:
        rows = rows.filter(program_id=signal.program_id)
    return list(rows.order_by("id"))


def _reject(seller_id: uuid.UUID, signal: Signal, lines: Iterable[Commission]) -> None:
    """Refuse the lines at once, as the setting says; the signal is decided by that."""
    ids = [line.pk for line in lines]
    reason = str(_("Refused by the seller’s rules against fraud."))
    payable = [line.pk for line in lines if line.status == Status.PAYABLE]
    for decision, keys in (("hold", payable), ("reject", ids)):
        for start in range(0, len(keys), MOST):
            decide_many(
                seller_id=seller_id,
                decision=decision,
                ids=keys[start : start + MOST],
                actor=SYSTEM,
                reason=reason,
            )
    Signal.objects.filter(pk=signal.pk).update(
        status=Signal.Status.CONFIRMED, decided_at=timezone.now(), note=reason
    )


def _entry(signal: Signal) -> Entry:
    return Entry(
        verb="signal.raised",
        object=signal,
        label=signal.facts.get("order", "") or signal.kind,
        partner_id=signal.partner_id,
        detail={"kind": signal.kind, "action": signal.action, **signal.facts},
    )
