"""Conditions: nested all/any/none groups of {field, op, value}, compiled to one function.

A missing value matches no operator, negative ones included. Numeric operators read numeric text;
`eq` on metadata compares as text.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from commissions.rules.facts import Event, Item
from commissions.rules.history import Past
from prm.comparing import COMPARISONS, GROUPS

Test = Callable[[Event, Item, Past], bool]
Read = Callable[[Event, Item, Past], Any]


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
    read, compare, value = reader(leaf["field"]), COMPARISONS[leaf["op"]], leaf["value"]

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
