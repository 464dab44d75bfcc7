"""An imaginary event that fits a rule, and what the engine itself says it earns.

Nothing is computed here: rules are compiled and evaluated by `commissions.rules`, the very code
that pays, over a past in which only what the reader typed has happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final

from commissions.rules import CompiledRule, Event, Item, Member, Past
from commissions.rules.history import AMOUNT, COUNT, METRICS, Acquaintance, Totals
from commissions.rules.windows import month_of, start_of

CUSTOMER: Final = "customer"
EVENT: Final = "event"
OTHER: Final = "…"
TAX: Final = Decimal("0.11")
COST: Final = Decimal("0.6")


@dataclass(frozen=True)
class Order:
    """What the reader typed: net of the order in minor units, units, and the metric before it."""

    net: int
    quantity: int = 1
    before: int = 0


@dataclass
class World:
    """Where the imaginary event happens: the program, the partner, the rules beside this one."""

    program: str
    currency: str
    member: Member
    zone: tzinfo
    now: datetime
    others: tuple[CompiledRule, ...] = ()


@dataclass
class Sample:
    """One imaginary event, and the past before it."""

    event: Event
    past: Past


def sample_of(rule: CompiledRule, order: Order, world: World) -> Sample:
    """An event of the rule's kind with this order, made to fit its conditions.

    Only the amount is the reader's own, so that an order that is too small can be tried.
    """
    facts: dict[str, Any] = {}
    _fit(rule.content.get("conditions"), facts)
    event = _event(rule, order, world, facts)
    past = Past(world.zone)
    _put_metric(past, rule, event, order.before)
    _put_totals(past, event, facts)
    _put_customer(past, event, facts)
    return Sample(event, past)


def _event(rule: CompiledRule, order: Order, world: World, facts: Mapping[str, Any]) -> Event:
    item = Item(
        net=order.net,
        quantity=order.quantity,
        sku=str(facts.get("sku", "")),
        category=str(facts.get("category", "")),
        cost=_cost(order) if rule.reward.base == "margin" else None,
    )
    member = replace(
        world.member,
        country=str(facts.get("partner.country", world.member.country)),
        tier_key=str(facts.get("partner.tier", world.member.tier_key)),
    )
    own = {key[9:]: value for key, value in facts.items() if key.startswith("metadata.")}
    return Event(
        id=EVENT,
        kind=rule.event,
        key=EVENT,
        at=world.now,
        day=world.now.astimezone(world.zone).date(),
        program=world.program,
        member=member,
        currency=world.currency,
        net=order.net,
        items=(item,),
        tax=round(order.net * TAX) if rule.reward.base == "gross" else 0,
        customer=CUSTOMER,
        country=str(facts.get("customer.country", "")),
        coupon=str(facts.get("coupon", "")),
        campaign=rule.scope_id if rule.scope == "campaign" else None,
        source=str(facts.get("source", "api")),
        subs=tuple(str(facts.get(f"sub{number}", "")) for number in range(1, 6)),
        metadata=own,
        charge=2 if rule.event == "renewal" else None,
    )


def _cost(order: Order) -> int:
    """What one unit cost, so that the margin is two fifths."""
    return round(order.net * COST) // max(order.quantity, 1)


def _fit(condition: Mapping[str, Any] | None, facts: dict[str, Any]) -> None:
    """Make up facts that fit: all of a group, the first of any; what none names stays out."""
    if not condition:
        return
    if "field" in condition:
        facts.setdefault(condition["field"], _value(condition["op"], condition["value"]))
    elif "all" in condition:
        for part in condition["all"]:
            _fit(part, facts)
    elif condition.get("any"):
        _fit(condition["any"][0], facts)


def _value(op: str, value: Any) -> Any:
    first = value[0] if isinstance(value, list) else value
    if op == "gt":
        return int(Decimal(str(first))) + 1
    if op == "lt":
        return max(0, int(Decimal(str(first))) - 1)
    if op in {"ne", "not_in", "not_contains"}:
        return not first if isinstance(first, bool) else OTHER
    return first


def _put_metric(past: Past, rule: CompiledRule, event: Event, before: int) -> None:
    """What the partner had sold in the rule's window before the event, by the rule's metric."""
    if rule.brackets is None or not before:
        return
    window = rule.brackets.window
    day = start_of(window, event.day) if window == "previous_month" else event.day
    values = [0, 0, 0]
    values[METRICS[rule.brackets.metric]] = before
    totals = _totals(past, event)
    totals.months[month_of(day)], totals.days[day] = [*values], [*values]
    totals.ever = values


def _put_totals(past: Past, event: Event, facts: Mapping[str, Any]) -> None:
    """Totals that the conditions ask for, where the reader's own do not reach them."""
    totals = _totals(past, event)
    for name, place in (("sales_amount", AMOUNT), ("sales_count", COUNT)):
        wanted = facts.get(f"partner.{name}")
        if wanted is not None and totals.ever[place] < int(wanted):
            totals.ever[place] = int(wanted)
    totals.commission = int(facts.get("partner.commission_amount", 0))
    own = (event.program, event.member.partner)
    past.clicks[own] = int(facts.get("partner.clicks", 0))
    past.leads[own] = int(facts.get("partner.leads", 0))


def _put_customer(past: Past, event: Event, facts: Mapping[str, Any]) -> None:
    """A customer who is new, or bought before elsewhere, as the conditions want him."""
    known = past.customers.setdefault(CUSTOMER, Acquaintance())
    days = int(facts.get("customer.age_days", 0))
    if days:
        known.first_seen = event.at - timedelta(days=days)
    if facts.get("customer.new") in (False, "false"):
        known.sales.append((event.at - timedelta(days=max(days, 1)), "earlier"))


def _totals(past: Past, event: Event) -> Totals:
    return past.totals_of(event.program, event.member.partner, event.currency)
