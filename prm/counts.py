"""Counts of many sets of rows by one statement, whose text is made once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Rows = Callable[[], QuerySet[Any]]


class Counts:
    """How many rows there are of each kind; a kind may be several sets of rows, all counted.

    The sets must be the same whenever they are asked for: no reader, no moment in their conditions.
    Row security says whose rows are counted.
    """

    def __init__(self, kinds: Mapping[str, Sequence[Rows]]) -> None:
        self._kinds = kinds
        self._statement = cache(self._made)

    def of(self, names: Collection[str]) -> dict[str, int]:
        """The counts of these kinds, in one statement; none for no kinds."""
        wanted = tuple(name for name in self._kinds if name in names)
        if not wanted:
            return {}
        text, values = self._statement(wanted)
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return dict(zip(wanted, cursor.fetchone(), strict=True))

    def _made(self, wanted: tuple[str, ...]) -> tuple[str, list[Any]]:
        columns: list[str] = []
        values: list[Any] = []
        for name in wanted:
            numbers = []
            for rows in self._kinds[name]:
                text, of_rows = rows().order_by().values("pk").query.sql_with_params()
                numbers.append(f"(SELECT count(*) FROM ({text}) counted)")  # noqa: S608  our own
                values += of_rows
            columns.append(" + ".join(numbers))
        return f"SELECT {', '.join(columns)}", values
