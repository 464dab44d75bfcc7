"""Typed access to JSON that others wrote. What does not fit raises Unreadable with its path."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from commissions.inbound.meanings import Unreadable
from prm.money import MAX_MINOR, exponent, is_currency
from tracking.rules import CLICK_PARAMETER

_ABSENT: Final[tuple[Any, ...]] = (None, "", [], {})


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; fractions as Decimal, so that no digit is lost."""
    try:
        found = json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable("", "not_json") from error
    if not isinstance(found, dict):
        raise Unreadable("", "not_json")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def at(data: Any, path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    for part in path.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data


def text(data: Any, path: str, *, limit: int = 120) -> str:
    """Text, or a number as text; "" where there is none."""
    value = at(data, path)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable(path, "no_text", str(type(value).__name__))
    found = str(value).strip().replace("\x00", "")
    if len(found) > limit:
        raise Unreadable(path, "too_long")
    return found


def name(data: Any, path: str) -> str:
    """A thing's id; also where the thing itself stands in its place."""
    value = at(data, path)
    return text(value, "id") if isinstance(value, dict) else text(data, path)


def needed(data: Any, path: str) -> str:
    """An id that must be there."""
    found = name(data, path)
    if not found:
        raise Unreadable(path, "missing")
    return found


def short(data: Any, path: str, limit: int) -> str:
    """Text for reading, cut where it is longer."""
    return text(data, path, limit=100_000)[:limit]


def rows(data: Any, path: str) -> list[dict[str, Any]]:
    """A list of objects; empty where there is none."""
    value = at(data, path)
    if value in _ABSENT:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Unreadable(path, "no_list")
    return value


def whole(data: Any, path: str, *, default: int | None = None) -> int:
    """A whole number."""
    value = at(data, path)
    if value is None and default is not None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable(path, "missing" if value is None else "no_number", str(value)[:40])
    if abs(value) > MAX_MINOR:
        raise Unreadable(path, "too_large")
    return value


def currency(data: Any, path: str) -> str:
    """An ISO 4217 code in upper case."""
    code = text(data, path, limit=10).upper()
    if not is_currency(code):
        raise Unreadable(path, "unknown_currency", code)
    return code


def minor(data: Any, path: str, code: str, *, required: bool = False) -> int:
    """A decimal amount ("12.50") in minor units of `code`, exactly; 0 where there is none.

    More digits than the currency has are refused unless they are zeros.
    """
    value = at(data, path)
    if value in _ABSENT:
        if required:
            raise Unreadable(path, "missing")
        return 0
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(path, "no_number", str(value)[:40])
    try:
        return in_minor(Decimal(str(value).strip()), code, path)
    except InvalidOperation:
        raise Unreadable(path, "no_number", str(value)[:40]) from None


def in_minor(amount: Decimal, code: str, path: str) -> int:
    """A major amount in minor units, exactly."""
    if not amount.is_finite() or abs(amount.adjusted()) > 30:
        raise Unreadable(path, "no_number", str(amount)[:40])
    scaled = amount.scaleb(exponent(code))
    if scaled != scaled.to_integral_value():
        raise Unreadable(path, "too_many_digits", f"{amount} {code}"[:60])
    if abs(scaled) > MAX_MINOR:
        raise Unreadable(path, "too_large")
    return int(scaled)


def instant(data: Any, path: str) -> datetime | None:
    """Seconds since 1970, or ISO 8601; without a zone it is UTC. None where there is none."""
    value = at(data, path)
    if value in _ABSENT or value == 0:
        return None
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, tz=UTC)
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise Unreadable(path, "no_time", str(value)[:40]) from None


def moment(data: Any, *paths: str) -> datetime:
    """The first of these instants that is there; one must be."""
    for path in paths:
        found = instant(data, path)
        if found is not None:
            return found
    raise Unreadable(paths[0], "missing")


def country(data: Any, *paths: str) -> str:
    """The first two-letter country that is there; anything longer counts as absent."""
    for path in paths:
        value = at(data, path)
        if isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha():
            return value.upper()
    return ""


def email(data: Any, *paths: str) -> str:
    """The first e-mail address that is there; only its hash is kept of it."""
    for path in paths:
        value = at(data, path)
        if isinstance(value, str) and "@" in value and len(value) <= 254:
            return value
    return ""


def click_in_address(address: Any) -> str:
    """The click token in the address that a visitor landed on."""
    if not isinstance(address, str):
        return ""
    try:
        found = parse_qs(urlsplit(address).query).get(CLICK_PARAMETER, [""])
    except ValueError:
        return ""
    return found[0][:500]


def pairs(found: list[dict[str, Any]], key: str = "name") -> Iterator[tuple[str, str]]:
    """Name and value of attributes, in order, those with text only."""
    for row in found:
        label, value = row.get(key), row.get("value")
        if isinstance(label, str) and isinstance(value, str):
            yield label.strip().lower().lstrip("_"), value.strip()
