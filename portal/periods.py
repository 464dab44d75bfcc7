"""The period of a list: two days in its filters, and the spans that people ask for most."""

from datetime import date, timedelta
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from portal import time_format
from portal.list_parts import Chip, Period


class Addressed(Protocol):
    """What has a query and can write its address with other values."""

    query: Any

    def url(self, *, keep_position: bool = True, **changes: Any) -> str:
        """The address with `changes`."""


def spans(today: date) -> list[tuple[str, date, date]]:
    """Words, first and last day of each ready choice, as of `today`."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return [
        (_("Last 7 days"), today - timedelta(days=6), today),
        (_("Last 30 days"), today - timedelta(days=29), today),
        (_("This month"), month, today),
        (_("Last month"), last_month, month - timedelta(days=1)),
        (_("This year"), today.replace(month=1, day=1), today),
    ]


def words(since: date | None, until: date | None) -> str:
    """What is set, in words; open ends are said."""
    if since and until and since <= until:
        return time_format.period_text(since, until)
    if since:
        return _("From %(day)s") % {"day": time_format.full_day_text(since)}
    if until:
        return _("To %(day)s") % {"day": time_format.full_day_text(until)}
    return _("Any time")


def of(page: Addressed, fields: list[Any]) -> Period:
    """The period of `page`; the first of its day filters opens it, the last closes it."""
    first, last = fields[0].name, fields[-1].name
    since, until = _day(page, first), _day(page, last)
    choices = [
        Chip("", _("Any time"), 0, page.url(keep_position=False, **{first: "", last: ""}), False)
    ]
    for label, start, end in spans(timezone.localdate()):
        url = page.url(keep_position=False, **{first: start.isoformat(), last: end.isoformat()})
        choices.append(Chip("", label, 0, url, (since, until) == (start, end)))
    chosen = next((str(choice.label) for choice in choices if choice.on), "")
    return Period(fields, chosen or words(since, until), bool(since or until), choices)


def _day(page: Addressed, name: str) -> date | None:
    try:
        return date.fromisoformat(page.query.get(name, ""))
    except ValueError:
        return None
