"""Points and stamp cards as arithmetic. Pure; points are whole numbers."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from typing import Any

from prm.money import largest_remainder

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lot:
    """Points earned at once: `points` less what refunds took back, `expired` written off so far."""

    key: str
    earned_at: datetime
    points: int
    expired: int = 0
    expires_at: datetime | None = None

    @property
    def capacity(self) -> int:
        """What of it could be used, ever: never below 0."""
        return max(0, self.points - self.expired)


@dataclass(frozen=True)
class Left:
    """What is left of a lot."""

    lot: Lot
    points: int


@dataclass(frozen=True)
class Standing:
    """What a member has: the lots, oldest first, and a `debt` that no lot covers."""

    lots: tuple[Left, ...]
    debt: int = 0

    @property
    def spendable(self) -> int:
        """Points to use now; below zero while refunds took back more than was left."""
        return sum(left.points for left in self.lots) - self.debt


@dataclass(frozen=True)
class Due:
    """Points of one lot to write off; negative where a refund took back what had expired."""

    key: str
    points: int


def standing(lots: Iterable[Lot], used: int) -> Standing:
    """Lay `used` points over the lots, the oldest first. Order of `lots` does not matter."""
    rest, found = used, []
    for lot in sorted(lots, key=lambda one: (one.earned_at, one.key)):
        taken = min(lot.capacity, rest)
        rest -= taken
        found.append(Left(lot, lot.capacity - taken))
    return Standing(tuple(found), rest)


def due(now_has: Standing, now: datetime) -> list[Due]:
    """What is to be written off: what is left of each lot whose time is over.

    A lot of which more expired than is left of its earning, since a refund came later, gets the
    difference back: the refund took what was gone already.
    """
    found = []
    for left in now_has.lots:
        lot = left.lot
        if lot.expired > max(0, lot.points):
            found.append(Due(lot.key, max(0, lot.points) - lot.expired))
        elif left.points and lot.expires_at is not None and lot.expires_at <= now:
            found.append(Due(lot.key, left.points))
    return found


def expiring(now_has: Standing, after: datetime, until: datetime) -> tuple[int, datetime | None]:
    """Points that expire in `(after, until]`, and when the first of them does."""
    ends = [
        (left.lot.expires_at, left.points)
        for left in now_has.lots
        if left.points and left.lot.expires_at is not None and after < left.lot.expires_at <= until
    ]
    return sum(points for _at, points in ends), min((at for at, _points in ends), default=None)


def next_expiry(now_has: Standing, after: datetime) -> tuple[int, datetime | None]:
    """How many points go at the next expiry, and when; (0, None) where nothing does."""
    moments = [
        left.lot.expires_at
        for left in now_has.lots
        if left.points and left.lot.expires_at is not None and left.lot.expires_at > after
    ]
    if not moments:
        return 0, None
    first = min(moments)
    return sum(left.points for left in now_has.lots if left.lot.expires_at == first), first


def expires_at(earned_at: datetime, months: int | None, zone: tzinfo) -> datetime | None:
    """The end of the day `months` months later, in `zone`; the 31st clamps to the month's end."""
    if months is None:
        return None
    day = earned_at.astimezone(zone).date()
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    last = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    return datetime.combine(last + _DAY, time.min, zone)


# Stamp cards


@dataclass(frozen=True)
class Stamps:
    """Units of one purchase in a row: how many, and the exact net of one in minor units."""

    at: datetime
    sale: str
    count: int
    unit: Fraction


@dataclass(frozen=True)
class Completed:
    """A full card: its number from 1, and what its units were worth, in minor units."""

    number: int
    at: datetime
    sale: str
    cheapest: int
    average: int


def completed(stamps: Sequence[Stamps], every: int) -> list[Completed]:
    """The cards that `stamps`, in event order, fill. What is over is `filled`."""
    cards: list[Completed] = []
    units: list[tuple[Fraction, int]] = []
    on_card = 0
    for run in stamps:
        rest = run.count
        while rest:
            taken = min(rest, every - on_card)
            units.append((run.unit, taken))
            on_card, rest = on_card + taken, rest - taken
            if on_card == every:
                cards.append(_card(len(cards) + 1, run, units, every))
                units, on_card = [], 0
    return cards


def filled(stamps: Sequence[Stamps], every: int) -> int:
    """Stamps on the card that is not full yet."""
    return sum(run.count for run in stamps) % every


def stamps_of_sale(
    at: datetime,
    sale: str,
    net: int,
    lines: Sequence[Mapping[str, Any]],
    returned: Mapping[str, int],
    *,
    counts: str,
    category: str,
    skus: Iterable[str],
) -> list[Stamps]:
    """What one sale puts on a card, less the `returned` quantities by sku (the last lines first).

    A sale without lines is one unit, unless the card wants certain goods.
    """
    wanted = frozenset(skus)
    if not lines:
        return [] if category or wanted else [Stamps(at, sale, 1, Fraction(net))]
    kept = [
        Stamps(at, sale, count, Fraction(int(line["net"]), int(line["quantity"])))
        for line, count in _kept(lines, returned)
        if count and _fits(line, category, wanted)
    ]
    if counts == "items" or not kept:
        return kept
    return [Stamps(at, sale, 1, sum((run.unit * run.count for run in kept), Fraction(0)))]


def dealt(stamps: Sequence[Stamps], weights: Sequence[int], place: int) -> list[Stamps]:
    """What the one at `place` gets of a sale's stamps that several share by their `weights`.

    How many each gets is by largest remainder; the units are dealt out in the order of the sale.
    """
    parts = largest_remainder(sum(run.count for run in stamps), weights)
    first = sum(parts[:place])
    last, begins, found = first + parts[place], 0, []
    for run in stamps:
        ends = begins + run.count
        count = min(ends, last) - max(begins, first)
        if count > 0:
            found.append(replace(run, count=count))
        begins = ends
    return found


def _kept(
    lines: Sequence[Mapping[str, Any]], returned: Mapping[str, int]
) -> list[tuple[Mapping[str, Any], int]]:
    """Each line with the quantity that was not returned, in the order of the sale."""
    rest = dict(returned)
    found = []
    for line in reversed(lines):
        sku, quantity = str(line.get("sku", "")), max(0, int(line.get("quantity", 0)))
        back = min(quantity, rest.get(sku, 0))
        rest[sku] = rest.get(sku, 0) - back
        found.append((line, quantity - back))
    return found[::-1]


def _fits(line: Mapping[str, Any], category: str, skus: frozenset[str]) -> bool:
    if category and str(line.get("category", "")).casefold() != category.casefold():
        return False
    return not skus or str(line.get("sku", "")) in skus


def _card(
    number: int, last: Stamps, units: Sequence[tuple[Fraction, int]], every: int
) -> Completed:
    total = sum((unit * count for unit, count in units), Fraction(0))
    cheapest = min(unit for unit, _count in units)
    return Completed(number, last.at, last.sale, _half_up(cheapest), _half_up(total / every))


def _half_up(value: Fraction) -> int:
    """Units are never below zero: a line's discount is at most its price."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
