"""A world of the oracle through the product's pure fold, without a database."""

from collections import Counter
from collections.abc import Mapping, Sequence

from commissions.rules import (
    Book,
    CompiledRule,
    Entry,
    Event,
    Item,
    Member,
    Past,
    Refunded,
    Share,
    compile_rule,
    replay,
)
from commissions.rules.history import acquaint
from tests import oracle
from tests.oracle.ledger import Result

PROGRAM = "program"


def folded(world: oracle.World) -> list[Result]:
    """What the product's rules make of a world, summed by sale, partner and rule."""
    book = Book.of(
        version for age, rule in enumerate(world.rules) for version in compiled(world, rule, age)
    )
    events = [event_of(world, sale) for sale in world.sales]
    known = {event.id: event for event in events}
    credited = [event for event in events if event.member.partner]
    entries: list[Entry] = [*credited, *(refund_of(refund, known) for refund in world.refunds)]
    past = Past(world.zone)
    acquaint(past, events)
    earned: Counter[tuple[str, str, str, str]] = Counter()
    net: Counter[tuple[str, str, str, str]] = Counter()
    for line in replay({PROGRAM: book}, entries, past):
        one = line.earned
        key = (line.event.id, one.member.partner, one.rule.rule_id, one.amount.unit)
        earned[key] += one.amount.final
        net[key] += line.net
    return [Result(*key, amount, net[key]) for key, amount in sorted(earned.items()) if amount]


def compiled(world: oracle.World, rule: oracle.Rule, age: int) -> list[CompiledRule]:
    """All versions of a rule; each is valid until the next, or until the rule's end."""
    starts = [version.valid_from for version in rule.versions]
    scope, scope_id = next(iter(rule.scope.items()), ("program", None))
    found = []
    for number, version in enumerate(rule.versions, start=1):
        ends = [moment for moment in (*starts[number : number + 1], rule.ended_at) if moment]
        found.append(
            compile_rule(
                {**vars(version), "limits": list(version.limits)},
                version_id=f"{rule.key} {number}",
                rule_id=rule.key,
                currency=world.currency,
                valid_from=version.valid_from,
                valid_until=min(ends, default=None),
                name=rule.key,
                number=number,
                scope=scope,
                scope_id=scope_id,
                priority=rule.priority,
                order=f"{age:03}",
            )
        )
    return found


def member_of(partner: oracle.Partner) -> Member:
    """A partner as rules see him."""
    return Member(
        partner=partner.key,
        enrollment=f"enrollment of {partner.key}",
        country=partner.country,
        tier=partner.tier or None,
        tier_key=partner.tier,
        group=partner.group or None,
    )


def uplines(world: oracle.World, partner: oracle.Partner) -> Sequence[Member | None]:
    """His recruiters, the nearest first; None where one does not take part."""
    found: list[Member | None] = []
    above = partner.recruiter
    while above:
        recruiter = world.partner(above)
        found.append(member_of(recruiter) if recruiter.active else None)
        above = recruiter.recruiter
    return found


def kind_of(sale: oracle.Sale) -> str:
    """What rules are asked for."""
    if sale.impressions:
        return "impression"
    return "renewal" if (sale.charge or 0) > 1 else "sale"


def event_of(world: oracle.World, sale: oracle.Sale) -> Event:
    """A sale as rules see it."""
    partner = world.partner(sale.partner) if sale.partner else oracle.Partner("")
    shares = tuple(
        Share(
            member_of(world.partner(click.partner)),
            click.weight,
            tuple(uplines(world, world.partner(click.partner))),
            click.campaign or None,
            subs_of(click.subs),
        )
        for click in sale.shares
    )
    return Event(
        id=sale.key,
        kind=kind_of(sale),
        key=sale.key,
        at=sale.at,
        day=sale.at.astimezone(world.zone).date(),
        program=PROGRAM,
        member=member_of(partner),
        currency=sale.currency,
        net=sale.net,
        items=tuple(
            Item(line.net, line.quantity, line.sku, line.category, line.cost) for line in sale.goods
        ),
        tax=sale.tax,
        shipping=sale.shipping,
        customer=sale.customer or None,
        country=sale.country,
        coupon=sale.coupon,
        campaign=sale.campaign or None,
        source=sale.source,
        subs=subs_of(sale.subs),
        metadata=sale.metadata,
        charge=sale.charge,
        uplines=tuple(uplines(world, partner)),
        shares=shares,
    )


def subs_of(subs: Mapping[str, str]) -> tuple[str, ...]:
    """Sub-ids in their five places."""
    return tuple(subs.get(f"sub{number}", "") for number in range(1, 6))


def refund_of(refund: oracle.Refund, events: dict[str, Event]) -> Refunded:
    """A refund as the fold takes it; dated before its sale it counts from the sale's time."""
    named = tuple((line.sku, line.amount) for line in refund.lines)
    return Refunded(
        id=refund.key,
        of=refund.sale,
        key=refund.key,
        at=max(refund.at, events[refund.sale].at),
        amount=sum(amount for _sku, amount in named) if named else refund.amount,
        by_sku=named,
    )
