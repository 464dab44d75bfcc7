"""What a goal pays for a value, and what a contest pays for places. Pure arithmetic.

Money and points are whole numbers: minor units of a currency, or points in PTS.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from prm.money import LOYALTY_POINTS, largest_remainder, percent_of, round_half_up

NEAR_PERCENT = 80


@dataclass(frozen=True)
class Step:
    """One target: from `start` on it pays `flat` of a unit, or `rate` percent of what was earned.

    `unit` is the program's currency or PTS for flat amounts; a percentage pays in the currency
    of what was earned.
    """

    name: str
    start: int
    unit: str
    flat: int = 0
    rate: Decimal | None = None


@dataclass(frozen=True)
class Due:
    """What a step pays in one unit: an amount, or with a sign what is to be paid or taken back."""

    step: int
    unit: str
    amount: int


@dataclass(frozen=True)
class Place:
    """A participant's place in a contest; `tied` when others share it."""

    partner_id: uuid.UUID
    value: int
    place: int
    tied: bool


def step_of(content: Mapping[str, Any], currency: str) -> Step:
    """A stored step. `currency` is the program's."""
    reward = content["reward"]
    name, start = str(content["name"]), int(content["from"])
    if reward["type"] == "percent":
        return Step(name, start, "", rate=Decimal(str(reward["rate"])))
    unit = LOYALTY_POINTS if reward["type"] == "points" else currency
    return Step(name, start, unit, flat=int(reward["amount"]))


def reached(steps: Sequence[Step], value: int) -> int:
    """Number of the highest step reached, from 1; 0 for none."""
    return sum(1 for step in steps if value >= step.start)


def due(
    steps: Sequence[Step], value: int, earned: Mapping[str, int], *, all_steps: bool
) -> list[Due]:
    """What `value` pays: the highest step reached, or with `all_steps` each.

    `earned` is what the partner earned by rules in the window, by unit; the base of percentages.
    What comes to zero or below is left out.
    """
    top = reached(steps, value)
    numbers = range(1, top + 1) if all_steps else range(max(top, 1), top + 1)
    found = []
    for number in numbers:
        step = steps[number - 1]
        if step.rate is None:
            found.append(Due(number, step.unit, step.flat))
        else:
            found += [
                Due(number, unit, round_half_up(percent_of(base, step.rate)))
                for unit, base in sorted(earned.items())
            ]
    return [one for one in found if one.amount > 0]


def settle(
    wanted: Iterable[Due], paid: Iterable[Due], *, all_steps: bool, take_back: bool
) -> list[Due]:
    """What is still to be paid, or with `take_back` taken back, so that `wanted` is paid.

    With `all_steps` every step stands for itself. Else a higher step pays what it pays more than
    the steps paid before it.
    """
    owed = _sums(wanted, all_steps)
    had = _sums(paid, all_steps)
    found = []
    for key in sorted(set(owed) | set(had)):
        step, amount = owed.get(key, (0, 0))
        before_step, before = had.get(key, (0, 0))
        difference = amount - before
        if difference > 0 or (difference < 0 and take_back):
            found.append(Due(step if difference > 0 else before_step, key[1], difference))
    return found


def _sums(rows: Iterable[Due], all_steps: bool) -> dict[tuple[int, str], tuple[int, int]]:
    """(step or 0, unit) -> (highest step that paid, sum)."""
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for row in rows:
        key = (row.step if all_steps else 0, row.unit)
        step, amount = found.get(key, (0, 0))
        found[key] = (max(step, row.step), amount + row.amount)
    return found


def is_near(steps: Sequence[Step], value: int) -> int:
    """Number of the next step when at least 80 % of the way to it are done, else 0."""
    top = reached(steps, value)
    if top == len(steps):
        return 0
    return top + 1 if value * 100 >= steps[top].start * NEAR_PERCENT else 0


def missing(steps: Sequence[Step], value: int) -> int:
    """How much is missing to the next step; 0 when all are reached."""
    top = reached(steps, value)
    return steps[top].start - value if top < len(steps) else 0


def ranked(values: Mapping[uuid.UUID, int], minimum: int) -> list[Place]:
    """Everybody with at least `minimum`, and with anything at all, best first.

    Equal values share a place, and the next place is left free: 1, 2, 2, 4.
    """
    floor = max(minimum, 1)
    order = sorted(
        ((partner, value) for partner, value in values.items() if value >= floor),
        key=lambda pair: (-pair[1], pair[0]),
    )
    found: list[Place] = []
    for value, group in groupby(order, key=lambda pair: pair[1]):
        partners = [partner for partner, _value in group]
        place = len(found) + 1
        found += [Place(partner, value, place, len(partners) > 1) for partner in partners]
    return found


def prizes_of(places: Sequence[Place], prizes: Sequence[int]) -> dict[uuid.UUID, int]:
    """Who gets how much. The prizes of tied places are summed and split by largest remainder.

    What does not divide goes, unit by unit, to the partner who has been there longest. All paid
    together is the sum of the prizes of the places taken.
    """
    found: dict[uuid.UUID, int] = {}
    for place, group in groupby(places, key=lambda one: one.place):
        tied = list(group)
        pot = sum(prizes[place - 1 : place - 1 + len(tied)])
        shares = largest_remainder(pot, [1] * len(tied))
        found |= {one.partner_id: share for one, share in zip(tied, shares, strict=True) if share}
    return found
