"""All sales in order, and what each brought whom."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.oracle.history import Earned, reach, taken_back, used_up
from tests.oracle.pay import override_pay, pay, tax_shares
from tests.oracle.selection import choose, choose_overrides, in_force
from tests.oracle.world import Rule, Sale, Version, World

POINTS = "PTS"


@dataclass(frozen=True)
class Result:
    """What a rule paid a partner for a sale, and what is left of it after all refunds."""

    sale: str
    partner: str
    rule: str
    currency: str
    earned: int
    net: int


def results(world: World) -> list[Result]:
    """Everything earned, by sale, partner and rule; what came to nothing is left out."""
    earned: Counter[tuple[str, str, str, str]] = Counter()
    net: Counter[tuple[str, str, str, str]] = Counter()
    for each in all_earned(world):
        key = (each.sale, each.partner, each.rule, each.currency)
        earned[key] += each.amount
        net[key] += each.amount - taken_back(world, each)
    return [Result(*key, amount, net[key]) for key, amount in sorted(earned.items())]


def balances(world: World) -> dict[tuple[str, str], int]:
    """What each partner has in each currency, after refunds; nothing is left out."""
    totals: Counter[tuple[str, str]] = Counter()
    for result in results(world):
        totals[result.partner, result.currency] += result.net
    return {key: total for key, total in totals.items() if total}


def all_earned(world: World) -> list[Earned]:
    """Every single amount, in the order of events."""
    paid: list[Earned] = []
    for sale in world.in_order():
        before = list(paid)
        for partner in sale.partners:
            alone = sale.alone(partner)
            own = own_earned(world, alone, before)
            if sale.shares:
                own = parts_of(world, sale, own, paid)
            paid += own
            for each in own:
                paid += overrides_on(world, alone, each, paid)
    return paid


def parts_of(
    world: World, sale: Sale, whole: Sequence[Earned], paid: Sequence[Earned]
) -> list[Earned]:
    """A partner's parts of what a sale would have paid him alone, within what limits leave."""
    found = []
    for each in whole:
        rule, version = in_force_by_key(world, each.rule, sale)
        part = sale.part(each.partner, each.amount)
        part = cut(world, sale, each.partner, rule, version, part, paid, each.currency)
        if part:
            found.append(replace(each, amount=part))
    return found


def own_earned(world: World, sale: Sale, paid: Sequence[Earned]) -> list[Earned]:
    """What the partner of a sale gets for it, had he brought it alone."""
    winners, adding = choose(world, sale, paid)
    shares = tax_shares(sale, winners)
    for key, lines in adding.items():
        shares |= tax_shares(sale, {key: lines})
    found = []
    for key, lines in [*winners.items(), *adding.items()]:
        rule, version = in_force_by_key(world, key, sale)
        span = reach(world, sale, version.brackets) if version.brackets else (0, 0)
        amount = pay(version, sale, lines, shares[key], span)
        unit = POINTS if version.reward["type"] == "points" else sale.currency
        amount = cut(world, sale, sale.partner, rule, version, amount, paid, unit)
        if amount:
            found.append(Earned(sale.key, sale.partner, key, unit, amount, tuple(lines)))
    return found


def overrides_on(world: World, sale: Sale, on: Earned, paid: Sequence[Earned]) -> list[Earned]:
    """What recruiters get on a commission, level by level up the chain."""
    found: list[Earned] = []
    level, above = 1, world.partner(on.partner).recruiter
    while above:
        recruiter = world.partner(above)
        for rule, version in choose_overrides(world, sale, on, recruiter, level, paid):
            known = [*paid, *found]
            amount = override_pay(version, on.amount)
            amount = cut(world, sale, above, rule, version, amount, known, on.currency)
            if amount:
                found.append(Earned(sale.key, above, rule.key, on.currency, amount, on=on))
        level, above = level + 1, recruiter.recruiter
    return found


def cut(
    world: World,
    sale: Sale,
    partner: str,
    rule: Rule,
    version: Version,
    amount: int,
    paid: Sequence[Earned],
    unit: str,
) -> int:
    """An amount, cut to what each limit leaves of it."""
    for limit in version.limits:
        used = used_up(world, sale, partner, rule.key, limit, paid, unit)
        amount = min(amount, max(0, int(limit["amount"]) - used))
    return amount


def in_force_by_key(world: World, key: str, sale: Sale) -> tuple[Rule, Version]:
    """A chosen rule and its version at the sale's time."""
    rule = next(rule for rule in world.rules if rule.key == key)
    version = in_force(rule, sale)
    assert version is not None
    return rule, version
