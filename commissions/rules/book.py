"""A program's rules, and what an event earns by them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from commissions.rules import earning, selection, sharing
from commissions.rules.earning import Amount
from commissions.rules.facts import Event, Item, Member
from commissions.rules.history import SALES, LimitKey, Past, limit_keys
from commissions.rules.selection import Choice, Rejected
from commissions.rules.sharing import Stake
from commissions.rules.terms import CompiledRule
from prm.money import largest_remainder


@dataclass(slots=True)
class Earned:
    """What one rule pays one partner for one event.

    `won` are the places of the items it won, None for all. `of` is the earning that an override
    pays on. `taken` is what refunds have taken back of it.
    """

    rule: CompiledRule
    member: Member
    amount: Amount
    others: tuple[Rejected, ...] = ()
    won: tuple[int, ...] | None = None
    of: "Earned | None" = None
    taken: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """Partner, version, and the version paid on: with the event, what makes it one line."""
        return self.member.partner, self.rule.version_id, self.of.rule.version_id if self.of else ""


@dataclass(slots=True)
class Computed:
    """What an event earned. `had_rule` is False where no rule was a candidate at all."""

    earned: list[Earned]
    had_rule: bool
    limited: bool = False


@dataclass(slots=True)
class Book:
    """All versions of a program's rules, sorted by who wins."""

    rules: tuple[CompiledRule, ...]
    _rosters: dict[tuple[str | None, ...], tuple[CompiledRule, ...]] = field(default_factory=dict)
    looks_back: bool = False
    by_item: bool = False
    fields: frozenset[str] = frozenset()
    levels: tuple[int, ...] = ()
    asks_customer: bool = False
    feels_refunds: bool = False

    @classmethod
    def of(cls, rules: Iterable[CompiledRule]) -> "Book":
        """A book of compiled rules, in any order."""
        found = selection.sorted_by_rank(_counting_all_limits(rules))
        fields = frozenset(name for rule in found for name in rule.fields)
        levels = {rule.override_level for rule in found if rule.override_level}
        return cls(
            rules=found,
            looks_back=any(rule.looks_back for rule in found),
            by_item=any(_needs_items(rule) for rule in found),
            fields=fields,
            levels=tuple(sorted(levels)),
            asks_customer=any(rule.asks_customer for rule in found),
            feels_refunds=any(rule.feels_refunds for rule in found),
        )

    def roster(self, member: Member, campaign: str | None) -> tuple[CompiledRule, ...]:
        """The rules meant for a member, in the order in which they win."""
        key = (member.partner, member.group, campaign, member.tier)
        found = self._rosters.get(key)
        if found is None:
            found = tuple(
                rule for rule in self.rules if selection.applies_to(rule, member, campaign)
            )
            self._rosters[key] = found
        return found

    def compute(self, event: Event, past: Past) -> Computed:
        """What an event earns, overrides included; counts nothing in `past` yet."""
        if event.kind in SALES and not event.net:
            return Computed([], had_rule=True)
        now: defaultdict[LimitKey, int] = defaultdict(int)
        if not event.shares:
            return self._compute(event, past, now)
        found = [self._compute(stake.event, past, now, stake) for stake in sharing.stakes(event)]
        return Computed(
            [one for computed in found for one in computed.earned],
            any(computed.had_rule for computed in found),
            any(computed.limited for computed in found),
        )

    def _compute(
        self,
        event: Event,
        past: Past,
        now: defaultdict[LimitKey, int],
        stake: Stake | None = None,
    ) -> Computed:
        """What a member earns: of his stake in a shared event, else of all of it."""
        rules = self.roster(event.member, event.campaign)
        choices = [selection.choose(rules, event, item, past) for item in event.items]
        earned = _paid(event, choices, past)
        if stake is not None:
            for one in earned:
                one.amount = sharing.part_of(one.amount, one.rule, stake, past, now)
        kept = [one for one in earned if one.amount.final]
        for level in self.levels:
            for one in [one for one in kept if one.of is None]:
                kept += self._overrides(level, event, one, past, now)
        limited = any(cut.left < one.amount.rounded for one in earned for cut in one.amount.cuts)
        return Computed(kept, bool(earned), limited)

    def _overrides(
        self, level: int, event: Event, on: Earned, past: Past, now: defaultdict[LimitKey, int]
    ) -> list[Earned]:
        """What the recruiter `level` above the member earns on one of his commissions.

        `now` is what the rules paid for the same event already.
        """
        member = event.uplines[level - 1] if len(event.uplines) >= level else None
        if member is None:
            return []
        rules = [
            rule
            for rule in self.roster(member, event.campaign)
            if rule.event == "commission" and rule.override_level == level
        ]
        above = _seen_by(event, member, on)
        choice = selection.choose(rules, above, above.items[0], past)
        found = []
        for rule in (choice.winner, *choice.added):
            if rule is None:
                continue
            base = on.amount.final
            amount = earning.earn(rule, above, above.items, past, base, member.partner, now)
            if amount.final:
                for key in limit_keys(rule, event, member.partner, amount.unit):
                    now[key] += amount.final
                found.append(Earned(rule, member, amount, choice.others, None, on))
        return found


def _counting_all_limits(rules: Iterable[CompiledRule]) -> list[CompiledRule]:
    """Each version with the limits of all versions of its rule: they belong to the rule."""
    versions = list(rules)
    shapes: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for rule in versions:
        for limit in rule.limits:
            shapes[rule.rule_id][limit.per, limit.window] = None
    return [
        replace(rule, counted=tuple(shapes[rule.rule_id])) if rule.rule_id in shapes else rule
        for rule in versions
    ]


def _seen_by(event: Event, member: Member, on: Earned) -> Event:
    """A recruit's commission as his recruiter's event, in the commission's unit."""
    first = event.items[on.won[0] if on.won else 0]
    base = on.amount.final
    return replace(
        event,
        kind="commission",
        member=member,
        currency=on.amount.unit,
        net=base,
        items=(Item(base, 1, first.sku, first.category),),
        tax=0,
        shipping=0,
        uplines=(),
    )


def _needs_items(rule: CompiledRule) -> bool:
    reads = bool(rule.fields & {"sku", "category", "quantity"})
    counts = rule.brackets is not None and rule.brackets.metric == "quantity"
    return reads or counts or rule.reward.type == "per_unit" or rule.reward.base == "margin"


def _paid(event: Event, choices: Sequence[Choice], past: Past) -> list[Earned]:
    """One amount for each rule that won items or is paid on top, on the items it won."""
    won: dict[str, list[int]] = {}
    rules: dict[str, CompiledRule] = {}
    for place, choice in enumerate(choices):
        for rule in (choice.winner, *choice.added):
            if rule is not None:
                rules[rule.version_id] = rule
                won.setdefault(rule.version_id, []).append(place)
    found = []
    for version, places in won.items():
        rule, items = rules[version], [event.items[place] for place in places]
        extra = _gross_share(event, rule, places, choices) if rule.reward.base == "gross" else 0
        base = earning.base_of(rule.reward, items, extra)
        amount = earning.earn(rule, event, items, past, base)
        kept = None if len(places) == len(event.items) else tuple(places)
        found.append(Earned(rule, event.member, amount, choices[places[0]].others, kept))
    return found


def _gross_share(
    event: Event, rule: CompiledRule, places: Sequence[int], choices: Sequence[Choice]
) -> int:
    """The items' share of tax and shipping, by net and largest remainder.

    Winners share with each other, and with what nobody won; a rule on top with the rest.
    """
    extra = event.tax + event.shipping
    if len(places) == len(event.items) or not extra:
        return extra
    own = set(places)
    owners: list[str] = [choice.winner.version_id if choice.winner else "" for choice in choices]
    if rule.adds:
        owners = [rule.version_id if place in own else "" for place in range(len(choices))]
    weights: dict[str, int] = {}
    for owner, item in zip(owners, event.items, strict=True):
        weights[owner] = weights.get(owner, 0) + item.net
    shares = largest_remainder(extra, list(weights.values()))
    return shares[list(weights).index(rule.version_id)]
