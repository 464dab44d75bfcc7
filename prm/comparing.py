"""Operators of conditions, the same wherever a seller writes some.

Numeric operators read numeric text; a text that is no number matches none of them.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

GROUPS: Final = ("all", "any", "none")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _same(found: Any, value: Any) -> bool:
    if isinstance(found, bool) or isinstance(value, bool):
        return _text(found).lower() == _text(value).lower()
    if isinstance(found, int):
        return _number(found) == _number(value)
    return _text(found) == _text(value)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _ordered(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, Any], bool]:
    def test(found: Any, value: Any) -> bool:
        left, right = _number(found), _number(value)
        return left is not None and right is not None and compare(left, right)

    return test


def _between(found: Any, value: Any) -> bool:
    number, low, high = _number(found), _number(value[0]), _number(value[1])
    return number is not None and low is not None and high is not None and low <= number <= high


COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": _same,
    "ne": lambda found, value: not _same(found, value),
    "in": lambda found, value: any(_same(found, one) for one in value),
    "not_in": lambda found, value: not any(_same(found, one) for one in value),
    "gt": _ordered(lambda left, right: left > right),
    "gte": _ordered(lambda left, right: left >= right),
    "lt": _ordered(lambda left, right: left < right),
    "lte": _ordered(lambda left, right: left <= right),
    "between": _between,
    "contains": lambda found, value: _text(value) in _text(found),
    "not_contains": lambda found, value: _text(value) not in _text(found),
    "starts_with": lambda found, value: _text(found).startswith(_text(value)),
    "ends_with": lambda found, value: _text(found).endswith(_text(value)),
}
OPS: Final = frozenset(COMPARISONS)
