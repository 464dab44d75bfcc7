"""Events and refunds in order of time, folded into what each of them earns and takes back.

The engine runs this over what waits (and, when something came late, over what follows it), the
simulation over a past period with other rules. Results are a function of the events alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from commissions.rules import refunds
from commissions.rules.book import Book, Computed, Earned
from commissions.rules.facts import Event
from commissions.rules.history import Past
from commissions.rules.refunds import Returned


@dataclass(slots=True)
class Refunded:
    """A refund of the event `of`, at its own time; `by_sku` where lines were given."""

    id: str
    of: str
    key: str
    at: datetime
    amount: int
    by_sku: tuple[tuple[str, int], ...] = ()

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place among the events."""
        return self.at, self.key


Entry = Event | Refunded


@dataclass(slots=True)
class Line:
    """What one rule paid one partner for one event: earned, and taken back by refunds since."""

    event: Event
    earned: Earned

    @property
    def net(self) -> int:
        """Earned less taken back, in the amount's unit."""
        return self.earned.amount.final - self.earned.taken


@dataclass(slots=True)
class Known:
    """A sale that refunds may still reach: its earnings, and what came back so far."""

    event: Event
    earned: list[Earned]
    returned: list[Returned] = field(default_factory=list)


class Fold:
    """The state of a run: takes entries in order of place, says what each does."""

    def __init__(self, books: Mapping[str, Book], past: Past) -> None:
        self.books = books
        self.past = past
        self.known: dict[str, Known] = {}
        self.keeps_all = True

    def event(self, event: Event) -> Computed:
        """What an event earns; counted for those that follow."""
        computed = self.books[event.program].compute(event, self.past)
        for one in computed.earned:
            self._count(one, event, one.amount.final)
        self.past.add(event)
        if self.keeps_all:
            self.keep(event, computed.earned)
        return computed

    def keep(self, event: Event, earned: list[Earned]) -> None:
        """Know a sale that refunds will reach, where not all are kept."""
        self.known[event.id] = Known(event, earned)

    def refund(self, refund: Refunded) -> list[tuple[Earned, int]]:
        """What a refund takes back of each earning of its sale; nothing of an unknown sale.

        An amount may be negative: a refund by line moves what earlier refunds without lines
        were spread over.
        """
        known = self.known.get(refund.of)
        if known is None:
            return []
        known.returned.append(Returned(refund.amount, refund.by_sku))
        parts = refunds.refunded_parts(known.event.items, known.returned)
        found = []
        for one in known.earned:
            back = taken_of(one, known.event, parts) - one.taken
            if back:
                one.taken += back
                self._count(one, known.event, -back)
                found.append((one, back))
        return found

    def _count(self, one: Earned, event: Event, amount: int) -> None:
        self.past.pay(
            one.rule, event, one.member.partner, amount, one.amount.unit, own=one.of is None
        )


def taken_of(one: Earned, event: Event, parts: list[Fraction]) -> int:
    """How much refunds have taken of an earning in all, `parts` of the event's items being back.

    An override is taken back as the commission is that it pays on, which must be up to date.
    """
    if one.of is not None:
        on = one.of
        return refunds.reversed_of(one.amount.final, Fraction(on.taken, on.amount.final))
    return refunds.reversed_of(one.amount.final, refunds.part_of(event.items, parts, one.won))


def replay(books: Mapping[str, Book], entries: Iterable[Entry], past: Past) -> Iterator[Line]:
    """Every line that events and refunds come to, from the beginning; entries in any order."""
    fold = Fold(books, past)
    for entry in sorted(entries, key=lambda one: one.place):
        if isinstance(entry, Event):
            fold.event(entry)
        else:
            fold.refund(entry)
    for known in fold.known.values():
        for one in known.earned:
            yield Line(known.event, one)
