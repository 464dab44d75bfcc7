"""Writing many rows at once: COPY into a temporary table, then one INSERT.

COPY … FROM is refused on tables with row security, so the rows go through a table of the session
that is empty again after each transaction.
"""

import io
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


_NULL = "\x01"
FEW = 20
"""Up to so many rows one INSERT with values is quicker than the way round."""


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows of plain values into a model's table.

    Values are text, integers, booleans, instants or None; ids and JSON come as text. Constraints
    and triggers work as for any INSERT.
    """
    if not rows:
        return
    with connection.cursor() as cursor:
        _insert(cursor, model, columns, rows, "", "")


def insert_new(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    unique: Sequence[str],
) -> set[uuid.UUID]:
    """Insert those of the rows whose `unique` columns nobody has yet; their ids.

    Rows go in by the order of `unique`, so that two batches at once wait for each other in the
    same order. Otherwise as `insert_rows`.
    """
    if not rows:
        return set()
    if len(rows) <= FEW:
        places = [columns.index(name) for name in unique]
        rows = sorted(rows, key=lambda row: [str(row[place]) for place in places])
    names = ", ".join(f'"{name}"' for name in unique)
    end = f"ON CONFLICT ({names}) DO NOTHING RETURNING id"
    with connection.cursor() as cursor:
        return {row[0] for row in _insert(cursor, model, columns, rows, names, end)}


def _insert(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    order: str,
    end: str,
) -> list[tuple[Any, ...]]:
    """Insert the rows; what the statement's `end` returns."""
    table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns)
    if len(rows) <= FEW:
        marks = "(" + ", ".join(["%s"] * len(columns)) + ")"
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) VALUES {", ".join([marks] * len(rows))} {end}',  # noqa: S608  names of models
            [value for row in rows for value in row],
        )
        return cursor.fetchall() if end else []
    staged = _staged(cursor, model, columns)
    text = "\n".join([_line(row) for row in rows])
    copy = f"COPY \"{staged}\" ({names}) FROM STDIN (NULL '{_NULL}')"
    cursor.copy_expert(copy, io.StringIO(text + "\n"))
    sorting = f"ORDER BY {order}" if order else ""
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{staged}" {sorting} {end}'  # noqa: S608
    )
    found = cursor.fetchall() if end else []
    cursor.execute(f'DELETE FROM "{staged}"')  # noqa: S608
    return found


def _staged(cursor: CursorWrapper, model: type[models.Model], columns: Sequence[str]) -> str:
    """The session's own table for rows of `model`, made at its first use."""
    table = model._meta.db_table
    staged = f"staged_{table}"
    cursor.execute("SELECT to_regclass(%s)", [f"pg_temp.{staged}"])
    if cursor.fetchone()[0] is None:
        cursor.execute(f'CREATE TEMP TABLE "{staged}" (LIKE "{table}") ON COMMIT DELETE ROWS')
        for column in _unfilled(model, columns):
            cursor.execute(f'ALTER TABLE "{staged}" ALTER "{column}" DROP NOT NULL')
    return staged


def _unfilled(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    given = set(columns)
    fields = model._meta.local_fields
    return [str(one.column) for one in fields if one.column not in given and not one.null]


def _line(row: Sequence[Any]) -> str:
    """A row as COPY reads it; only one with a character of COPY's own is escaped."""
    line = "\t".join([_NULL if value is None else str(value) for value in row])
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") != len(row) - 1:
        return "\t".join(
            [_NULL if value is None else str(value).translate(_ESCAPES) for value in row]
        )
    return line
