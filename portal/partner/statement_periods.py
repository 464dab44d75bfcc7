"""Months and years that a statement can be about, in the seller's time."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date
from django.utils import timezone

from portal.money_format import reader_locale

MOST_MONTHS = 36


@dataclass(frozen=True)
class Period:
    """`[start, end)`; `key` stands in the address: `2026-11` or `2026`."""

    key: str
    label: str
    start: datetime
    end: datetime


def periods(first: datetime | None) -> list[Period]:
    """This month and back to the month of `first`, newest first, then the years."""
    now = timezone.localtime()
    begin = timezone.localtime(first) if first else now
    newest = now.year * 12 + now.month - 1
    oldest = max(min(begin.year * 12 + begin.month - 1, newest), newest - MOST_MONTHS + 1)
    months = [_month(count) for count in range(newest, oldest - 1, -1)]
    years = [_year(year) for year in range(now.year, min(begin.year, now.year) - 1, -1)]
    return months + years[:20]


def chosen_period(key: str, choices: list[Period]) -> Period:
    """The period that the address names, else this month."""
    return next((period for period in choices if period.key == key), choices[0])


def _month(count: int) -> Period:
    start = _first(count)
    label = format_date(start.date(), "LLLL y", locale=reader_locale())
    return Period(f"{start:%Y-%m}", label, start, _first(count + 1))


def _year(year: int) -> Period:
    return Period(str(year), str(year), _first(year * 12), _first((year + 1) * 12))


def _first(count: int) -> datetime:
    return timezone.make_aware(datetime(count // 12, count % 12 + 1, 1))  # noqa: DTZ001
