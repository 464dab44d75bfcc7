"""Paging by key: a page starts after a row, not after a number of rows, so that it costs the same
everywhere in a long list and no row is skipped or shown twice when others arrive.

The order is one column and then the id, nulls last in both directions. Amounts of several
currencies are no numbers of one kind: they are in order within each currency, these by name, from
the last to the first where the order descends, so that one index read either way serves both.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Expression, F, Field, Model, Q, QuerySet
from django.db.models.expressions import Col, OrderBy

KEY = "list_key"
GROUP = "list_group"


@dataclass(frozen=True)
class Cursor:
    """A row's place: its value in the order column, its id, how many rows stand before it, and the
    group within which the column is in order, if any."""

    value: Any
    row_id: Any
    place: int
    group: str | None = None


@dataclass(frozen=True)
class Slice:
    """Rows of one page in display order, the place of the first, and whether there are others."""

    rows: list[Any]
    start: int
    has_newer: bool
    has_older: bool


def encode(cursor: Cursor) -> str:
    """Opaque text for the address."""
    value = cursor.value
    if isinstance(value, datetime | date):
        value = value.isoformat()
    elif value is not None and not isinstance(value, int | str | bool):
        value = str(value)
    parts = [value, str(cursor.row_id), cursor.place]
    if cursor.group is not None:
        parts.append(cursor.group)
    text = json.dumps(parts, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, column: "Field[Any, Any]", key: "Field[Any, Any]") -> Cursor | None:
    """The cursor in `text`, or None when it is not one of ours: then the list starts at the top."""
    try:
        padded = text + "=" * (-len(text) % 4)
        value, row_id, place, *group = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if "\x00" in f"{value}{row_id}{group}" or not isinstance(place, int) or place < 0:
            return None
        found = None if value is None else column.to_python(value)
        within = str(group[0]) if group else None
        return Cursor(found, key.to_python(row_id), min(place, 10**9), within)
    except (ValueError, TypeError, ValidationError, binascii.Error, UnicodeError, RecursionError):
        return None


def ordered(
    queryset: QuerySet[Any], field: str, *, descending: bool, within: str = ""
) -> QuerySet[Any]:
    """`queryset` in the order of `field`, then id, with the order value annotated as KEY.

    `within` is the path of a text that is never null: each of its values stands together, and the
    order holds within it.
    """
    names = {KEY: F(field)} | ({GROUP: F(within)} if within else {})
    rows: QuerySet[Any] = queryset.annotate(**names)
    return rows.order_by(*_order(rows, descending, reverse=False))


def page(
    queryset: QuerySet[Any], *, descending: bool, size: int, after: str = "", before: str = ""
) -> Slice:
    """The page after or before a cursor, else the first. `queryset` comes from `ordered`."""
    column, key = _column(queryset), _meta(queryset).pk
    grouped, nulls = _is_grouped(queryset), _has_nulls(queryset)
    start = _fitting(decode(after, column, key), grouped) if after else None
    if start:
        rows = list(queryset.filter(_beyond(start, descending, nulls=nulls))[: size + 1])
        return Slice(rows[:size], start.place + 1, True, len(rows) > size)
    end = _fitting(decode(before, column, key), grouped) if before else None
    if end:
        backwards = queryset.order_by(*_order(queryset, descending, reverse=True))
        beyond = _beyond(end, descending, nulls=nulls, reverse=True)
        rows = list(backwards.filter(beyond)[: size + 1])
        if len(rows) > size:
            return Slice(rows[:size][::-1], max(end.place - size, 0), True, True)
        # The rest fits on one page: show the whole first page instead of a short one.
    rows = list(queryset[: size + 1])
    return Slice(rows[:size], 0, False, len(rows) > size)


def cursor_of(row: Any, place: int) -> str:
    """The cursor of a row that `page` returned."""
    return encode(Cursor(getattr(row, KEY), row.pk, place, getattr(row, GROUP, None)))


def _is_grouped(queryset: QuerySet[Any]) -> bool:
    return GROUP in queryset.query.annotations


def _fitting(cursor: Cursor | None, grouped: bool) -> Cursor | None:
    """The cursor where it was made for such an order."""
    return cursor if cursor and (cursor.group is not None) == grouped else None


def _meta(queryset: QuerySet[Any]) -> Any:
    model: type[Model] = queryset.model
    return model._meta


def _column(queryset: QuerySet[Any]) -> "Field[Any, Any]":
    annotation: Expression = queryset.query.annotations[KEY]
    field: Field[Any, Any] = annotation.output_field
    return field


def _has_nulls(queryset: QuerySet[Any]) -> bool:
    """Whether the order may meet a null: a column of the rows' own table says so itself.

    An index `(column DESC, id DESC)` has nulls first: to an order that speaks of them it is of no
    use, and the whole table would be sorted for one page.
    """
    key: Any = queryset.query.annotations[KEY]
    own = isinstance(key, Col) and key.alias == _meta(queryset).db_table
    return not own or key.target.null


def _order(queryset: QuerySet[Any], descending: bool, *, reverse: bool) -> list[OrderBy]:
    groups = F(GROUP).desc() if descending != reverse else F(GROUP).asc()
    order = [groups] if _is_grouped(queryset) else []
    nulls: dict[str, Any] = {}
    if _has_nulls(queryset):
        nulls = {"nulls_last": not reverse or None, "nulls_first": reverse or None}
    if descending != reverse:
        return [*order, F(KEY).desc(**nulls), F("pk").desc()]
    return [*order, F(KEY).asc(**nulls), F("pk").asc()]


def _beyond(cursor: Cursor, descending: bool, *, nulls: bool, reverse: bool = False) -> Q:
    """Rows that come after `cursor` in display order, or before it where `reverse`."""
    inside = _beyond_in_group(cursor, descending, nulls=nulls, reverse=reverse)
    if cursor.group is None:
        return inside
    step = "lt" if descending != reverse else "gt"
    other = Q(**{f"{GROUP}__{step}": cursor.group})
    bound = Q(**{f"{GROUP}__{step}e": cursor.group})  # alone, so that an index can begin there
    return bound & (other | (Q(**{GROUP: cursor.group}) & inside))


def _beyond_in_group(cursor: Cursor, descending: bool, *, nulls: bool, reverse: bool) -> Q:
    step = "lt" if descending != reverse else "gt"
    same_next = Q(**{f"pk__{step}": cursor.row_id})
    if cursor.value is None:
        inside = Q(**{f"{KEY}__isnull": True}) & same_next
        return inside | Q(**{f"{KEY}__isnull": False}) if reverse else inside
    if not nulls:  # the bound stands alone, so that an index can begin there
        further = Q(**{f"{KEY}__{step}": cursor.value}) | same_next
        return Q(**{f"{KEY}__{step}e": cursor.value}) & further
    further = Q(**{f"{KEY}__{step}": cursor.value}) | (Q(**{KEY: cursor.value}) & same_next)
    return further if reverse else further | Q(**{f"{KEY}__isnull": True})
