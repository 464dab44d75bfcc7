"""What a piece pays, when it is late, and when its link is looked at again. Pure decisions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from prm.money import largest_remainder

FRESH: Final = timedelta(minutes=10)
"""How long a look at a link counts when its piece is approved."""
WEEK: Final = timedelta(days=7)
RETRIES: Final = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""After a first, second and third look in a row that found no link."""
MISSES_UNTIL_LOST: Final = {"missing": 2, "unreachable": 4}
"""Looks in a row before a link counts as gone: a page may be down for a while."""


@dataclass(frozen=True)
class AfterLook:
    """What follows from a look: misses in a row, whether the link is gone, the next look."""

    misses: int
    lost: bool
    next_at: datetime | None


def piece_fee(*, fee: str, amount_minor: int, pieces: int, number: int) -> int | None:
    """What piece `number` (from 1) pays in minor units; None where the program's rules decide.

    A fee for all pieces is split so that the parts sum to it; the earlier piece gets the odd unit.
    """
    if fee == "rule":
        return None
    if fee == "piece":
        return amount_minor
    return largest_remainder(amount_minor, [1] * pieces)[number - 1]


def is_late(due_on: date | None, today: date) -> bool:
    """Whether the due date has passed; on the day itself nobody is late."""
    return due_on is not None and due_on < today


def fresh(looked_at: datetime | None, now: datetime) -> bool:
    """Whether the last look still counts."""
    return looked_at is not None and now - looked_at <= FRESH


def watch_until(live_since: datetime | None, live_days: int, now: datetime) -> datetime | None:
    """Until when the link of a piece approved `now` must stand; None for no such day."""
    return (live_since or now) + timedelta(days=live_days) if live_days else None


def next_watch(until: datetime | None, now: datetime) -> datetime | None:
    """When a link that stands is looked at next: weekly, and once on the last day."""
    if until is None or until <= now:
        return None
    return min(now + WEEK, until)


def after_look(
    *, result: str, misses: int, approved: bool, until: datetime | None, now: datetime
) -> AfterLook:
    """What follows from finding the link live, missing or its page unreachable.

    Before approval nobody waits for a link to vanish: only a page that could not be reached is
    tried again by itself.
    """
    if result == "live":
        return AfterLook(0, False, next_watch(until, now) if approved else None)
    misses += 1
    retry = now + RETRIES[misses - 1] if misses <= len(RETRIES) else None
    if not approved:
        again = result == "unreachable"
        return AfterLook(misses, False, retry if again else None)
    lost = misses >= MISSES_UNTIL_LOST[result]
    return AfterLook(misses, lost, next_watch(until, now) if lost else retry)
