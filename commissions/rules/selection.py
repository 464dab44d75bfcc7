"""Which rules pay for an event: the most specific wins, `adds` rules pay on top.

Specific first: scope (partner, group, campaign, tier, program), then goods (sku, category, any),
then the higher priority, then the rule created first. Rules made for other partners, groups or
tiers are not looked at: a partner's trace must not name them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from commissions.rules.facts import Event, Item, Member
from commissions.rules.history import SALES, Past
from commissions.rules.terms import CompiledRule
from commissions.rules.windows import ends_after

RENEWALS_FIRST: Final = (("renewal",), ("sale",))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rule that was looked at and why it did not win."""

    rule: CompiledRule
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The winning rule, those that pay on top, and those that did not win."""

    winner: CompiledRule | None
    added: tuple[CompiledRule, ...]
    others: tuple[Rejected, ...]


def applies_to(rule: CompiledRule, member: Member, campaign: str | None) -> bool:
    """Whether a rule is meant for this member, judged by its scope alone."""
    if rule.scope == "program":
        return True
    own = {
        "partner": member.partner,
        "group": member.group,
        "campaign": campaign,
        "tier": member.tier,
    }
    return own[rule.scope] == rule.scope_id


def choose(rules: Sequence[CompiledRule], event: Event, item: Item, past: Past) -> Choice:
    """The rules that pay for one item of an event, of `rules` sorted by rank.

    Of a renewal, rules for renewals go before those for sales.
    """
    rounds = RENEWALS_FIRST if event.kind == "renewal" else ((event.kind,),)
    others: list[Rejected] = []
    added: list[CompiledRule] = []
    winner: CompiledRule | None = None
    for kinds in rounds:
        for rule in rules:
            if rule.event not in kinds:
                continue
            why = why_not(rule, event, item, past)
            if why:
                others.append(Rejected(rule, why))
            elif rule.adds:
                added.append(rule)
            elif winner is None:
                winner = rule
            else:
                others.append(Rejected(rule, _behind(rule, winner)))
    return Choice(winner, tuple(added), tuple(others))


def why_not(rule: CompiledRule, event: Event, item: Item, past: Past) -> str:
    """Why a rule is no candidate for an item; "" where it is one."""
    if rule.valid_from > event.at:
        return "not_yet"
    if rule.valid_until is not None and rule.valid_until <= event.at:
        return "no_longer"
    if event.currency != rule.currency and rule.is_bound_to_currency:
        return "other_currency"
    if rule.reward.base == "margin" and item.cost is None:
        return "no_cost"
    if rule.test is not None and not rule.test(event, item, past):
        return "conditions"
    return "over" if rule.duration is not None and _is_over(rule, event, past) else ""


def _is_over(rule: CompiledRule, event: Event, past: Past) -> bool:
    duration = rule.duration
    if duration is None or event.kind not in SALES:
        return False
    if duration.charges is not None:
        return past.ordinal(event) > duration.charges
    first = past.earned_first(event, event.member.partner)
    return first is not None and event.at >= ends_after(first, duration.months or 0)


def _behind(rule: CompiledRule, winner: CompiledRule) -> str:
    if rule.event != winner.event:
        return "renewals_first"
    if rule.scope != winner.scope:
        return "less_specific"
    if rule.goods != winner.goods:
        return "wider_goods"
    return "lower_priority" if rule.priority != winner.priority else "newer"


def sorted_by_rank(rules: Iterable[CompiledRule]) -> tuple[CompiledRule, ...]:
    """Rules in the order in which they win."""
    return tuple(sorted(rules, key=lambda rule: rule.rank))
