"""The words that rules are written in: events, rewards, windows, condition fields, operators."""

import re
from dataclasses import dataclass
from typing import Final

SALES: Final = ("sale", "renewal")
"""Events with goods, customers and a history: gross, margin and durations mean something here."""
EVENTS: Final = (
    "click",
    "impression",
    "lead",
    "signup",
    *SALES,
    "deliverable",
    "period",
    "commission",
)
WITH_AMOUNT: Final = (*SALES, "deliverable", "period", "commission")
"""Events that a percentage can be taken of."""
WITH_BRACKETS: Final = (*SALES, "period")
WITH_CUSTOMER: Final = ("lead", "signup", *SALES, "commission")
REWARDS: Final = ("percent", "flat", "per_unit", "per_thousand", "points")
BASES: Final = ("net", "gross", "margin")
METRICS: Final = ("sales_amount", "sales_count", "quantity")
SPANS: Final = ("month", "quarter", "year", "rolling_90_days", "lifetime")
BRACKET_WINDOWS: Final = ("sale", "month", "previous_month", *SPANS[1:])
LIMIT_WINDOWS: Final = ("sale", *SPANS)
MODES: Final = ("slab", "marginal")
LIMITS_PER: Final = ("sale", "customer", "partner", "program")
SCOPES: Final = ("partner", "group", "campaign", "tier")

GROUPS: Final = ("all", "any", "none")
CHOOSING: Final = ("eq", "ne", "in", "not_in")
MEASURING: Final = ("gt", "gte", "lt", "lte", "between")
SEARCHING: Final = ("contains", "not_contains", "starts_with", "ends_with")
LISTS: Final = ("in", "not_in")
OPERATORS: Final = (*CHOOSING, *MEASURING, *SEARCHING)

OPERATORS_OF: Final[dict[str, tuple[str, ...]]] = {
    "text": (*CHOOSING, *SEARCHING),
    "free": OPERATORS,
    "tier": CHOOSING,
    "country": CHOOSING,
    "yes": ("eq", "ne"),
    "money": (*CHOOSING, *MEASURING),
    "count": (*CHOOSING, *MEASURING),
}
"""What may be asked of a field by its kind."""

KINDS: Final[dict[str, str]] = {
    "sku": "text",
    "category": "text",
    "quantity": "count",
    "amount": "money",
    "coupon": "text",
    "customer.country": "country",
    "customer.new": "yes",
    "customer.age_days": "count",
    "partner.country": "country",
    "partner.tier": "tier",
    "partner.clicks": "count",
    "partner.leads": "count",
    "partner.sales_count": "count",
    "partner.sales_amount": "money",
    "partner.commission_amount": "money",
    **{f"sub{number}": "free" for number in range(1, 6)},
    "source": "text",
}
"""Condition fields and their kind; `metadata.<key>` comes on top. Money is in minor units."""

METADATA: Final = "metadata."
METADATA_FIELD: Final = re.compile(r"metadata\.[^\x00-\x1f\x7f\ud800-\udfff]{1,100}")


@dataclass(frozen=True)
class ConditionField:
    """A field that a condition may look at, and what may be asked of it."""

    name: str
    kind: str

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that fit its kind."""
        return OPERATORS_OF[self.kind]


def field_named(name: str) -> ConditionField | None:
    """The condition field of this name, `metadata.<key>` included; None for any other."""
    if METADATA_FIELD.fullmatch(name):
        return ConditionField(name, "free")
    kind = KINDS.get(name)
    return ConditionField(name, kind) if kind else None
