"""Reads about signals of fraud."""

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet

from commissions.models import Commission, Signal
from prm.errors import NotFound


def signals() -> QuerySet[Signal]:
    """Signals with what a list shows."""
    return Signal.objects.select_related("partner", "program", "sale", "seller", "decided_by")


def waiting() -> QuerySet[Signal]:
    """What stops money until somebody decides."""
    return Signal.objects.filter(status=Signal.Status.OPEN, action=Signal.Action.HOLD)


def about_partners() -> QuerySet[Signal]:
    """What stops all that a partner has, or all of one program, until somebody decides."""
    return waiting().filter(sale=None)


def under_review(line: str = "") -> Exists:
    """Whether a signal about the partner himself stops a line, of whatever kind it is.

    For queries of commissions, or of rows that lead to one by the path `line`, like `commission__`.
    """
    whole = Q(program=None) | Q(program=OuterRef(f"{line}program"))
    return Exists(about_partners().filter(whole, partner=OuterRef(f"{line}partner")))


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
