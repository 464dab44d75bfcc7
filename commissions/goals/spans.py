"""The windows of a goal as calendar days. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

ONCE = "once"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One window: its key (2026-11, 2026-Q4, 2026, once), first and last day, both counted."""

    key: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def passed(self, today: date) -> int:
        """How many of its days have begun on `today`."""
        return min(max((today - self.first).days + 1, 0), self.days)

    def left(self, today: date) -> int:
        """How many days are left after `today`."""
        return self.days - self.passed(today)


def calendar_span(window: str, day: date) -> Span:
    """The whole month, quarter or year that holds `day`."""
    if window == "month":
        first = day.replace(day=1)
        return Span(f"{first:%Y-%m}", first, _month_after(first, 1) - _DAY)
    if window == "quarter":
        first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
        key = f"{first:%Y}-Q{(first.month + 2) // 3}"
        return Span(key, first, _month_after(first, 3) - _DAY)
    first = day.replace(month=1, day=1)
    return Span(f"{first:%Y}", first, _month_after(first, 12) - _DAY)


def span_at(window: str, starts_on: date, ends_on: date | None, day: date) -> Span | None:
    """The goal's window that holds `day`, cut to the goal's own days; None outside of them."""
    if day < starts_on or (ends_on is not None and day > ends_on):
        return None
    if window == "fixed":
        return Span(ONCE, starts_on, ends_on or starts_on)
    whole = calendar_span(window, day)
    last = whole.last if ends_on is None else min(whole.last, ends_on)
    return Span(whole.key, max(whole.first, starts_on), last)


def next_span(window: str, starts_on: date, ends_on: date | None, day: date) -> Span | None:
    """The goal's first window that begins after `day`; None when no other comes."""
    if day < starts_on:
        return span_at(window, starts_on, ends_on, starts_on)
    now = span_at(window, starts_on, ends_on, day)
    if now is None or window == "fixed":
        return None
    return span_at(window, starts_on, ends_on, now.last + _DAY)


def begun(window: str, starts_on: date, ends_on: date | None, today: date) -> list[Span]:
    """Every window of the goal that has begun by `today`, oldest first."""
    found = []
    span = span_at(window, starts_on, ends_on, starts_on)
    while span is not None and span.first <= today:
        found.append(span)
        span = next_span(window, starts_on, ends_on, span.last)
    return found


def spans_before(window: str, starts_on: date, ends_on: date | None, count: int) -> list[Span]:
    """The `count` windows before the goal's first one, oldest first: as if it had run then.

    A calendar window is taken whole; a fixed one is moved back by its own length.
    """
    found: list[Span] = []
    if window == "fixed":
        span = Span(ONCE, starts_on, ends_on or starts_on)
        for _again in range(count):
            length = timedelta(days=span.days)
            span = Span(ONCE, span.first - length, span.last - length)
            found.insert(0, span)
        return found
    first = calendar_span(window, starts_on).first
    for _again in range(count):
        span = calendar_span(window, first - _DAY)
        found.insert(0, span)
        first = span.first
    return found


def forecast(value: int, span: Span, today: date) -> int:
    """What `value` comes to by the end of `span` at the pace so far, today counted as passed."""
    passed = span.passed(today)
    if passed == 0:
        return value
    exact = Decimal(value) * span.days / passed
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _month_after(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return first.replace(year=count // 12, month=count % 12 + 1)
