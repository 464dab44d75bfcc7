"""Cursor pages: stable under inserts, as quick on page 1,000 as on page 1."""

import base64
import binascii
import datetime
import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from prm.errors import Malformed

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
Orders = dict[str, tuple[str, ...]]
NEWEST: Orders = {"-created_at": ("-id",), "created_at": ("id",)}
"""The usual orders: ids are time-ordered, so the id alone is the order of creation."""
RECENT: Orders = {"-occurred_at": ("-occurred_at", "-id"), "occurred_at": ("occurred_at", "id")}


@dataclass(frozen=True)
class Cursor:
    """A place in a list: after (or before, going back) the row with these values."""

    order: str
    backwards: bool
    values: tuple[str, ...]

    def text(self) -> str:
        """As it stands in an address."""
        raw = json.dumps([self.order, self.backwards, *self.values]).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def of(cls, text: str) -> "Cursor":
        """From an address. Raises Malformed."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            order, backwards, *values = json.loads(raw)
            if not isinstance(order, str) or not isinstance(backwards, bool):
                raise ValueError
            return cls(order, backwards, tuple(str(value) for value in values))
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise bad_cursor() from None


def bad_cursor() -> Malformed:
    """The refusal of a cursor that we did not make, or not for this list."""
    message = _("This cursor is not one of ours. Start again without it.")
    return Malformed(message, field="cursor", code="malformed")


class KeyPagination(BasePagination):
    """`next`, `previous` and `results`. Orders end in the id, so that rows have one place."""

    next: str | None = None
    previous: str | None = None

    def paginate(
        self, rows: QuerySet[Any], request: Request, query: dict[str, Any], orders: Orders
    ) -> list[Any]:
        """One page of `rows` by the validated `limit`, `cursor` and `order` in `query`."""
        limit = query.get("limit", DEFAULT_LIMIT)
        cursor = Cursor.of(query["cursor"]) if "cursor" in query else None
        order = query.get("order") or (cursor.order if cursor else next(iter(orders)))
        if order not in orders or (cursor and cursor.order != order):
            raise bad_cursor()
        backwards = cursor.backwards if cursor else False
        keys = _turned(orders[order]) if backwards else orders[order]
        if cursor:
            rows = rows.filter(_beyond(keys, _values(cursor, keys)))
        page = list(rows.order_by(*keys)[: limit + 1])
        more, page = len(page) > limit, page[:limit]
        if backwards:
            page.reverse()
        names = [key.lstrip("-") for key in orders[order]]
        if page and (more or backwards):
            self.next = _address(request, Cursor(order, False, _place(page[-1], names)))
        if page and (more if backwards else cursor is not None):
            self.previous = _address(request, Cursor(order, True, _place(page[0], names)))
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """The page with the addresses of its neighbours."""
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any] | None:
        """Pages are made by `paginate`, which has the validated query."""
        raise NotImplementedError

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page in the OpenAPI document."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


def _turned(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key[1:] if key.startswith("-") else f"-{key}" for key in keys)


def _beyond(keys: tuple[str, ...], values: list[Any]) -> Q:
    """Rows after the place: (a, b) beyond (x, y), as a bound on `a` that an index can use."""
    name, side = keys[0].lstrip("-"), "lt" if keys[0].startswith("-") else "gt"
    strict = Q(**{f"{name}__{side}": values[0]})
    if len(keys) == 1:
        return strict
    equal = Q(**{name: values[0]}) & _beyond(keys[1:], values[1:])
    return Q(**{f"{name}__{side}e": values[0]}) & (strict | equal)


def _values(cursor: Cursor, keys: tuple[str, ...]) -> list[Any]:
    if len(cursor.values) != len(keys):
        raise bad_cursor()
    try:
        return [
            uuid.UUID(text) if key.lstrip("-") == "id" else _instant(text)
            for text, key in zip(cursor.values, keys, strict=True)
        ]
    except (ValueError, OverflowError):
        raise bad_cursor() from None


def _instant(text: str) -> datetime.datetime:
    instant = datetime.datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(datetime.UTC)


def _place(row: Model, names: list[str]) -> tuple[str, ...]:
    values = [getattr(row, name) for name in names]
    return tuple(
        value.isoformat() if isinstance(value, datetime.datetime) else str(value)
        for value in values
    )


def _address(request: Request, cursor: Cursor) -> str:
    params = {name: value for name, value in request.query_params.items() if name != "cursor"}
    query = urlencode({**params, "cursor": cursor.text()})
    return f"{request._request.build_absolute_uri(request.path)}?{query}"
