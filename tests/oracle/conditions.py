"""Whether a rule's conditions hold for one line of a sale."""

from collections.abc import Mapping
from typing import Any

from tests.oracle.numbers import number

NUMBERS = (
    "quantity",
    "amount",
    "customer.age_days",
    "partner.clicks",
    "partner.leads",
    "partner.sales_count",
    "partner.sales_amount",
    "partner.commission_amount",
)
Facts = Mapping[str, Any]


def hold(tree: Mapping[str, Any] | None, facts: Facts) -> bool:
    """Whether the tree is true of the facts (field -> value; None or "" is missing)."""
    if tree is None:
        return True
    if "field" in tree:
        return leaf(str(tree["field"]), str(tree["op"]), tree["value"], facts)
    if "all" in tree:
        return all(hold(child, facts) for child in tree["all"])
    if "any" in tree:
        return any(hold(child, facts) for child in tree["any"])
    return not any(hold(child, facts) for child in tree["none"])


def leaf(field: str, op: str, given: Any, facts: Facts) -> bool:
    """One comparison. A missing value matches no operator, the negative ones included."""
    found = facts.get(field)
    if found is None or found == "":
        return False
    if op in ("gt", "gte", "lt", "lte", "between"):
        return in_order(op, found, given)
    if op in ("eq", "ne"):
        return same(field, found, given) == (op == "eq")
    if op in ("in", "not_in"):
        return any(same(field, found, one) for one in given) == (op == "in")
    if op in ("contains", "not_contains"):
        return (text(given) in text(found)) == (op == "contains")
    if op == "starts_with":
        return text(found).startswith(text(given))
    if op == "ends_with":
        return text(found).endswith(text(given))
    raise ValueError(op)


def in_order(op: str, found: Any, given: Any) -> bool:
    """Comparisons of numbers; the text of a number is read as one."""
    value = number(found)
    ends = [number(end) for end in (given if op == "between" else [given])]
    if value is None or any(end is None for end in ends):
        return False
    first, last = ends[0], ends[-1]
    assert first is not None
    assert last is not None
    return {
        "gt": value > first,
        "gte": value >= first,
        "lt": value < first,
        "lte": value <= first,
        "between": first <= value <= last,
    }[op]


def same(field: str, found: Any, given: Any) -> bool:
    """Equality: by number where the field is one, else by text."""
    if field in NUMBERS:
        return number(given) is not None and number(found) == number(given)
    return text(found) == text(given)


def text(value: Any) -> str:
    """A value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def fields(tree: Mapping[str, Any] | None) -> set[str]:
    """Every field a tree names."""
    if tree is None:
        return set()
    if "field" in tree:
        return {str(tree["field"])}
    children = tree.get("all") or tree.get("any") or tree.get("none") or []
    return {field for child in children for field in fields(child)}
