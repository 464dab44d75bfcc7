"""The conditions of a rule in words: `the coupon is “SPRING”`, joined by and, or and unless."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any, Final

from babel import Locale
from babel.lists import format_list
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.reasons.figures import amount_text, locale, number
from commissions.schema import vocabulary


@dataclass(frozen=True)
class Names:
    """Names that a rule only has keys of: whom it is for, and the tiers by key."""

    whom: str = ""
    tiers: Mapping[str, str] = field_of(default_factory=dict)


NO_NAMES: Final = Names()

FIELDS: Final[dict[str, Promise]] = {
    "sku": gettext_lazy("the item"),
    "category": gettext_lazy("the category"),
    "quantity": gettext_lazy("the number of units"),
    "amount": gettext_lazy("the order"),
    "coupon": gettext_lazy("the coupon"),
    "customer.country": gettext_lazy("the customer’s country"),
    "customer.age_days": gettext_lazy("the number of days the customer is known"),
    "partner.country": gettext_lazy("the partner’s country"),
    "partner.tier": gettext_lazy("the partner’s tier"),
    "partner.clicks": gettext_lazy("the number of the partner’s clicks so far"),
    "partner.leads": gettext_lazy("the number of the partner’s leads so far"),
    "partner.sales_count": gettext_lazy("the number of the partner’s sales so far"),
    "partner.sales_amount": gettext_lazy("the sum of the partner’s sales so far"),
    "partner.commission_amount": gettext_lazy("the sum of the partner’s commissions so far"),
    "source": gettext_lazy("the source"),
}
COMPARED: Final[dict[str, Promise]] = {
    "eq": gettext_lazy("%(field)s is %(value)s"),
    "ne": gettext_lazy("%(field)s is not %(value)s"),
    "in": gettext_lazy("%(field)s is %(value)s"),
    "not_in": gettext_lazy("%(field)s is not %(value)s"),
    "gt": gettext_lazy("%(field)s is above %(value)s"),
    "gte": gettext_lazy("%(field)s is at least %(value)s"),
    "lt": gettext_lazy("%(field)s is below %(value)s"),
    "lte": gettext_lazy("%(field)s is at most %(value)s"),
    "between": gettext_lazy("%(field)s is from %(low)s to %(high)s"),
    "contains": gettext_lazy("%(field)s contains %(value)s"),
    "not_contains": gettext_lazy("%(field)s does not contain %(value)s"),
    "starts_with": gettext_lazy("%(field)s starts with %(value)s"),
    "ends_with": gettext_lazy("%(field)s ends with %(value)s"),
}


ANY_COUPON: Final = {"field": "coupon", "op": "ne", "value": "-"}
"""How a rule says that some coupon was used: a missing value matches no operator."""


def condition_text(node: Mapping[str, Any], currency: str, names: Names) -> str:
    """A condition, or a whole group of them, as a phrase."""
    if "field" in node:
        return _leaf(node, currency, names)
    name, members = next(iter(node.items()))
    phrases = [_inner(member, currency, names) for member in members]
    if name == "none":
        return _("none of this holds: %(phrases)s") % {"phrases": either(phrases)}
    return both(phrases) if name == "all" else either(phrases)


def field_text(name: str) -> str:
    """What a condition looks at, in words."""
    known = FIELDS.get(name)
    if known is not None:
        return str(known)
    if name.startswith(vocabulary.METADATA):
        return _("the sale’s “%(key)s”") % {"key": name.removeprefix(vocabulary.METADATA)}
    return _("the link’s sub-id %(number)s") % {"number": name.removeprefix("sub")}


def both(phrases: list[str]) -> str:
    """`A, B and C` in the active language."""
    return str(format_list(phrases, locale=locale()))


def either(phrases: list[str]) -> str:
    """`A, B or C` in the active language."""
    return str(format_list(phrases, style="or", locale=locale()))


def value_text(name: str, value: Any, currency: str, names: Names) -> str:
    """One value of a field in words: an amount, a country, a tier, a number, or quoted text."""
    field = vocabulary.field_named(name)
    kind = field.kind if field else "text"
    if kind == "money":
        return amount_text(value, currency)
    if kind == "country":
        return str(Locale.parse(locale()).territories.get(value, value))
    if kind == "tier":
        return names.tiers.get(value, value)
    return f"“{value}”" if isinstance(value, str) else number(str(value))


def _inner(node: Mapping[str, Any], currency: str, names: Names) -> str:
    """A member of a group; a group within a group stands in brackets."""
    phrase = condition_text(node, currency, names)
    is_single = "field" in node or len(next(iter(node.values()))) == 1
    return phrase if is_single and "none" not in node else f"({phrase})"


def _leaf(leaf: Mapping[str, Any], currency: str, names: Names) -> str:
    name, operator, value = leaf["field"], leaf["op"], leaf["value"]
    if leaf == ANY_COUPON:
        return _("a coupon was used")
    if name == "customer.new":
        is_new = value is (operator == "eq")
        return _("the customer is new") if is_new else _("the customer has bought before")
    words = {"field": field_text(name)}
    if operator == "between":
        words["low"], words["high"] = (value_text(name, end, currency, names) for end in value)
    else:
        values = value if isinstance(value, list) else [value]
        words["value"] = either([value_text(name, one, currency, names) for one in values])
    return str(COMPARED[operator]) % words
