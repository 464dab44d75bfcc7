"""Periods of an agreement: calendar months, quarters, half-years, years. Pure.

Periods follow the calendar, not the agreement: one that starts or ends inside a period has a short
first or last one. A contract year is the run of periods that start within a year of its beginning.
"""

import zoneinfo
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One period, both days included. `length` is month, quarter, half_year or year."""

    starts_on: date
    ends_on: date
    length: str

    @property
    def days(self) -> int:
        """Its number of days."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def full_days(self) -> int:
        """Days of the whole calendar period that it is, or is a part of."""
        whole = span_of(self.starts_on, self.length)
        return (whole.ends_on - whole.starts_on).days + 1

    @property
    def is_short(self) -> bool:
        """Whether the agreement began or ended inside it."""
        return self.days < self.full_days


def span_of(day: date, length: str) -> Span:
    """The calendar period that `day` lies in."""
    months = MONTHS[length]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    end = date(day.year, last, monthrange(day.year, last)[1])
    return Span(date(day.year, first, 1), end, length)


def spans(starts_on: date, ends_on: date | None, length: str, until: date) -> list[Span]:
    """Periods from the agreement's first day on, up to the one that `until` lies in."""
    last = until if ends_on is None else min(until, ends_on)
    found: list[Span] = []
    day = starts_on
    while day <= last:
        whole = span_of(day, length)
        end = whole.ends_on if ends_on is None else min(whole.ends_on, ends_on)
        found.append(Span(day, end, length))
        day = whole.ends_on + _DAY
    return found


def years(found: Sequence[Span], ends_on: date | None) -> list[tuple[int, bool]]:
    """For each period its contract year (1, 2, …) and whether it is the last one of it."""
    numbers = [_year_number(found[0].starts_on, span.starts_on) for span in found]
    rows = []
    for span, number in zip(found, numbers, strict=True):
        following = span.ends_on + _DAY
        last = ends_on is not None and span.ends_on >= ends_on
        rows.append((number, last or _year_number(found[0].starts_on, following) != number))
    return rows


def year_days(first: date, number: int, ends_on: date | None) -> tuple[int, int]:
    """Days that contract year `number` lasts, and that it would last uncut."""
    begin, end = _anniversary(first, number - 1), _anniversary(first, number)
    whole = (end - begin).days
    if ends_on is None or ends_on >= end:
        return whole, whole
    return max((ends_on - begin).days + 1, 0), whole


def first_instant(day: date, zone: str) -> datetime:
    """The first instant of `day` in a time zone."""
    return datetime.combine(day, time.min, tzinfo=zoneinfo.ZoneInfo(zone))


def last_instant(day: date, zone: str) -> datetime:
    """The last whole second of `day` in a time zone."""
    return first_instant(day + _DAY, zone) - timedelta(seconds=1)


def local_day(moment: datetime, zone: str) -> date:
    """The day of `moment` in a time zone."""
    return moment.astimezone(zoneinfo.ZoneInfo(zone)).date()


def _year_number(first: date, day: date) -> int:
    years_apart = day.year - first.year
    return years_apart + (1 if day >= _anniversary(first, years_apart) else 0)


def _anniversary(first: date, number: int) -> date:
    """`first` so many years later; 29 February becomes 28 February where there is none."""
    year = first.year + number
    return date(year, first.month, min(first.day, monthrange(year, first.month)[1]))
