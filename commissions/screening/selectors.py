"""Reads about signals of fraud."""

import uuid

from django.db.models import Q, QuerySet

from commissions.models import Commission, Signal
from prm.errors import NotFound


def signals() -> QuerySet[Signal]:
    """Signals with what a list shows."""
    return Signal.objects.select_related("partner", "program", "sale", "seller", "decided_by")


def waiting() -> QuerySet[Signal]:
    """What stops money until somebody decides."""
    return Signal.objects.filter(status=Signal.Status.OPEN, action=Signal.Action.HOLD)


def signal_by_id(signal_id: uuid.UUID | str) -> Signal:
    """The signal; raises NotFound."""
    found = signals().filter(pk=signal_id).first()
    if found is None:
        raise NotFound("signal")
    return found


def lines_of(signal: Signal) -> QuerySet[Commission]:
    """What the signal is about: the lines it holds and those of its sale, newest first."""
    about = Q(signal_holds__signal=signal)
    if signal.sale_id:
        about |= Q(sale_id=signal.sale_id, partner_id=signal.partner_id, reverses=None)
    rows = Commission.objects.filter(about).select_related("sale", "occasion", "refund", "partner")
    return rows.distinct().order_by("-occurred_at", "-id")


def others_of(signal: Signal) -> QuerySet[Signal]:
    """Other signals about the same partner, newest first."""
    return signals().filter(partner_id=signal.partner_id).exclude(pk=signal.pk).order_by("-id")
