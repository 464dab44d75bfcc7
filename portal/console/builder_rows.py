"""Rows of a builder's page: read from its post, and changed by its buttons without being saved."""

from collections.abc import Mapping, Sequence
from typing import Any


def rows_of_post(
    data: Mapping[str, str], prefix: str, names: Sequence[str], most: int
) -> list[dict[str, Any]]:
    """The rows as they stand in a posted form set, whole or not."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "")
    count = min(int(total), most) if total.isdecimal() and len(total) < 5 else 0
    return [{name: data.get(f"{prefix}-{n}-{name}", "") for name in names} for n in range(count)]


def moved(rows: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    """The rows after a button: `up:2`, `down:2` or `remove:2`; else as they are."""
    what, _colon, which = act.partition(":")
    place = int(which) if which.isdecimal() and len(which) < 4 else -1
    if what not in {"up", "down", "remove"} or not 0 <= place < len(rows):
        return rows
    found = list(rows)
    row = found.pop(place)
    if what == "up":
        found.insert(max(place - 1, 0), row)
    elif what == "down":
        found.insert(place + 1, row)
    return found
