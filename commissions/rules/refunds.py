"""What refunds take back, in proportion to the refunded part of what a commission was for.

What comes back by line lowers the commissions on those lines; what comes back without lines is
spread over what is left of the sale, by net. So the order of refunds does not matter, and a full
refund in parts reverses exactly all.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from commissions.rules.facts import Item
from prm.money import proportion


@dataclass(frozen=True, slots=True)
class Returned:
    """One refund: what came back in all, and of it by sku."""

    amount: int
    by_sku: tuple[tuple[str, int], ...] = ()


def refunded_parts(items: Sequence[Item], refunds: Iterable[Returned]) -> list[Fraction]:
    """The refunded part of each item, from 0 to 1, after all of `refunds`."""
    net = [Fraction(item.net) for item in items]
    named: defaultdict[str, int] = defaultdict(int)
    total = 0
    for refund in refunds:
        total += refund.amount
        for sku, amount in refund.by_sku:
            named[sku] += amount
    back = _by_line(items, named)
    left = [whole - part for whole, part in zip(net, back, strict=True)]
    rest, open_net = total - sum(back), sum(left)
    if open_net:
        back = [part + rest * one / open_net for part, one in zip(back, left, strict=True)]
    whole_sale = Fraction(total, int(sum(net))) if sum(net) else Fraction(0)
    return [
        min(Fraction(1), part / whole) if whole else whole_sale
        for part, whole in zip(back, net, strict=True)
    ]


def _by_line(items: Sequence[Item], named: defaultdict[str, int]) -> list[Fraction]:
    """What came back of each item by its sku, at most its net."""
    nets: defaultdict[str, int] = defaultdict(int)
    for item in items:
        nets[item.sku] += item.net
    return [
        Fraction(min(named[item.sku], nets[item.sku]) * item.net, nets[item.sku])
        if nets[item.sku] and item.sku in named
        else Fraction(0)
        for item in items
    ]


def part_of(
    items: Sequence[Item], parts: Sequence[Fraction], won: Sequence[int] | None
) -> Fraction:
    """The refunded part of the items at the places `won` (all by default), by net."""
    places = range(len(items)) if won is None else won
    net = sum(items[place].net for place in places)
    if not net:
        return max((parts[place] for place in places), default=Fraction(0))
    return sum((parts[place] * items[place].net for place in places), Fraction(0)) / net


def reversed_of(earned: int, part: Fraction) -> int:
    """How much of a commission is taken back in all, once `part` of its base came back."""
    return proportion(earned, part.numerator, part.denominator)
