"""What a rule says, ready to be applied: plain, immutable values.

Money is integer minor units, rates are percent, instants are aware, ids are text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from prm.money import LOYALTY_POINTS

SCOPES: Final = ("partner", "group", "campaign", "tier", "program")
"""Whom a rule is for, the most specific first."""

GOODS: Final = ("sku", "category", "any")
"""Which goods a rule is for, the most specific first."""


@dataclass(frozen=True, slots=True)
class Reward:
    """What a rule pays.

    `percent` pays `rate` of `base` (net, gross or margin); `flat` pays `amount` once, `per_unit`
    for each unit, both capped at the net of the lines the rule won unless `uncapped`;
    `per_thousand` pays `amount` for each 1,000 units, and a part of it for a part; `points` pays
    `amount` points once, or `rate` points for each major unit of net.
    """

    type: str
    base: str = "net"
    rate: Decimal | None = None
    amount: int = 0
    uncapped: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """From `start` on (inclusive) this rate or amount holds."""

    start: int
    rate: Decimal | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Brackets:
    """Steps over a metric of the partner's sales in a window; `mode` slab or marginal."""

    metric: str
    window: str
    mode: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a rule pays for one customer; months or charges."""

    months: int | None = None
    charges: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` per sale, customer, partner or program in a window."""

    per: str
    window: str
    amount: int


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One version of a rule. `order` is the rule's creation; `test` its compiled conditions.

    `fields` are the facts that its conditions read; `counted` are the limits (per, window) of any
    of the rule's versions, under which what it pays is counted; `currency` is the program's, in
    which flat amounts, limits and steps of amounts are meant.
    """

    version_id: str
    rule_id: str
    name: str
    number: int
    valid_from: datetime
    valid_until: datetime | None
    currency: str
    reward: Reward
    event: str = "sale"
    scope: str = "program"
    scope_id: str | None = None
    goods: str = "any"
    priority: int = 0
    order: str = ""
    test: Callable[..., bool] | None = None
    fields: frozenset[str] = frozenset()
    brackets: Brackets | None = None
    duration: Duration | None = None
    limits: tuple[Limit, ...] = ()
    counted: tuple[tuple[str, str], ...] = ()
    adds: bool = False
    override_level: int | None = None
    content: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Sort key: scope, then goods, then the higher priority, then the older rule."""
        return SCOPES.index(self.scope), GOODS.index(self.goods), -self.priority, self.order

    @property
    def is_bound_to_currency(self) -> bool:
        """Whether it means amounts of the program's currency, so that others cannot use it."""
        in_money = self.reward.type in {"flat", "per_unit", "per_thousand"}
        steps = self.brackets is not None and self.brackets.metric == "sales_amount"
        limited = bool(self.limits) and self.reward.type != "points"
        return in_money or steps or limited

    @property
    def looks_back(self) -> bool:
        """Whether what it pays depends on events before the one at hand."""
        windows = self.brackets is not None and self.brackets.window != "sale"
        history = any(name.startswith("partner.") for name in self.fields - STATIC)
        known = bool(self.fields & CUSTOMER)
        return windows or bool(self.limits) or self.duration is not None or history or known

    @property
    def unit(self) -> str:
        """What its limits are counted in: points, or the program's currency."""
        return LOYALTY_POINTS if self.reward.type == "points" else self.currency

    @property
    def asks_customer(self) -> bool:
        """Whether it asks for the customer's other sales, whoever brought them."""
        counts = self.duration is not None and self.duration.charges is not None
        return counts or bool(self.fields & CUSTOMER)

    @property
    def feels_refunds(self) -> bool:
        """Whether refunds of earlier events change what it pays later."""
        return bool(self.limits) or "partner.commission_amount" in self.fields


STATIC: Final = frozenset({"partner.country", "partner.tier"})
CUSTOMER: Final = frozenset({"customer.new", "customer.age_days"})
