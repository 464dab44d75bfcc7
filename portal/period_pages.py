"""A page of figures of some days, divided by something: what such pages have in common.

Everything is in the address, and everything is read from sums of days, which are kept in the
seller's time zone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar, Final, Generic, TypeVar, cast
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal import periods, table_files
from portal.list_parts import Chip, Period
from sellers.models import Seller
from tracking.selectors import Span

SHOWN: Final = 50
DAYS: Final = 30
LONGEST: Final = timedelta(days=731)
FIRST_DAY: Final = date(2000, 1, 1)
R = TypeVar("R")


def _day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class PeriodForm(forms.Form):
    """The days that are shown."""

    since = _day_field(gettext_lazy("From"))
    until = _day_field(pgettext_lazy("end of a period", "To"))


class PeriodPage(Generic[R]):
    """One answered page with rows of kind `R`.

    A page says by what it may be divided (`ways`), reads its parts (`_rows`), and writes one of
    them as cells of a file (`_head_cells`, `_cells`).
    """

    name: ClassVar[str]
    carries: ClassVar[Sequence[str]] = ("by",)
    """What the form of days carries along unseen."""

    def __init__(self, request: HttpRequest, seller: Seller) -> None:
        self.request = request
        self.seller = seller
        self.query = request.GET
        self.form = self._form()
        self.form.is_valid()

    def _form(self) -> forms.Form:
        return PeriodForm(self.query)

    # What is asked for

    @property
    def ways(self) -> Mapping[str, str | Promise]:
        """What it may be divided by; the first unless the address says another."""
        raise NotImplementedError

    @cached_property
    def today(self) -> date:
        """Today where the seller is."""
        return timezone.localdate(timezone=ZoneInfo(self.seller.time_zone))

    @cached_property
    def span(self) -> Span:
        """The days; the last 30 unless the address says others, two years at most."""
        until = min(self.form.cleaned_data.get("until") or self.today, self.today)
        since = self.form.cleaned_data.get("since") or until - timedelta(days=DAYS - 1)
        since, until = max(since, FIRST_DAY), max(until, FIRST_DAY)
        since = min(since, until)
        return Span(max(since, until - LONGEST), until)

    @cached_property
    def by(self) -> str:
        """What it is divided by."""
        wanted = self.query.get("by", "")
        return wanted if wanted in self.ways else next(iter(self.ways))

    # What is shown

    @cached_property
    def rows(self) -> list[R]:
        """The largest parts; one more than is shown says that there are more."""
        return list(self._rows(SHOWN + 1))

    def _rows(self, limit: int | None) -> Iterator[R]:
        raise NotImplementedError

    @property
    def shown(self) -> list[R]:
        """The rows of the page."""
        return self.rows[:SHOWN]

    @property
    def more(self) -> bool:
        """Whether only a file holds all parts."""
        return len(self.rows) > SHOWN

    @property
    def head(self) -> str:
        """What the rows are."""
        return str(self.ways[self.by])

    # Around it

    def url(self, *, keep_position: bool = True, **changes: Any) -> str:
        """This page's address with `changes`; an empty value drops the parameter."""
        query = self.query.copy()
        query.pop("export", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value not in {"", None}:
                query[name] = str(value)
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    @cached_property
    def period(self) -> Period:
        """The choice of days."""
        found = periods.of(self, [self.form["since"], self.form["until"]])
        chosen = self.query.get("since") or self.query.get("until")
        words = found.words if chosen else _("Last 30 days")
        return Period(found.fields, words, found.on, found.choices[1:])

    @property
    def chips(self) -> list[Chip]:
        """What it may be divided by, to choose from."""
        return [
            Chip(key, words, 0, self.url(by=key), key == self.by)
            for key, words in self.ways.items()
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form carries along unseen."""
        return [(name, value) for name in self.carries if (value := self.query.get(name))]

    # Files

    @property
    def csv_url(self) -> str:
        """All parts as CSV."""
        return self.url(export="csv")

    @property
    def xlsx_url(self) -> str:
        """All parts as XLSX."""
        return self.url(export="xlsx")

    @property
    def download(self) -> HttpResponse | None:
        """The file that `?export=csv|xlsx` asks for, or None for a page."""
        form = self.query.get("export", "")
        if form not in table_files.FORMATS:
            return None
        cells = (self._cells(row) for row in self._rows(table_files.MAX_ROWS))
        name = f"{self.name}-{self.span.first}-{self.span.last}"
        file = table_files.answer(name, form, [self.head, *self._head_cells()], cells)
        # A streamed file is no HttpResponse by type, but views answer with either.
        return cast("HttpResponse", file)

    def _head_cells(self) -> Iterable[str]:
        """What stands above a row's cells after its name."""
        raise NotImplementedError

    def _cells(self, row: R) -> list[Any]:
        """A row in a file, its name first."""
        raise NotImplementedError
