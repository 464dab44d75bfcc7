"""How much each counted click weighs, by model. Weights are whole numbers and never 0."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal
from math import gcd
from typing import Final

MODELS: Final = ("last_click", "first_click", "linear", "position", "time_decay")
HALF_LIFE: Final = timedelta(days=7)
FINENESS: Final = 2**40
"""Weight of the latest click in time decay: whole half-lives stay exact down to 280 days."""

_PRECISE: Final = Context(prec=40)


def weights(model: str, clicked: Sequence[datetime]) -> list[int]:
    """A weight for each click, oldest first; 0 for one that does not count in this model."""
    count = len(clicked)
    if count == 1:
        return [1]
    if model == "first_click":
        found = [1] + [0] * (count - 1)
    elif model == "linear":
        found = [1] * count
    elif model == "position":
        found = _by_position(count)
    elif model == "time_decay":
        found = [_decayed(clicked[-1] - at) for at in clicked]
    else:
        found = [0] * (count - 1) + [1]
    common = gcd(*found)
    return [weight // common for weight in found]


def _by_position(count: int) -> list[int]:
    """40 % for the first and for the last click, 20 % for those between; two share alike."""
    between = count - 2
    if between <= 0:
        return [1] * count
    return [2 * between, *[1] * between, 2 * between]


def _decayed(age: timedelta) -> int:
    """Half of it for each seven days (of 24 h) before the latest click, at least 1.

    Only the ratios of ages count, so that the latest click is as good a start as the sale.
    """
    halvings, rest = divmod(age, HALF_LIFE)
    left = FINENESS >> halvings
    if rest and left:
        part = Decimal(rest // timedelta(microseconds=1)) / (HALF_LIFE // timedelta(microseconds=1))
        left = int((Decimal(left) / _PRECISE.power(2, part)).to_integral_value())
    return max(left, 1)
