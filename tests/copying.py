"""A seller's rows many times over: what services made once stands there as often as one asks.

Every row of the seller is copied with all that belongs to it, so that a copied sale has a copied
link, refund and line of its own. Rows of the tables in `kept` are not copied: their copied children
hang on the very originals, as the many sales of one partner do. No table is named here, so none
can be forgotten.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models

from sellers.models import User
from tests.superuser import superuser

_NUMBERED = 1_000_000
"""A copy's number times this, where keys are numbers and not UUIDs."""
SHORT = 12
_FIXED = {"currency", "unit", "kind", "status", "language", "country", "dimension"}
_UNIQUE = """
    SELECT pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary
"""


@dataclass(frozen=True)
class _Table:
    """A table and what of it differs from copy to copy."""

    model: type[models.Model]
    uniques: list[list[str]]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def fields(self) -> list[Any]:
        return [one for one in self.model._meta.concrete_fields if not one.generated]

    @cached_property
    def above(self) -> set[type[models.Model]]:
        """The models that rows of this one hang on."""
        return {one.related_model for one in self.fields if one.related_model} - {self.model}

    def statement(self, copied: Collection[type[models.Model]]) -> str:
        """Inserts a copy of each of some rows for each of some numbers."""
        moved = {one.column for one in self.fields if one.related_model in copied}
        varied = {self._varied(columns) for columns in self.uniques if not moved & {*columns}}
        if varied & (days := {one.column for one in self.fields if _is_day(one)}):
            varied |= days  # the first and the last day of a period stay in order
        into = ", ".join(f'"{one.column}"' for one in self.fields)
        values = ", ".join(self._value(one, copied, one.column in varied) for one in self.fields)
        return (
            f"INSERT INTO {self.name} ({into}) OVERRIDING SYSTEM VALUE SELECT {values} "
            f"FROM {self.name} s CROSS JOIN generate_series(%(first)s, %(last)s) n "
            f"WHERE s.id = ANY(%(ids)s) ON CONFLICT DO NOTHING"
        )

    def _value(self, field: Any, copied: Collection[type[models.Model]], varied: bool) -> str:
        column = f's."{field.column}"'
        if field.primary_key:
            return _copied_key(self.model, column)
        if field.related_model in copied:
            above = field.related_model
            key = _copied_key(above, column)
            found = f"(SELECT t.id FROM {above._meta.db_table} t WHERE t.id = {key})"
            return f"coalesce({found}, {column})"
        if not varied:
            return column
        if _is_day(field):
            return f"{column} - n"
        if isinstance(field, models.UUIDField):  # a key that the database does not check
            return f"md5({column}::text || n)::uuid"
        if isinstance(field, models.IntegerField):
            return f"{column} + n * 10"
        return f"left({column}, {(field.max_length or 200) - 4}) || lpad(n::text, 4, '0')"

    def _varied(self, columns: list[str]) -> str:
        """The column that keeps a copy apart where nothing above it does; "" where none can."""
        fields = [one for one in self.fields if one.column in columns and not one.related_model]
        for kind in (models.UUIDField, models.CharField, models.TextField, models.IntegerField,
                     models.DateField):  # fmt: skip
            for one in fields:
                short = one.max_length is not None and one.max_length < SHORT
                if isinstance(one, kind) and not (one.choices or short or one.column in _FIXED):
                    return str(one.column)
        return ""


def _is_day(field: Any) -> bool:
    return isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)


def _copied_key(model: type[models.Model], column: str) -> str:
    if isinstance(model._meta.pk, models.UUIDField):
        return f"md5({column}::text || n)::uuid"
    return f"{column} + n * {_NUMBERED}"


class Originals:
    """The rows of a seller as they are now; `copy` makes more of them."""

    def __init__(self, seller_id: Any, people: Iterable[User]) -> None:
        with superuser() as cursor:
            self.tables = [_Table(model, _uniques(cursor, model)) for model in _models()]
            self.ids: dict[str, list[Any]] = {}
            for table in self.tables:
                if table.model is User:
                    self.ids[table.name] = [one.pk for one in people]
                    continue
                query = f"SELECT array_agg(id) FROM {table.name} WHERE seller_id = %s"
                cursor.execute(query, [str(seller_id)])
                self.ids[table.name] = cursor.fetchone()[0] or []

    def copy(
        self,
        numbers: range,
        *,
        kept: Collection[type[models.Model]] = (),
        only: Collection[type[models.Model]] = (),
    ) -> None:
        """A copy of all for each number, those of `kept` excepted, or of `only` some tables.

        A number is used once.
        """
        copied = ({*only} or {table.model for table in self.tables}) - {*kept}
        values = {"first": numbers[0], "last": numbers[-1]}
        with superuser() as cursor:
            for table in _in_order([one for one in self.tables if one.model in copied]):
                if ids := self.ids[table.name]:
                    cursor.execute(table.statement(copied), {**values, "ids": ids})


def _models() -> Iterator[type[models.Model]]:
    """Tables of sellers with a key of their own, and the people."""
    yield User
    for model in apps.get_models():
        fields = {one.name for one in model._meta.concrete_fields}
        if "seller" in fields and isinstance(model._meta.pk, models.UUIDField):
            yield model


def _uniques(cursor: Any, model: type[models.Model]) -> list[list[str]]:
    cursor.execute(_UNIQUE, [model._meta.db_table])
    names = {one.column for one in model._meta.concrete_fields}
    found = (text.split(" USING ", 1)[1].split(" WHERE ")[0] for (text,) in cursor.fetchall())
    columns = ([name for name in re.findall(r"\w+", text) if name in names] for text in found)
    return [one for one in columns if "id" not in one]


def _in_order(tables: list[_Table]) -> list[_Table]:
    """Each table after those that its rows hang on, as far as they do not hang on each other."""
    by_model = {table.model: table for table in tables}
    order: dict[type[models.Model], _Table] = {}

    def visit(table: _Table, path: frozenset[type[models.Model]]) -> None:
        for model in sorted(table.above - path, key=lambda one: one._meta.db_table):
            if model in by_model and model not in order:
                visit(by_model[model], path | {model})
        order.setdefault(table.model, table)

    for table in tables:
        visit(table, frozenset({table.model}))
    return list(order.values())
