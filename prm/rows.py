"""Hand-written statements, for pages read often: their rows, and model instances made of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def fetched(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Any] = cursor.fetchall()
    return rows


class Shape(Generic[M]):
    """The columns of a model as they stand in a join, and the instance that they make."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        fields = model._meta.concrete_fields
        self._names = [str(field.attname) for field in fields]
        self._columns = [str(field.column) for field in fields]
        self._converted = [
            (place, convert, field)
            for place, field in enumerate(fields)
            for convert in field.get_db_converters(connection)
        ]

    def columns(self, alias: str) -> str:
        """The columns, for a SELECT list."""
        return ", ".join([f'{alias}."{column}"' for column in self._columns])

    def __len__(self) -> int:
        return len(self._columns)

    def instance(self, values: Sequence[Any]) -> M | None:
        """The instance that so many values make; None where an outer join found nothing."""
        row = list(values)
        if row[0] is None:  # the key, which stands first in every table of ours
            return None
        for place, convert, field in self._converted:
            row[place] = convert(row[place], field, connection)
        return self._model.from_db(connection.alias, self._names, row)
