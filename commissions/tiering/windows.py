"""Which days a tier's condition counts, as of a day of the seller's. Pure.

A calendar window is evaluated on the first day after it, with what had happened by its end; the
same value holds until the next one is over, so evaluating again changes nothing. The others are
evaluated every day, with what had happened before that day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from commissions.rules.windows import ROLLING, ROLLING_DAYS, add_months, start_of

BEGINNING: Final = date(1970, 1, 1)
"""No event is older: the API takes no earlier instant."""
CALENDAR: Final = {"previous_month": ("month", 1), "quarter": ("quarter", 3), "year": ("year", 12)}
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """First and last day, both counted; `decides_on` is the day that is evaluated with them."""

    first: date
    last: date
    decides_on: date


def counted(window: str, day: date) -> Days:
    """What the evaluation of `day` counts."""
    if window in CALENDAR:
        unit, months = CALENDAR[window]
        end = start_of(unit, day)
        return Days(add_months(end, -months), end - _DAY, end)
    first = day - timedelta(days=ROLLING_DAYS) if window == ROLLING else BEGINNING
    return Days(first, day - _DAY, day)


def running(window: str, day: date) -> Days:
    """What the next evaluation will count, `day` included: the month, quarter or year that runs."""
    if window in CALENDAR:
        unit, months = CALENDAR[window]
        first = start_of(unit, day)
        end = add_months(first, months)
        return Days(first, end - _DAY, end)
    return counted(window, day + _DAY)


def reaches_on(value: int, recent: int, over_days: int, target: int, day: date) -> date | None:
    """The day on which `target` is reached at the pace of the last `over_days`; None for never.

    `recent` is what these days brought; `day` is the present one, which has not counted fully.
    """
    if value >= target:
        return day
    if recent <= 0:
        return None
    missing = target - value
    return day + timedelta(days=-(-missing * over_days // recent))
