"""Windows in calendar days of the seller's time zone."""

from datetime import date, datetime, timedelta
from typing import Final

ROLLING_DAYS: Final = 90
FIRST_DAY: Final = date(1, 1, 1)
LAST_DAY: Final = date(9999, 12, 31)
ROLLING: Final = "rolling_90_days"
BY_MONTH: Final = frozenset({"month", "previous_month", "quarter", "year", "lifetime"})


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def start_of(window: str, day: date) -> date:
    """The first day of the window that `day` lies in; of a rolling one, 89 days before."""
    if window == "month":
        return day.replace(day=1)
    if window == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if window == "year":
        return day.replace(month=1, day=1)
    if window == "previous_month":
        return month_of(month_of(day) - timedelta(days=1))
    if window == ROLLING:
        return day - timedelta(days=ROLLING_DAYS - 1)
    return FIRST_DAY


def months_of(window: str, day: date) -> tuple[date, ...]:
    """The months whose totals make up a window by months; empty for `lifetime`."""
    first = start_of(window, day)
    count = {"month": 1, "previous_month": 1, "quarter": 3, "year": 12}.get(window, 0)
    return tuple(add_months(first, number) for number in range(count))


def add_months(day: date, months: int) -> date:
    """The same day `months` later, clamped to the end of the month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, days_in(year, month + 1)))


def days_in(year: int, month: int) -> int:
    """Days of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def ends_after(moment: datetime, months: int) -> datetime:
    """The instant `months` calendar months after `moment`, the day clamped; exclusive as an end.

    `moment` is in the time zone whose calendar counts.
    """
    return datetime.combine(add_months(moment.date(), months), moment.timetz())
