"""Which rules pay for which lines of a sale."""

from collections.abc import Sequence
from typing import Any

from tests.oracle.conditions import fields, hold
from tests.oracle.history import (
    Earned,
    age_days,
    commission_before,
    earlier_sales,
    first_commission,
    partner_sales,
)
from tests.oracle.windows import months_later
from tests.oracle.world import Line, Partner, Rule, Sale, Version, World

SCOPES = ("partner", "group", "campaign", "tier")
"""The narrowest first."""

Chosen = dict[str, list[int]]
"""Rule -> the places of the lines it pays for."""


def in_force(rule: Rule, sale: Sale) -> Version | None:
    """The version at the sale's own time."""
    if rule.ended_at is not None and sale.at >= rule.ended_at:
        return None
    begun = [version for version in rule.versions if version.valid_from <= sale.at]
    return max(begun, key=lambda version: version.valid_from, default=None)


def in_scope(rule: Rule, partner: Partner, sale: Sale) -> bool:
    """Whether the rule is for this partner, or for the campaign of this sale."""
    actual = {
        "partner": partner.key,
        "group": partner.group,
        "tier": partner.tier,
        "campaign": sale.campaign,
    }
    return all(actual[kind] == key for kind, key in rule.scope.items())


def narrowness(rule: Rule, version: Version) -> tuple[int, int, int]:
    """Larger wins: scope, then goods, then priority."""
    scope = max((4 - SCOPES.index(kind) for kind in rule.scope), default=0)
    named = fields(version.conditions)
    goods = 2 if "sku" in named else 1 if "category" in named else 0
    return (scope, goods, rule.priority)


def facts(
    world: World, sale: Sale, line: Line | None, partner: Partner, paid: Sequence[Earned]
) -> dict[str, Any]:
    """Everything conditions may ask about."""
    earlier = partner_sales(world, sale, partner.key)
    known = earlier_sales(world, sale)
    return {
        "sku": line.sku if line else None,
        "category": line.category if line else None,
        "quantity": line.quantity if line else None,
        "amount": sale.net,
        "coupon": sale.coupon,
        "source": sale.source,
        "customer.country": sale.country,
        "customer.new": not known if sale.customer else None,
        "customer.age_days": age_days(sale, known) if sale.customer else None,
        "partner.country": partner.country,
        "partner.tier": partner.tier,
        "partner.sales_count": len(earlier),
        "partner.sales_amount": sum(
            x.part(partner.key, x.net) for x in earlier if x.currency == sale.currency
        ),
        "partner.commission_amount": commission_before(world, sale, partner.key, paid),
        **sale.subs,
        **{f"metadata.{key}": value for key, value in sale.metadata.items()},
    }


def is_over(version: Version, world: World, sale: Sale, paid: Sequence[Earned]) -> bool:
    """Whether the rule's duration has ended for this customer."""
    duration = version.duration
    if not duration:
        return False
    if "charges" in duration:
        place = len(earlier_sales(world, sale)) + 1
        return int(sale.charge or place) > int(duration["charges"])
    first = first_commission(world, sale, paid)
    if first is None:
        return False
    months = int(duration["months"])
    return months == 0 or sale.at >= months_later(first, months, world.zone)


def fits_currency(version: Version, world: World, currency: str) -> bool:
    """Whatever names an amount of money is for sales in the program's currency alone."""
    metric = (version.brackets or {}).get("metric")
    kind = version.reward["type"]
    limit_of_money = version.limits and kind != "points"
    names_money = (
        kind in ("flat", "per_unit", "per_thousand") or limit_of_money or metric == "sales_amount"
    )
    return currency == world.currency or not names_money


def is_candidate(
    rule: Rule,
    version: Version,
    world: World,
    sale: Sale,
    line: Line,
    paid: Sequence[Earned],
) -> bool:
    """Whether a rule could pay for this line."""
    partner = world.partner(sale.partner)
    needs_cost = version.reward.get("base") == "margin"
    return (
        in_scope(rule, partner, sale)
        and fits_currency(version, world, sale.currency)
        and not (needs_cost and line.cost is None)
        and not is_over(version, world, sale, paid)
        and hold(version.conditions, facts(world, sale, line, partner, paid))
    )


def events_of(sale: Sale) -> list[str]:
    """A later charge of a subscription is a renewal first, and a sale where no renewal rule is."""
    if sale.impressions:
        return ["impression"]
    return ["renewal", "sale"] if (sale.charge or 0) > 1 else ["sale"]


def choose(world: World, sale: Sale, paid: Sequence[Earned]) -> tuple[Chosen, Chosen]:
    """The winners with their lines, and the rules that add to them with theirs."""
    winners: Chosen = {}
    adding: Chosen = {}
    for place, line in enumerate(sale.goods):
        fitting = [
            (rule, version)
            for rule in world.rules
            if (version := in_force(rule, sale)) is not None
            and version.event in events_of(sale)
            and is_candidate(rule, version, world, sale, line, paid)
        ]
        for rule, version in fitting:
            if version.adds:
                adding.setdefault(rule.key, []).append(place)
        for event in events_of(sale):
            rivals = [(r, v) for r, v in fitting if v.event == event and not v.adds]
            if rivals:
                # max() keeps the first of equals, and rules stand by age
                best = max(rivals, key=lambda pair: narrowness(*pair))[0]
                winners.setdefault(best.key, []).append(place)
                break
    return winners, adding


def choose_overrides(
    world: World, sale: Sale, on: Earned, recruiter: Partner, level: int, paid: Sequence[Earned]
) -> list[tuple[Rule, Version]]:
    """The rules that pay a recruiter of that level: the narrowest, and those that add."""
    if not recruiter.active:
        return []
    fitting = [
        (rule, version)
        for rule in world.rules
        if (version := in_force(rule, sale)) is not None
        and version.event == "commission"
        and version.override_level == level
        and in_scope(rule, recruiter, sale)
        and fits_currency(version, world, on.currency)
        and hold(version.conditions, facts(world, sale, None, recruiter, paid))
    ]
    rivals = [(rule, version) for rule, version in fitting if not version.adds]
    best = [max(rivals, key=lambda pair: narrowness(*pair))] if rivals else []
    return best + [(rule, version) for rule, version in fitting if version.adds]
