"""Cells as people write them: what a column may mean, guesses from its name, dates and numbers."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from prm.money import MAX_MINOR
from tracking.rules import SUB_IDS

DATE_ORDERS: Final = ("year", "day", "month")
TEXT_LIMIT = 120
NAME_LIMIT = 300

_DATE = re.compile(
    r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})"
    r"(?:[ T,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?)?"
)
_NOISE = re.compile(r"[\s\u00a0\u202f'’]|^[^\d.,+-]+|[^\d.,]+$")


@dataclass(frozen=True)
class Field:
    """Something a column can mean; `hints` are column names it usually has, letters only."""

    label: str | Promise
    hints: tuple[str, ...]
    required: bool = False
    help: str | Promise = ""


def sub_fields(help_text: str | Promise) -> dict[str, Field]:
    """The fields of a click's or link's sub-ids; a column named only "subid" is the first."""
    hints: dict[str, tuple[str, ...]] = {
        name: (name, name.replace("sub", "subid")) for name in SUB_IDS
    }
    hints["sub1"] += ("subid",)
    return {name: Field(name, hints[name], help=help_text) for name in SUB_IDS}


@dataclass(frozen=True)
class Problem:
    """Why one row was not taken: its number, the field, a sentence, and the row as it came."""

    row: int
    field: str
    message: str
    raw: Mapping[str, str]


class Unreadable(Exception):
    """A cell that cannot be read; carries the field and the sentence."""

    def __init__(self, field_name: str, message: str) -> None:
        super().__init__(message)
        self.field = field_name
        self.message = message


def guess(header: Sequence[str], fields: Mapping[str, Field]) -> dict[str, str]:
    """{field: column} for columns whose names say what they are; each column once."""
    bare = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(header)}
    found: dict[str, str] = {}
    for key, target in fields.items():
        for hint in target.hints:
            if hint in bare and bare[hint] not in found.values():
                found[key] = bare[hint]
                break
    return found


def values_of(
    columns: Mapping[str, str], header: Sequence[str], rows: Sequence[Sequence[str]]
) -> Callable[[str], list[str]]:
    """What gives the cells of a field in `rows`, by {field: column}; none without a column."""
    place = {name: index for index, name in enumerate(header)}

    def values(key: str) -> list[str]:
        index = place.get(columns.get(key, ""), len(header))
        return [found[index] for found in rows if index < len(found)]

    return values


def guess_dates(values: Iterable[str]) -> str:
    """What dates begin with, by what they can be: `year`, `day` or `month`."""
    starts = [match for value in values if (match := _DATE.match(value.strip()))]
    if all(len(match.group(1)) == 4 for match in starts):
        return "year"
    return "month" if any(int(match.group(2)) > 12 for match in starts) else "day"


def guess_comma(values: Iterable[str]) -> bool:
    """Whether the comma is the decimal mark: it comes last, with other than three digits after."""
    return any(re.search(r",\d{1,2}$", value.strip()) for value in values)


def number(text: str, key: str, *, comma: bool) -> Decimal:
    """A number as people write it: currency signs and grouping off, its decimal mark a point.

    Raises Unreadable.
    """
    bare = _NOISE.sub("", text)
    bare = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > MAX_MINOR or len(bare) > 40:
        raise Unreadable(key, _("“%(text)s” is no number.") % {"text": text[:40]})
    return value


def moment(text: str, order: str, key: str = "date") -> datetime:
    """A date as people write it, `order` first, without a zone where none stands there.

    Raises Unreadable.
    """
    try:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return _written_date(text, order)
    except (ValueError, OverflowError):
        message = _("“%(text)s” is no date that can be read.") % {"text": text[:40]}
        raise Unreadable(key, message) from None


def _written_date(text: str, order: str) -> datetime:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first, second, third = (int(match.group(n)) for n in (1, 2, 3))
    if len(match.group(1)) > 2:
        year, month, day = first, second, third
    else:
        day, month = (second, first) if order == "month" else (first, second)
        year = third + 2000 if third < 100 else third
    hour, minute, seconds = (int(match.group(n) or 0) for n in (4, 5, 6))
    half = (match.group(7) or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return datetime(year, month, day, hour, minute, seconds)  # noqa: DTZ001 - the zone comes after
