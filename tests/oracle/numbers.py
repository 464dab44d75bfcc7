"""Fractions, rounded once, half away from zero."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}


def half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes up. Values here are never negative."""
    assert value >= 0
    return int(value * 2 + 1) // 2


def exact(value: object) -> Fraction:
    """A rate or an amount as it is written."""
    return Fraction(str(value))


def number(value: Any) -> Decimal | None:
    """The number a value or its text stands for, if it is one."""
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def minor_per_major(currency: str) -> int:
    """Cents of a euro, yen of a yen."""
    return int(10 ** MINOR_DIGITS.get(currency, 2))


def share(total: int, weights: Sequence[int]) -> list[int]:
    """`total` by weights: whole parts first, what is left one by one to the largest rests."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rests = [
        Fraction(total * weight, whole) - part for weight, part in zip(weights, parts, strict=True)
    ]
    while sum(parts) < total:
        first = rests.index(max(rests))
        parts[first] += 1
        rests[first] = Fraction(-1)
    return parts
