"""Periods of figures: a stretch of time and the one before it, both as half-open instants."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """`[start, end)` beside `[before_start, before_end)`, the same stretch one unit earlier."""

    key: str
    start: datetime
    end: datetime
    before_start: datetime
    before_end: datetime

    @property
    def days(self) -> tuple[date, date]:
        """First and last calendar day; sums are kept by day, so a day counts whole."""
        return _days(self.start, self.end)

    @property
    def days_before(self) -> tuple[date, date]:
        """The same of the stretch before."""
        return _days(self.before_start, self.before_end)


def last_days(now: datetime, days: int, key: str) -> Period:
    """The `days` calendar days up to now, today included, against as many days before."""
    start = _midnight(now) - (days - 1) * _DAY
    back = days * _DAY
    return Period(key, start, now, start - back, now - back)


def month_so_far(now: datetime) -> Period:
    """This month up to now, against the same stretch of the month before."""
    start = _midnight(now).replace(day=1)
    return _so_far("month", now, start, _months_before(start, 1))


def quarter_so_far(now: datetime) -> Period:
    """This quarter up to now, against the same stretch of the quarter before."""
    start = _months_before(_midnight(now).replace(day=1), (now.month - 1) % 3)
    return _so_far("quarter", now, start, _months_before(start, 3))


def week_starts(now: datetime, weeks: int) -> list[datetime]:
    """Monday midnights of the last `weeks` weeks, oldest first, this week last."""
    monday = _midnight(now) - now.weekday() * _DAY
    return [monday - 7 * _DAY * back for back in range(weeks - 1, -1, -1)]


def _so_far(key: str, now: datetime, start: datetime, before: datetime) -> Period:
    """A shorter month before ends where the present stretch began."""
    return Period(key, start, now, before, min(before + (now - start), start))


def _months_before(first_of_month: datetime, months: int) -> datetime:
    count = first_of_month.year * 12 + first_of_month.month - 1 - months
    return first_of_month.replace(year=count // 12, month=count % 12 + 1)


def _days(start: datetime, end: datetime) -> tuple[date, date]:
    return start.date(), max(start, end - timedelta(microseconds=1)).date()


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
