"""The arithmetic of settlements, on plain numbers: minor units, exact rates, one rounding each.

Each period is computed from what is known of it now, whatever was settled before. What a party is
owed so far is the sum over all periods, and a settlement pays the difference to what earlier ones
paid. So the total never depends on when a sale, a refund or a report arrived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from prm.money import largest_remainder, proportion, round_half_up


@dataclass(frozen=True)
class Step:
    """From `start` minor units of net sales on, this rate in percent."""

    start: int
    rate: Decimal


@dataclass(frozen=True)
class Slice:
    """A stretch of net sales at one rate: `exact` minor units, not yet rounded."""

    base: int
    rate: Decimal
    exact: Decimal


@dataclass(frozen=True)
class Royalty:
    """A royalty in minor units, rounded once, with the slices it is made of."""

    amount: int
    slices: tuple[Slice, ...]


def royalty(net: int, rate: Decimal, steps: Sequence[Step] = ()) -> Royalty:
    """Percent of net sales, each slice at its own rate; below the first step `rate` applies.

    `steps` ascend. Negative net sales (more refunds than sales) take back at `rate`.
    """
    edges = [Step(0, rate), *steps]
    slices = []
    for edge, above in zip(edges, [*edges[1:], None], strict=True):
        top = net if above is None else min(net, above.start)
        base = top - edge.start
        if base > 0 or (base < 0 and edge is edges[0]):
            slices.append(Slice(base, edge.rate, Decimal(base) * edge.rate / 100))
    exact = sum((one.exact for one in slices), Decimal(0))
    return Royalty(round_half_up(exact), tuple(slices))


def top_up(earned: int, guarantee: int) -> int:
    """What is missing from `earned` to the guaranteed amount, 0 where it is reached."""
    return max(guarantee - earned, 0)


def cut_to_days(amount: int, days: int, full_days: int) -> int:
    """The part of an amount for so many days of a whole period, rounded half-up."""
    return amount if days >= full_days else proportion(amount, days, full_days)


@dataclass(frozen=True)
class Recouped:
    """What of a period's earnings was set against the advance, and what is left of that."""

    amount: int
    left: int


def recoup(earned: Sequence[int], granted: Sequence[int]) -> list[Recouped]:
    """For each period how much of `earned` goes against the advances granted up to its end.

    Never more than was granted and not yet recouped; a period that earned nothing recoups nothing.
    """
    left, rows = 0, []
    for one, more in zip(earned, granted, strict=True):
        left += more
        amount = min(max(one, 0), left)
        left -= amount
        rows.append(Recouped(amount, left))
    return rows


@dataclass(frozen=True)
class Result:
    """One party's result of a period: his part, plus cost he bore, less revenue he holds."""

    part: int
    cost: int
    revenue: int

    @property
    def owed(self) -> int:
        """What he is owed; negative where he owes."""
        return self.part + self.cost - self.revenue


def share(
    parts: Mapping[str, int], revenue: Mapping[str, int], cost: Mapping[str, int]
) -> dict[str, Result]:
    """Revenue less cost, shared by parts; a loss is shared alike.

    `revenue` says who holds how much, `cost` who bore how much. The parts sum to the whole, and
    what all are owed sums to 0. Somebody without a part may hold revenue or bear cost.
    """
    names = [*parts, *sorted((set(revenue) | set(cost)) - set(parts))]
    whole = sum(revenue.values()) - sum(cost.values())
    shares = dict(zip(parts, largest_remainder(whole, list(parts.values())), strict=True))
    return {
        name: Result(shares.get(name, 0), cost.get(name, 0), revenue.get(name, 0)) for name in names
    }


def fee_per_unit(quantity: int, amount: int) -> int:
    """A fee for each unit that moved."""
    return quantity * amount


def fee_percent(net: int, rate: Decimal) -> int:
    """A percentage of what moved, rounded half-up."""
    return round_half_up(Decimal(net) * rate / 100)
