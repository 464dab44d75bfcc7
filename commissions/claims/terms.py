"""The clock of a claim, and how order numbers are compared: pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

ONE_DAY: Final = timedelta(days=1)
"""It may be tomorrow already where the partner is."""

MOST_NOTICE: Final = timedelta(days=2)
"""How long before the deadline the seller is reminded; half of his time, if that is less."""


@dataclass(frozen=True)
class Clock:
    """When an answer is due, and when to remind of it."""

    due_at: datetime
    remind_at: datetime


def clock(filed_at: datetime, days: int) -> Clock:
    """The clock of a claim with `days` of 24 hours to answer it."""
    span = timedelta(days=days)
    return Clock(filed_at + span, filed_at + span - min(MOST_NOTICE, span / 2))


def resumed(stood: Clock, asked_at: datetime, now: datetime) -> Clock:
    """The clock after the partner answered: later by as long as it stood."""
    pause = max(now - asked_at, timedelta(0))
    return Clock(stood.due_at + pause, stood.remind_at + pause)


def is_overdue(status: str, due_at: datetime, now: datetime) -> bool:
    """Whether the seller should have answered by now."""
    return status == "open" and due_at <= now


def order_key(order: str) -> str:
    """An order number as claims compare it: trimmed, without regard to case."""
    return " ".join(order.split()).casefold()[:120]
