"""Past events of a program under two books at once, streamed in order of time."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from campaigns.models import Program
from commissions.engine import reading, recounting, remembering
from commissions.engine.late import LAST, returned
from commissions.engine.reading import Source, World
from commissions.rules import Book, Earned, Event, Past, Refunded
from commissions.rules.history import SALES, counted_for
from commissions.rules.replaying import Fold
from tracking.models import Refund

CHUNK: Final = 5000
MOST_MOVES: Final = 12
NOTHING: Final = (0, "")
_NEXT: Final = """
    program_id = %s AND state = 'computed' AND outcome <> 'self_purchase'
    AND occurred_at >= %s AND occurred_at < %s
    AND (occurred_at > %s OR {key} COLLATE "C" > %s)
    ORDER BY occurred_at, {key} COLLATE "C" LIMIT %s
"""
_BETWEEN: Final = """
    program_id = %s AND state = 'computed' AND outcome <> 'self_purchase'
    AND occurred_at >= %s AND occurred_at < %s
"""
_TOTALS: Final = """
    SELECT partner_id::text, currency, starts_on, sales_minor, sales_count, quantity,
           commission_minor, clicks, leads
    FROM commissions_tally WHERE program_id = %s AND grain = 'day' AND starts_on < %s
"""


@dataclass
class Difference:
    """One partner's sums in one currency."""

    sales: int = 0
    now: int = 0
    then: int = 0
    gained: int = 0
    lost: int = 0


@dataclass
class Comparison:
    """What two books pay for the same events, by partner and currency, and what pays instead.

    `net` is what was sold in each currency, less refunds; `count` in how many sales, where one
    that partners share is one.
    """

    partners: defaultdict[tuple[str, str], Difference] = field(
        default_factory=lambda: defaultdict(Difference)
    )
    moves: defaultdict[tuple[str, str, str], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    net: Counter[str] = field(default_factory=Counter)
    count: Counter[str] = field(default_factory=Counter)
    sales: int = 0

    def top_moves(self) -> list[dict[str, Any]]:
        """The largest changes of what pays, by how many sales they touch."""
        rows = sorted(self.moves.items(), key=lambda item: (-item[1][0], item[0]))
        return [
            {"from": old, "to": new, "currency": currency, "sales": n, "difference": amount}
            for (old, new, currency), (n, amount) in rows[:MOST_MOVES]
        ]


class Comparer:
    """Streams a period's events through both books. `advance` yields how many are done."""

    def __init__(self, program: Program, now: Book, then: Book, since: date, until: date) -> None:
        name = str(program.pk)
        self.program = name
        both = Book.of([*now.rules, *then.rules])
        self.world = World.of(program.seller_id, {name: both})
        zone = self.world.zone
        self.start = datetime.combine(since, datetime.min.time(), zone)
        self.end = datetime.combine(until + timedelta(days=1), datetime.min.time(), zone)
        self.folds = [Fold({name: book}, self._past(since)) for book in (now, then)]
        self.looks_back = both.looks_back
        self.refunds = self._refunds()
        self.refunded = {refund.of for refund in self.refunds}
        for fold in self.folds:
            fold.keeps_all = False
        self.found = Comparison()

    def total(self) -> int:
        """How many sales lie in the period."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM tracking_sale WHERE "  # noqa: S608  a part of our own
                + _BETWEEN,
                [self.program, self.start, self.end],
            )
            return int(cursor.fetchone()[0])

    def chunks(self) -> Iterator[int]:
        """Do the period chunk by chunk; how many sales are done after each."""
        place, reached = (self.start, ""), self.start
        while True:
            sales = reading.select(
                self.world,
                _NEXT.format(key="external_id"),
                [self.program, place[0], self.end, *place, CHUNK],
            )
            over = len(sales) < CHUNK
            until = self.end if over else sales[-1].at
            self._do(sales, reached, until)
            self.found.sales += len(sales)
            yield self.found.sales
            if over:
                break
            place, reached = sales[-1].place, until
        self._settle_refunds()

    def _do(self, sales: Sequence[Source], since: datetime, until: datetime) -> None:
        occasions = reading.select_occasions(self.world, _BETWEEN, [self.program, since, until])
        sources = sorted([*sales, *occasions], key=lambda source: source.place)
        if self.looks_back and sources:
            for fold in self.folds:
                remembering.recall_customers(fold.past, sources, (self.start, ""))
        for source in sources:
            if source.event is not None:
                self._event(source.event)

    def _event(self, event: Event) -> None:
        self._refund_until(event.place)
        now, then = (fold.event(event).earned for fold in self.folds)
        if event.id in self.refunded:
            for fold, earned in zip(self.folds, (now, then), strict=True):
                fold.keep(event, earned)
        self._compare(event, now, then)

    def _compare(self, event: Event, now: Sequence[Earned], then: Sequence[Earned]) -> None:
        for partner, _net, _units in counted_for(event):
            self._compare_for(partner, event, now, then)
        if event.kind in SALES:
            self.found.count[event.currency] += 1
            self.found.net[event.currency] += event.net
        for one in now:
            self.found.partners[one.member.partner, one.amount.unit].now += one.amount.final
        for one in then:
            self.found.partners[one.member.partner, one.amount.unit].then += one.amount.final
        before, after = _sum(now, event.currency), _sum(then, event.currency)
        if before != after:
            names = (*_moved(now, then, event.currency), event.currency)
            self.found.moves[names][0] += 1
            self.found.moves[names][1] += after - before

    def _compare_for(
        self, partner: str, event: Event, now: Sequence[Earned], then: Sequence[Earned]
    ) -> None:
        """What a partner gains or loses by an event that he brought, his recruiters included."""
        own = self.found.partners[partner, event.currency]
        own.sales += event.kind in SALES
        before, after = _sum(now, event.currency, partner), _sum(then, event.currency, partner)
        own.gained += after > before
        own.lost += after < before

    # Refunds, each at its own time

    def _refunds(self) -> list[Refunded]:
        rows = Refund.objects.filter(
            program_id=self.program,
            kind=Refund.Kind.REFUND,
            state=Refund.State.COMPUTED,
            sale__occurred_at__gte=self.start,
            sale__occurred_at__lt=self.end,
        ).select_related("sale")
        found = [
            Refunded(
                str(row.pk),
                str(row.sale_id),
                LAST + row.external_id,
                max(row.occurred_at, row.sale.occurred_at),
                row.amount_minor,
                returned(row).by_sku,
            )
            for row in rows
            if row.sale is not None
        ]
        return sorted(found, key=lambda one: one.place, reverse=True)

    def _refund_until(self, place: tuple[datetime, str]) -> None:
        while self.refunds and self.refunds[-1].place < place:
            self._refund(self.refunds.pop())

    def _settle_refunds(self) -> None:
        while self.refunds:
            self._refund(self.refunds.pop())

    def _refund(self, refund: Refunded) -> None:
        known = self.folds[0].known.get(refund.of)
        if known is not None:
            self.found.net[known.event.currency] -= refund.amount
        for fold, name in zip(self.folds, ("now", "then"), strict=True):
            for one, back in fold.refund(refund):
                own = self.found.partners[one.member.partner, one.amount.unit]
                setattr(own, name, getattr(own, name) - back)

    # What stood before the period

    def _past(self, since: date) -> Past:
        past = Past(self.world.zone)
        with connection.cursor() as cursor:
            cursor.execute(_TOTALS, [self.program, since])
            rows = cursor.fetchall()
        for partner, currency, day, net, count, quantity, earned, clicks, leads in rows:
            totals = past.totals_of(self.program, partner, currency)
            totals.put(day, net, count, quantity)
            totals.commission += earned
            past.clicks[self.program, partner] += clicks
            past.leads[self.program, partner] += leads
        for rule in self.world.books[self.program].rules:
            for per, window in rule.counted:
                counted = recounting.uses_before(rule.rule_id, per, window, self.start)
                past.used.update(counted)
        return past


def _moved(now: Sequence[Earned], then: Sequence[Earned], currency: str) -> tuple[str, str]:
    """The rule that pays most less, and the one that pays most more, by name.

    Where it is one rule that pays another amount, both are it; "" where nothing paid or pays.
    """
    before, after = _paid(now, currency), _paid(then, currency)
    changes = {
        key: after.get(key, NOTHING)[0] - before.get(key, NOTHING)[0] for key in [*before, *after]
    }
    loses = min(changes, key=lambda key: (changes[key], key))
    gains = max(changes, key=lambda key: (changes[key], key))
    old = loses if changes[loses] < 0 else gains
    new = gains if changes[gains] > 0 else loses
    return before.get(old, NOTHING)[1], after.get(new, NOTHING)[1]


def _sum(earned: Sequence[Earned], currency: str, partner: str = "") -> int:
    """What pays in a currency, of all or on what one partner brought."""
    return sum(
        one.amount.final
        for one in earned
        if one.amount.unit == currency
        and (not partner or (one.of or one).member.partner == partner)
    )


def _paid(earned: Sequence[Earned], currency: str) -> dict[str, tuple[int, str]]:
    """Amount and name by rule, of what pays in the event's own currency."""
    found: dict[str, tuple[int, str]] = {}
    for one in earned:
        if one.amount.unit == currency:
            key = one.rule.rule_id
            found[key] = found.get(key, NOTHING)[0] + one.amount.final, one.rule.name
    return found
