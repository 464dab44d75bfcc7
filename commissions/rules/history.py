"""What happened before the event at hand: the partner's totals, the customer, the limits used.

`Past` is filled with what stood before the first event of a run, and grows with each event that is
added, in order of time. Nothing here reads a database: the engine fills it from tallies, tests and
simulations from nothing.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final

from commissions.rules.facts import Event
from commissions.rules.terms import CompiledRule, Limit
from commissions.rules.windows import BY_MONTH, ROLLING, ROLLING_DAYS, month_of, months_of, start_of
from prm.money import largest_remainder

Place = tuple[datetime, str]
AMOUNT, COUNT, QUANTITY = 0, 1, 2
METRICS: Final = {"sales_amount": AMOUNT, "sales_count": COUNT, "quantity": QUANTITY}
NOTHING: Final[Mapping["LimitKey", int]] = MappingProxyType({})
SALES: Final = frozenset({"sale", "renewal"})


@dataclass(slots=True)
class Totals:
    """A partner's sales in one program and currency: [net, sales, units] by month, day and ever."""

    months: dict[date, list[int]] = field(default_factory=dict)
    days: dict[date, list[int]] = field(default_factory=dict)
    ever: list[int] = field(default_factory=lambda: [0, 0, 0])
    commission: int = 0

    def add(self, day: date, net: int, quantity: int, sign: int = 1) -> None:
        """Count one sale; with `sign` -1, take it out again."""
        self.put(day, sign * net, sign, sign * quantity)

    def put(self, day: date, net: int, count: int, quantity: int) -> None:
        """Count what was added up for a day."""
        month = month_of(day)
        for bucket in (
            self.months.setdefault(month, [0, 0, 0]),
            self.days.setdefault(day, [0, 0, 0]),
            self.ever,
        ):
            bucket[AMOUNT] += net
            bucket[COUNT] += count
            bucket[QUANTITY] += quantity

    def of(self, metric: int, window: str, day: date) -> int:
        """The metric over the window that `day` lies in, as far as it has been counted."""
        if window == ROLLING:
            days = (day - timedelta(days=back) for back in range(ROLLING_DAYS))
            return sum(self.days[one][metric] for one in days if one in self.days)
        if window == "lifetime":
            return self.ever[metric]
        if window in BY_MONTH:
            months = months_of(window, day)
            return sum(self.months[one][metric] for one in months if one in self.months)
        return 0


@dataclass(slots=True)
class Acquaintance:
    """A customer's sales at the seller, whoever brought them, and when he was first seen."""

    sales: list[Place] = field(default_factory=list)
    first_seen: datetime | None = None

    def know(self, place: Place, *, is_sale: bool) -> None:
        """Count one sale or lead; in any order."""
        if self.first_seen is None or place[0] < self.first_seen:
            self.first_seen = place[0]
        if is_sale:
            insort(self.sales, place)


LimitKey = tuple[str, str, str, str, date, str]
"""Rule, per, key, window, first day of the period, unit."""


class Past:
    """Everything that stood before the event at hand."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.totals: dict[tuple[str, str], dict[str, Totals]] = {}
        self.customers: dict[str, Acquaintance] = {}
        self.first_earned: dict[tuple[str, str, str], datetime] = {}
        self.used: defaultdict[LimitKey, int] = defaultdict(int)
        self.clicks: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.leads: defaultdict[tuple[str, str], int] = defaultdict(int)

    # What conditions, brackets and durations ask

    def metric(self, event: Event, metric: str, window: str) -> int:
        """The partner's metric in the window before this event.

        Amounts are those in its currency, sales and units those in all.
        """
        found = self.totals.get((event.program, event.member.partner))
        if found is None:
            return 0
        if metric != "sales_amount":
            return sum(one.of(METRICS[metric], window, event.day) for one in found.values())
        totals = found.get(event.currency)
        return totals.of(AMOUNT, window, event.day) if totals else 0

    def total(self, event: Event, name: str) -> int:
        """A partner's total in the program before this event; amounts in its currency."""
        member = (event.program, event.member.partner)
        if name == "clicks":
            return self.clicks[member]
        if name == "leads":
            return self.leads[member]
        found = self.totals.get(member, {})
        if name == "sales_count":
            return sum(totals.ever[COUNT] for totals in found.values())
        totals = found.get(event.currency)
        if totals is None:
            return 0
        return totals.ever[AMOUNT] if name == "sales_amount" else totals.commission

    def customer_is_new(self, event: Event) -> bool | None:
        """Whether the customer has no earlier sale; None without a customer."""
        if event.customer is None:
            return None
        known = self.customers.get(event.customer)
        return known is None or not known.sales or known.sales[0] >= event.place

    def customer_age_days(self, event: Event) -> int | None:
        """Full days since the customer's first lead or sale; None without a customer."""
        if event.customer is None:
            return None
        known = self.customers.get(event.customer)
        if known is None or known.first_seen is None or known.first_seen >= event.at:
            return 0
        return (event.at - known.first_seen).days

    def ordinal(self, event: Event) -> int:
        """Its charge number, else which of the customer's sales at the seller it is; from 1."""
        if event.charge is not None:
            return event.charge
        known = self.customers.get(event.customer) if event.customer else None
        return bisect_left(known.sales, event.place) + 1 if known else 1

    def earned_first(self, event: Event, partner: str) -> datetime | None:
        """When the customer's sales first earned this partner something, in the seller's zone."""
        if event.customer is None:
            return None
        found = self.first_earned.get((event.program, partner, event.customer))
        return found.astimezone(self.zone) if found else None

    # Limits

    def left(
        self,
        rule: CompiledRule,
        limit: Limit,
        event: Event,
        partner: str,
        now: Mapping[LimitKey, int] = NOTHING,
    ) -> int:
        """What a limit still allows for this event; never below 0.

        `now` is what the rule paid for this very event already.
        """
        key = limit_key(rule, limit.per, limit.window, event, partner, rule.unit)
        if key is None:
            alone = alone_key(rule, limit.per, event, partner, rule.unit) if now else None
            return max(0, limit.amount - now.get(alone, 0)) if alone else limit.amount
        used = now.get(key, 0)
        if limit.window == ROLLING:
            days = (event.day - timedelta(days=back) for back in range(ROLLING_DAYS))
            used += sum(self.used.get((*key[:4], day, key[5]), 0) for day in days)
        else:
            used += self.used.get(key, 0)
        return max(0, limit.amount - used)

    # What comes after

    def add(self, event: Event, sign: int = 1) -> None:
        """Count an event, after it was computed; with `sign` -1, take it out again."""
        for partner, net, quantity in counted_for(event):
            member = (event.program, partner)
            if event.kind in SALES:
                self.totals_of(*member, event.currency).add(event.day, net, quantity, sign)
            elif event.kind == "click":
                self.clicks[member] += sign * quantity
            elif event.kind in {"lead", "signup"}:
                self.leads[member] += sign

    def pay(
        self,
        rule: CompiledRule,
        event: Event,
        partner: str,
        amount: int,
        unit: str,
        *,
        own: bool = True,
    ) -> None:
        """Count what a rule paid for an event, or with a negative amount what a refund took.

        An override (`own` False) does not make the customer the recruiter's.
        """
        if own and amount > 0 and event.customer is not None:
            self.first_earned.setdefault((event.program, partner, event.customer), event.at)
        for key in limit_keys(rule, event, partner, unit):
            self.used[key] += amount
        if unit == event.currency:
            self.totals_of(event.program, partner, unit).commission += amount

    def totals_of(self, program: str, partner: str, currency: str) -> Totals:
        """A partner's totals in one currency, kept from now on."""
        found = self.totals.setdefault((program, partner), {})
        totals = found.get(currency)
        if totals is None:
            totals = found[currency] = Totals()
        return totals


def counted_for(event: Event) -> Iterable[tuple[str, int, int]]:
    """Each partner with the net and the units of an event that his totals count.

    Of a shared one, his parts by largest remainder; what is barred counts for nobody.
    """
    if not event.shares:
        return ((event.member.partner, event.net, event.quantity),)
    weights = [share.weight for share in event.shares]
    nets = largest_remainder(event.net, weights)
    units = largest_remainder(event.quantity, weights)
    found: dict[str, tuple[int, int]] = {}
    for share, net, quantity in zip(event.shares, nets, units, strict=True):
        if not share.barred:
            so_far = found.get(share.member.partner, (0, 0))
            found[share.member.partner] = (so_far[0] + net, so_far[1] + quantity)
    return [(partner, *parts) for partner, parts in found.items()]


def limit_keys(rule: CompiledRule, event: Event, partner: str, unit: str) -> list[LimitKey]:
    """Where what a rule pays for an event is counted: under the limits of all its versions."""
    keys = (limit_key(rule, per, window, event, partner, unit) for per, window in rule.counted)
    return [key for key in keys if key is not None]


def limit_key(
    rule: CompiledRule, per: str, window: str, event: Event, partner: str, unit: str
) -> LimitKey | None:
    """Where a limit's use is counted; None where it looks at this event alone."""
    if per == "sale" or window == "sale":
        return None
    keys = {"customer": event.customer, "partner": partner, "program": event.program}
    key = keys[per]
    if key is None:
        return None
    start = event.day if window == ROLLING else start_of(window, event.day)
    return rule.rule_id, per, key, window, start, unit


def alone_key(rule: CompiledRule, per: str, event: Event, partner: str, unit: str) -> LimitKey:
    """Where a limit that looks at one event alone is counted while the event is computed."""
    return rule.rule_id, per, partner if per == "partner" else "", "sale", event.day, unit


def acquaint(past: Past, events: Iterable[Event]) -> None:
    """Let `past` know the customers of all events, whatever their order."""
    for event in events:
        if event.customer is not None and event.kind in {*SALES, "lead", "signup"}:
            known = past.customers.setdefault(event.customer, Acquaintance())
            known.know(event.place, is_sale=event.kind in SALES)
