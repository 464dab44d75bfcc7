"""Conditions: nested all/any/none groups of {field, op, value}, compiled to one function.

A missing value matches no operator, negative ones included. Numeric operators read numeric text;
`eq` on metadata compares as text.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from commissions.rules.facts import Event, Item
from commissions.rules.history import Past

Test = Callable[[Event, Item, Past], bool]
Read = Callable[[Event, Item, Past], Any]
GROUPS: Final = ("all", "any", "none")


def compile_test(condition: Mapping[str, Any] | None) -> Test | None:
    """The function that a stored condition stands for; None for always."""
    if not condition:
        return None
    group = next((name for name in GROUPS if name in condition), None)
    if group is None:
        return _leaf(condition)
    tests = [test for part in condition[group] if (test := compile_test(part)) is not None]
    return _GROUPS[group](tests)


def fields_of(condition: Mapping[str, Any] | None) -> frozenset[str]:
    """The fields that a condition reads."""
    return frozenset(leaf["field"] for leaf in _leaves(condition))


def goods_of(condition: Mapping[str, Any] | None) -> str:
    """`sku`, `category` or `any`: which goods a condition speaks of."""
    fields = fields_of(condition)
    return next((name for name in ("sku", "category") if name in fields), "any")


def _leaves(condition: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    if not condition:
        return []
    group = next((name for name in GROUPS if name in condition), None)
    if group is None:
        return [condition]
    return [leaf for part in condition[group] for leaf in _leaves(part)]


def _all(tests: Sequence[Test]) -> Test:
    return lambda event, item, past: all(test(event, item, past) for test in tests)


def _any(tests: Sequence[Test]) -> Test:
    return lambda event, item, past: any(test(event, item, past) for test in tests)


def _none(tests: Sequence[Test]) -> Test:
    return lambda event, item, past: not any(test(event, item, past) for test in tests)


_GROUPS: Final = {"all": _all, "any": _any, "none": _none}


def _leaf(leaf: Mapping[str, Any]) -> Test:
    read, compare, value = reader(leaf["field"]), _OPS[leaf["op"]], leaf["value"]

    def test(event: Event, item: Item, past: Past) -> bool:
        found = read(event, item, past)
        return found is not None and found != "" and compare(found, value)

    return test


def reader(field: str) -> Read:
    """How a field is read off an event; None or "" where it has no value."""
    if field.startswith("metadata."):
        key = field.removeprefix("metadata.")
        return lambda event, _item, _past: event.metadata.get(key)
    if field.startswith("sub"):
        place = int(field.removeprefix("sub")) - 1
        return lambda event, _item, _past: event.subs[place]
    return _FIELDS[field]


_FIELDS: Final[dict[str, Read]] = {
    "sku": lambda event, item, past: item.sku,
    "category": lambda event, item, past: item.category,
    "quantity": lambda event, item, past: item.quantity,
    "amount": lambda event, item, past: event.net,
    "coupon": lambda event, item, past: event.coupon,
    "source": lambda event, item, past: event.source,
    "customer.country": lambda event, item, past: event.country,
    "customer.new": lambda event, item, past: past.customer_is_new(event),
    "customer.age_days": lambda event, item, past: past.customer_age_days(event),
    "partner.country": lambda event, item, past: event.member.country,
    "partner.tier": lambda event, item, past: event.member.tier_key,
    "partner.clicks": lambda event, item, past: past.total(event, "clicks"),
    "partner.leads": lambda event, item, past: past.total(event, "leads"),
    "partner.sales_count": lambda event, item, past: past.total(event, "sales_count"),
    "partner.sales_amount": lambda event, item, past: past.total(event, "sales_amount"),
    "partner.commission_amount": lambda event, item, past: past.total(event, "commission_amount"),
}
FIELDS: Final = frozenset(_FIELDS)


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


_OPS: Final[dict[str, Callable[[Any, Any], bool]]] = {
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
OPS: Final = frozenset(_OPS)
