"""What stood before a run, out of tallies and indexes; and what a run adds to them.

Costs depend on the members, customers and months of the batch, never on how many sales came before.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from commissions.engine.reading import Source, World
from commissions.rules import CompiledRule, Event, Past
from commissions.rules.history import SALES, Acquaintance, LimitKey, counted_for, limit_keys
from commissions.rules.windows import ROLLING, ROLLING_DAYS, month_of
from prm.ids import new_text_id

_TALLIES: Final = """
    SELECT program_id::text, partner_id::text, currency, grain, starts_on, sales_minor, sales_count,
           quantity, commission_minor, clicks, leads
    FROM commissions_tally
    WHERE program_id = ANY(%s::uuid[]) AND partner_id = ANY(%s::uuid[])
      AND (grain = 'month' OR (%s AND starts_on >= %s))
"""
_CUSTOMERS: Final = """
    SELECT customer_id::text, occurred_at, external_id, true
    FROM tracking_sale WHERE customer_id = ANY(%s::uuid[])
    UNION ALL
    SELECT customer_id::text, occurred_at, key, false
    FROM commissions_occasion
    WHERE customer_id = ANY(%s::uuid[]) AND kind IN ('lead', 'signup')
"""
_FIRST_EARNED: Final = """
    SELECT c.program_id::text, c.partner_id::text, s.customer_id::text, min(s.occurred_at)
    FROM tracking_sale s JOIN commissions_commission c ON c.sale_id = s.id
    WHERE s.customer_id = ANY(%s::uuid[]) AND c.kind = 'commission' AND c.on_id IS NULL
      AND c.earned_minor > 0 AND c.program_id = %s
      AND (s.occurred_at < %s OR (s.occurred_at = %s AND s.external_id COLLATE "C" < %s))
    GROUP BY 1, 2, 3
"""
_USES: Final = """
    SELECT rule_id::text, per, key::text, "window", starts_on, unit, paid_minor
    FROM commissions_limituse
    WHERE rule_id = ANY(%s::uuid[]) AND key = ANY(%s::uuid[])
      AND ("window" <> %s OR starts_on >= %s)
"""


Place = tuple[datetime, str]


def recall(world: World, sources: Sequence[Source], before: Place | None = None) -> Past:
    """What stood before these events of one program, all in order of time.

    Totals and uses are those of all that was computed so far; first commissions those before
    the place `before`, by default the first event's.
    """
    past = Past(world.zone)
    events = [one.event for one in sources if one.event]
    if not events:
        return past
    first = min(event.day for event in events)
    _recall_totals(past, world, events, first)
    recall_customers(past, sources, before or events[0].place)
    _recall_uses(past, world, events, first)
    return past


def _members(events: Iterable[Event]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for event in events:
        found.add((event.program, event.member.partner))
        found.update((event.program, one.partner) for one in event.uplines if one)
        for share in event.shares:
            found.add((event.program, share.member.partner))
            found.update((event.program, one.partner) for one in share.uplines if one)
    return found


def _recall_totals(past: Past, world: World, events: Sequence[Event], first: date) -> None:
    members = _members(events)
    programs = {program for program, _partner in members}
    rolls = any(
        rule.brackets is not None and rule.brackets.window == ROLLING
        for program in programs
        for rule in world.books[program].rules
    )
    since = first - timedelta(days=ROLLING_DAYS)
    partners = {partner for _program, partner in members}
    for row in _rows(_TALLIES, [list(programs), list(partners), rolls, since]):
        (
            program,
            partner,
            currency,
            grain,
            starts_on,
            net,
            count,
            quantity,
            earned,
            clicks,
            leads,
        ) = row
        totals = past.totals_of(program, partner, currency)
        if grain == "day":
            totals.days[starts_on] = [net, count, quantity]
            continue
        totals.months[starts_on] = [net, count, quantity]
        totals.commission += earned
        for place, value in enumerate((net, count, quantity)):
            totals.ever[place] += value
        past.clicks[program, partner] += clicks
        past.leads[program, partner] += leads


def recall_customers(past: Past, sources: Sequence[Source], before: Place) -> None:
    """The customers of these events and no others: their sales, and what they first earned."""
    events = [one.event for one in sources if one.event]
    past.customers = {}
    customers = list({event.customer for event in events if event.customer})
    if not customers:
        return
    for customer, at, key, is_sale in _rows(_CUSTOMERS, [customers, customers]):
        known = past.customers.setdefault(customer, Acquaintance())
        known.know((at, key), is_sale=is_sale)
    at, key = before
    params = [customers, events[0].program, at, at, key]
    for program, partner, customer, at in _rows(_FIRST_EARNED, params):
        past.first_earned[program, partner, customer] = at


def _recall_uses(past: Past, world: World, events: Sequence[Event], first: date) -> None:
    programs = {event.program for event in events}
    rules = {rule.rule_id for one in programs for rule in world.books[one].rules if rule.counted}
    if not rules:
        return
    keys = {event.customer for event in events if event.customer} | programs
    keys |= {partner for _program, partner in _members(events)}
    since = first - timedelta(days=ROLLING_DAYS)
    for *key_parts, paid in _rows(_USES, [list(rules), list(keys), ROLLING, since]):
        rule, per, key, window, starts_on, unit = key_parts
        past.used[rule, per, key, window, starts_on, unit] = paid


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


TallyKey = tuple[str, str, str, str, date]


@dataclass
class Growth:
    """What a run adds to tallies and limit uses; written once, in key order."""

    tallies: dict[TallyKey, list[int]] = field(default_factory=dict)
    uses: defaultdict[LimitKey, int] = field(default_factory=lambda: defaultdict(int))

    def count(self, event: Event) -> None:
        """A new event, for each partner who has a part of it."""
        for partner, net, quantity in counted_for(event):
            if event.kind in SALES:
                values = (net, 1, quantity, 0, 0)
            elif event.kind == "click":
                values = (0, 0, 0, 0, quantity)
            elif event.kind in {"lead", "signup"}:
                values = (0, 0, 0, 1, 0)
            else:
                return
            for bucket in self._buckets(event, partner, event.currency):
                for place, value in enumerate(values):
                    bucket[place] += value

    def pay(self, rule: CompiledRule, event: Event, partner: str, amount: int, unit: str) -> None:
        """A change of what a rule paid for an event, net of refunds."""
        for key in limit_keys(rule, event, partner, unit):
            self.uses[key] += amount

    def earn(self, event: Event, partner: str, amount: int, unit: str) -> None:
        """A change of what a partner earned by an event, before refunds."""
        if unit == event.currency:
            for bucket in self._buckets(event, partner, unit):
                bucket[5] += amount

    def _buckets(self, event: Event, partner: str, currency: str) -> list[list[int]]:
        found = []
        for grain, starts_on in (("day", event.day), ("month", month_of(event.day))):
            key = (event.program, partner, currency, grain, starts_on)
            bucket = self.tallies.get(key)
            if bucket is None:
                bucket = self.tallies[key] = [0, 0, 0, 0, 0, 0]
            found.append(bucket)
        return found

    def write(self, seller_id: uuid.UUID) -> None:
        """Add everything to the tables; rows are locked in key order."""
        now: datetime = timezone.now()
        if self.tallies:
            rows = [(new_text_id(), *key, *self.tallies[key]) for key in sorted(self.tallies)]
            _execute(_ADD_TALLIES, rows, [now, seller_id])
        uses = sorted((key, paid) for key, paid in self.uses.items() if paid)
        if uses:
            _execute(
                _ADD_USES, [(new_text_id(), *key, paid) for key, paid in uses], [now, seller_id]
            )


_ADD_TALLIES: Final = """
    INSERT INTO commissions_tally AS t
        (id, created_at, seller_id, program_id, partner_id, currency, grain, starts_on,
         sales_minor, sales_count, quantity, leads, clicks, commission_minor)
    SELECT id, %s, %s, program, partner, currency, grain, starts_on, net, count, quantity,
           leads, clicks, earned
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::date[],
                %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
         AS u(id, program, partner, currency, grain, starts_on, net, count, quantity, leads, clicks,
              earned)
    ON CONFLICT (seller_id, program_id, partner_id, currency, grain, starts_on) DO UPDATE SET
        sales_minor = t.sales_minor + EXCLUDED.sales_minor,
        sales_count = t.sales_count + EXCLUDED.sales_count,
        quantity = t.quantity + EXCLUDED.quantity,
        leads = t.leads + EXCLUDED.leads,
        clicks = t.clicks + EXCLUDED.clicks,
        commission_minor = t.commission_minor + EXCLUDED.commission_minor
"""
_ADD_USES: Final = """
    INSERT INTO commissions_limituse AS u
        (id, created_at, seller_id, rule_id, per, key, "window", starts_on, unit, paid_minor)
    SELECT id, %s, %s, rule, per, key, win, starts_on, unit, paid
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::date[],
                %s::text[], %s::bigint[])
         AS n(id, rule, per, key, win, starts_on, unit, paid)
    ON CONFLICT (seller_id, rule_id, per, key, "window", starts_on, unit) DO UPDATE SET
        paid_minor = u.paid_minor + EXCLUDED.paid_minor
"""


def _execute(sql: str, rows: Sequence[tuple[Any, ...]], first: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [*first, *(list(column) for column in zip(*rows, strict=True))])
