"""One mechanism for every list page: filter, sort, page by key, choose, export; all in the address.

A view says what the list is (`Listing`), asks `show(request, queryset)` and renders
`components/list.html` with the answer as `page`. An export is in `page.download`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.forms import BoundField, DateInput
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import columns, keyset, list_cells, list_counts, periods, statuses, table_files
from portal.filters import OnlyFilter
from portal.list_counts import COUNT_UP_TO
from portal.list_parts import Chip, Dropping, Empty, Head, Period, Text

PAGE_SIZE = 25
__all__ = ["Empty", "Listing", "Page"]

# Parts of the address that say where in the list we are, not what is in it.
_POSITION = ("after", "before", "open", "export")


@dataclass(frozen=True)
class Listing:
    """What a list is. `orders` maps a table column to the model path it sorts by (the whitelist).

    `chips` = (filter name, kind in portal/statuses.py, model path); the filter set must have that
    filter. `open_template` renders an opened row (`?open=<id>`) with `record`.
    """

    table: type[tables.Table]
    filters: type[django_filters.FilterSet]
    orders: Mapping[str, str]
    default: str
    name: str
    chips: tuple[str, str, str] | None = None
    chip_labels: Mapping[str, Text] = field(default_factory=dict)
    open_template: str = ""
    size: int = PAGE_SIZE
    exports: bool = True
    keep: tuple[str, ...] = ()
    choosable: bool = False

    def show(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        *,
        empty: Empty | None = None,
        table_kwargs: Mapping[str, Any] | None = None,
        filter_kwargs: Mapping[str, Any] | None = None,
    ) -> "Page":
        """The page of `queryset` that the address of `request` asks for."""
        return Page(self, request, queryset, empty, table_kwargs or {}, filter_kwargs or {})

    def chosen(
        self, request: HttpRequest, queryset: QuerySet[Any], **filter_kwargs: Any
    ) -> QuerySet[Any]:
        """The rows a posted list form chose: ticked ones, or with `all=1` all that match."""
        if request.POST.get("all") == "1":
            query = QueryDict(request.POST.get("query", ""))
            rows: QuerySet[Any] = self.filters(
                query, queryset=queryset, request=request, **filter_kwargs
            ).qs
            return rows
        ids = [key for text in request.POST.getlist("chosen") if (key := _as_uuid(text))]
        return queryset.filter(pk__in=ids)


class Page:
    """One answered list. Everything is computed when first asked for."""

    def __init__(
        self,
        listing: Listing,
        request: HttpRequest,
        queryset: QuerySet[Any],
        empty: Empty | None,
        table_kwargs: Mapping[str, Any],
        filter_kwargs: Mapping[str, Any],
    ) -> None:
        self.listing = listing
        self.request = request
        self.queryset = queryset
        self.empty = empty or Empty(_("Nothing here yet"))
        self.query: QueryDict = request.GET
        self.table_kwargs = table_kwargs
        self.filter_kwargs = filter_kwargs

    # What is in the list

    @cached_property
    def filterset(self) -> django_filters.FilterSet:
        """The bound filter set."""
        return self._filterset(self.query)

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """Rows that match. A filter with bad input filters nothing; the rest still count."""
        rows: QuerySet[Any] = self.filterset.qs
        return rows

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """Column the list is sorted by, and whether descending."""
        wanted = self.query.get("sort", "")
        if wanted.removeprefix("-") not in self.listing.orders:
            wanted = self.listing.default
        return wanted.removeprefix("-"), wanted.startswith("-")

    @cached_property
    def _ordered(self) -> QuerySet[Any]:
        column, descending = self.sort
        path, within = self.listing.orders[column], columns.money_path(self.listing.table, column)
        return keyset.ordered(self.filtered, path, descending=descending, within=within)

    @cached_property
    def slice(self) -> keyset.Slice:
        """The rows of this page."""
        return keyset.page(
            self._ordered,
            descending=self.sort[1],
            size=self.listing.size,
            after=self.query.get("after", ""),
            before=self.query.get("before", ""),
        )

    @cached_property
    def table(self) -> tables.Table:
        """The rows as a table; sorting and paging are ours, not the library's."""
        return self.listing.table(self.slice.rows, orderable=False, **self.table_kwargs)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Rows for the template: record, cells, id, whether open, address that opens it."""
        return [
            {
                "record": record,
                "cells": cells,
                "id": str(record.pk),
                "open": str(record.pk) == self.open_id,
                "url": self.url(open="" if str(record.pk) == self.open_id else record.pk),
            }
            for record, cells in list_cells.rows(self.table)
        ]

    @property
    def state(self) -> str:
        """`rows`, `nomatch` (filters hide everything) or `empty` (there is nothing at all)."""
        if self.slice.rows:
            return "rows"
        return "nomatch" if self.filtering and self.queryset.exists() else "empty"

    # Addresses

    def url(self, *, keep_position: bool = True, **changes: Any) -> str:
        """This list's address with `changes`; an empty value drops the parameter."""
        query = self.query.copy()
        query.pop("export", None)
        if not keep_position:
            for name in _POSITION:
                query.pop(name, None)
        for name, value in changes.items():
            if value in {"", None}:
                query.pop(name, None)
            else:
                query[name] = str(value)
        text = query.urlencode()
        return f"{self.request.path}?{text}" if text else self.request.path

    @property
    def open_id(self) -> str:
        """Id of the opened row."""
        return self.query.get("open", "")

    @property
    def newer_url(self) -> str:
        """The page before, or ""."""
        if not self.slice.has_newer or not self.slice.rows:
            return ""
        cursor = keyset.cursor_of(self.slice.rows[0], self.slice.start)
        return self.url(keep_position=False, before=cursor)

    @property
    def older_url(self) -> str:
        """The page after, or ""."""
        if not self.slice.has_older:
            return ""
        place = self.slice.start + len(self.slice.rows) - 1
        return self.url(keep_position=False, after=keyset.cursor_of(self.slice.rows[-1], place))

    @property
    def csv_url(self) -> str:
        """The filtered rows as CSV."""
        return self.url(keep_position=False, export="csv")

    @property
    def xlsx_url(self) -> str:
        """The filtered rows as XLSX."""
        return self.url(keep_position=False, export="xlsx")

    @property
    def matching_query(self) -> str:
        """The filters as a query string, for acts on every row that matches."""
        return self.url(keep_position=False).partition("?")[2]

    # Place in the whole

    @cached_property
    def total(self) -> int:
        """How many rows match, counted up to a bound so that a huge list stays quick."""
        return list_counts.up_to_bound(self.filtered)

    @property
    def total_known(self) -> bool:
        """Whether `total` is exact."""
        return self.total <= COUNT_UP_TO

    @property
    def total_bound(self) -> int:
        """How far `total` counts."""
        return COUNT_UP_TO

    @property
    def first_place(self) -> int:
        """Place of the first row shown, from 1."""
        return self.slice.start + 1

    @property
    def last_place(self) -> int:
        """Place of the last row shown."""
        return self.slice.start + len(self.slice.rows)

    # Filters

    @cached_property
    def fields(self) -> list[Any]:
        """Filter fields for the form, without the days and the one that the chips stand for."""
        chip = self.listing.chips[0] if self.listing.chips else ""
        return [
            bound
            for bound in self.filterset.form
            if bound.name != chip and not bound.is_hidden and not _is_day(bound)
        ]

    @cached_property
    def period(self) -> Period | None:
        """The days that bound the list, where it has such filters."""
        days = [bound for bound in self.filterset.form if _is_day(bound)]
        return periods.of(self, days) if days else None

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters that the filter form carries along unseen: the chip and the order."""
        names = {
            "sort",
            self.listing.chips[0] if self.listing.chips else "sort",
            *self.listing.keep,
            *(bound.name for bound in self.filterset.form if bound.is_hidden),
        }
        return [(name, value) for name in sorted(names) if (value := self.query.get(name))]

    @cached_property
    def filtering(self) -> list[str]:
        """Names of the filters that are set."""
        return [name for name in self.filterset.filters if self.query.get(name)]

    @cached_property
    def chips(self) -> list[Chip]:
        """Status chips with their counts under the other filters; chips without rows fall away."""
        if not self.listing.chips:
            return []
        name, kind, path = self.listing.chips
        query = self.query.copy()
        query.pop(name, None)
        on, rows = self.query.get(name, ""), self._filterset(query).qs
        total = list_counts.up_to_bound(rows) if on else self.total
        labels = list_counts.labels(self.filterset, name, kind, self.listing.chip_labels)
        counts = list_counts.by_value(rows, path, labels, total)
        chips = [self._chip("", _("All"), total, name, on)]
        for value, label in labels.items():
            if counts.get(value) or value == on:
                chips.append(self._chip(value, label, counts.get(value, 0), name, on))
        return chips

    @cached_property
    def only(self) -> list[Dropping]:
        """Whose rows these are, where a page of one record linked here; with the way to all."""
        return [
            Dropping(self._filter_words(name), 0, self.url(keep_position=False, **{name: ""}))
            for name, one in self.filterset.filters.items()
            if isinstance(one, OnlyFilter) and self.query.get(name)
        ]

    @property
    def droppings(self) -> list[Dropping]:
        """For a list without a match: each filter with what there is without it."""
        found = []
        for name in self.filtering[:5]:
            query = self.query.copy()
            query.pop(name, None)
            count = list_counts.up_to_bound(self._filterset(query).qs)
            url = self.url(keep_position=False, **{name: ""})
            found.append(Dropping(self._filter_words(name), count, url))
        return found

    @property
    def clear_url(self) -> str:
        """The list without any filter, in the same order."""
        return self.url(keep_position=False, **dict.fromkeys(self.filtering, ""))

    # Heads

    @property
    def heads(self) -> list[Head]:
        """Column heads, with sort addresses where the column is in the whitelist."""
        return [self._head(column) for column in self.table.columns]

    @property
    def width(self) -> int:
        """How many columns the table has, with those for choosing and opening."""
        return len(self.table.columns) + 2

    # Files

    @property
    def too_many(self) -> bool:
        """Whether an export was asked for that would be longer than a file may be."""
        if self.query.get("export") not in table_files.FORMATS:
            return False
        return self.filtered.order_by()[: table_files.MAX_ROWS + 1].count() > table_files.MAX_ROWS

    @cached_property
    def download(self) -> HttpResponse | None:
        """The file that `?export=csv|xlsx` asks for, or None for a page."""
        form = self.query.get("export", "")
        if not self.listing.exports or form not in table_files.FORMATS or self.too_many:
            return None
        name = f"{self.listing.name}-{timezone.localdate().isoformat()}"
        file = table_files.of_table(
            name, form, self.listing.table, self._ordered, **self.table_kwargs
        )
        # A streamed file is no HttpResponse by type, but views answer with either.
        return cast("HttpResponse", file)

    # Small parts

    def _filterset(self, query: QueryDict) -> django_filters.FilterSet:
        return self.listing.filters(
            query, queryset=self.queryset, request=self.request, **self.filter_kwargs
        )

    def _chip(self, value: str, label: Text, count: int, name: str, on: str) -> Chip:
        url = self.url(keep_position=False, **{name: value})
        return Chip(value, label, min(count, COUNT_UP_TO), url, on == value, count > COUNT_UP_TO)

    def _filter_words(self, name: str) -> str:
        if isinstance(one := self.filterset.filters[name], OnlyFilter):
            return one.words(self.query.get(name, ""))
        bound = self.filterset.form[name]
        value = self.query.get(name, "")
        choices: Any = getattr(bound.field, "choices", ())
        words = next((str(label) for key, label in choices if str(key) == value), value)
        if self.listing.chips and name == self.listing.chips[0]:
            words = dict(statuses.labels(self.listing.chips[1])).get(value, words)  # type: ignore[assignment]
        return f"{bound.label} {words}" if bound.field.widget.input_type == "date" else str(words)

    def _head(self, column: Any) -> Head:
        css = column.attrs.get("th", {}).get("class", "")
        if column.name not in self.listing.orders:
            return Head(column.header, css, "", "")
        name, descending = self.sort
        current = name == column.name
        flipped = column.name if current and descending else f"-{column.name}"
        first = self.listing.default.removeprefix("-")
        if not current and column.name != first:
            flipped = column.name
        state = ("descending" if descending else "ascending") if current else ""
        return Head(column.header, css, self.url(keep_position=False, sort=flipped), state)


def _is_day(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, DateInput)


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
