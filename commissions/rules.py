"""What an event earns: pure decisions and arithmetic on plain values.

Sources: the program's rules, in force at the event's own time; the most specific wins (partner,
then program), then the higher priority, then the rule created first. One rounding per commission.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from prm.money import percent_of, proportion, round_half_up


@dataclass(frozen=True)
class Reward:
    """What a rule pays: `rate` percent of a base, or a flat `amount` in minor units.

    `base` is net (after discount, before tax and shipping) or gross (with both). A flat reward
    is in the program's currency and capped at the amount sold unless `uncapped`.
    """

    type: str
    base: str = "net"
    rate: Decimal = Decimal(0)
    amount: int = 0
    uncapped: bool = False


@dataclass(frozen=True)
class CompiledRule:
    """One version of a rule, ready to be compared and paid. `order` is the rule's creation."""

    version_id: str
    rule_id: str
    name: str
    number: int
    valid_from: datetime
    valid_until: datetime | None
    partner_id: str | None
    priority: int
    order: str
    currency: str
    reward: Reward


@dataclass(frozen=True)
class SaleFacts:
    """What rules look at. Money in minor units of `currency`."""

    partner_id: str
    currency: str
    net: int
    tax: int
    shipping: int
    occurred_at: datetime

    @property
    def gross(self) -> int:
        """Net with tax and shipping."""
        return self.net + self.tax + self.shipping


@dataclass(frozen=True)
class Rejected:
    """A rule that was looked at and why it did not win."""

    rule: CompiledRule
    why: str


@dataclass(frozen=True)
class Choice:
    """The winning rule, if any, and those that did not win."""

    winner: CompiledRule | None
    others: list[Rejected]


@dataclass(frozen=True)
class Amount:
    """How an amount came about: exact before rounding, rounded, and what a cap left of it."""

    base: int
    exact: Decimal
    rounded: int
    final: int
    cap: int | None = None


def choose(rules: Sequence[CompiledRule], facts: SaleFacts) -> Choice:
    """The rule that pays for a sale, and why the others do not.

    Rules made for other partners are not looked at: a partner's trace must not name them.
    """
    others, candidates = [], []
    for rule in rules:
        if rule.partner_id not in (None, facts.partner_id):
            continue
        why = _not_a_candidate(rule, facts)
        if why:
            others.append(Rejected(rule, why))
        else:
            candidates.append(rule)
    candidates.sort(key=lambda rule: (rule.partner_id is None, -rule.priority, rule.order))
    if not candidates:
        return Choice(None, others)
    winner = candidates[0]
    others = [Rejected(rule, _why_behind(rule, winner)) for rule in candidates[1:]] + others
    return Choice(winner, others)


def _not_a_candidate(rule: CompiledRule, facts: SaleFacts) -> str:
    if rule.valid_from > facts.occurred_at:
        return "not_yet"
    if rule.valid_until is not None and rule.valid_until <= facts.occurred_at:
        return "no_longer"
    if rule.reward.type == "flat" and rule.currency != facts.currency:
        return "other_currency"
    return ""


def _why_behind(rule: CompiledRule, winner: CompiledRule) -> str:
    if (rule.partner_id is None) != (winner.partner_id is None):
        return "less_specific"
    return "lower_priority" if rule.priority != winner.priority else "newer"


def earn(rule: CompiledRule, facts: SaleFacts) -> Amount:
    """What the winning rule pays for a sale."""
    reward = rule.reward
    base = facts.gross if reward.base == "gross" else facts.net
    if reward.type == "percent":
        exact = percent_of(base, reward.rate)
        rounded = round_half_up(exact)
        return Amount(base, exact, rounded, rounded)
    cap = None if reward.uncapped else facts.net
    final = reward.amount if cap is None else min(reward.amount, cap)
    return Amount(facts.net, Decimal(reward.amount), reward.amount, final, cap)


def take_back(earned: int, reversed_before: int, refunded_so_far: int, sold: int) -> int:
    """How much a refund takes back of a commission; all in minor units.

    Reversed so far is always half-up(earned x refunded so far / sold), so that a full refund in
    parts reverses exactly all of it.
    """
    if sold == 0:
        return 0
    return max(0, proportion(earned, refunded_so_far, sold) - reversed_before)
