"""How many rows a list has, in all and by status; counted up to a bound, so that it stays quick."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet
from django_filters import FilterSet

from portal import statuses
from portal.list_parts import Text

COUNT_UP_TO: Final = 10_000


def labels(filters: FilterSet, name: str, kind: str, own: Mapping[str, Text]) -> dict[str, Text]:
    """Statuses of `kind` that the filter `name` offers, with their words or the list's own."""
    choices: Any = getattr(filters.form.fields[name], "choices", None)
    offered = None if choices is None else {str(value) for value, _words in choices}
    return {
        value: own.get(value, words)
        for value, words in statuses.labels(kind)
        if offered is None or value in offered
    }


def up_to_bound(rows: QuerySet[Any]) -> int:
    """How many rows there are; one more than COUNT_UP_TO where there are more; one query."""
    return rows.order_by()[: COUNT_UP_TO + 1].count()


def by_value(rows: QuerySet[Any], path: str, values: Iterable[str], total: int) -> dict[str, int]:
    """How many rows have each value at `path`, each counted like `total`, which is theirs.

    Few rows are grouped. Of many each value is counted for itself until there are enough, so that
    an index on the value serves; no more than `values` are looked for. One query.
    """
    if total <= COUNT_UP_TO:
        found = rows.order_by().values_list(path).annotate(n=Count("pk"))
        return {str(value): number for value, number in found}
    wanted: list[str] = []
    counts: list[str] = []
    given: list[Any] = []
    for value in values:
        some = rows.filter(**{path: value}).order_by().values("pk")[: COUNT_UP_TO + 1]
        try:
            text, of_rows = some.query.sql_with_params()
        except EmptyResultSet:  # the filters leave none of this value
            continue
        wanted.append(value)
        counts.append(f"(SELECT count(*) FROM ({text}) counted)")  # noqa: S608  our own
        given += of_rows
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", given)
        return dict(zip(wanted, cursor.fetchone(), strict=True))
