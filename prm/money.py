"""Money arithmetic: integer minor units, Decimal rates, one rounding place.

Rounding is half-up, away from zero on negatives, so that a reversal mirrors its commission.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision
from moneyed import CURRENCIES, Money

MAX_MINOR = 10**15
"""Largest amount accepted at any boundary, in minor units."""

LOYALTY_POINTS = "PTS"


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 currency that money can be kept in."""
    return code in CURRENCIES and code not in {"XXX", "XTS", "XYZ"}


def exponent(currency: str) -> int:
    """Number of minor-unit digits of `currency` (ISO 4217 by CLDR; GBP 2, JPY 0, points 0)."""
    return 0 if currency == LOYALTY_POINTS else get_currency_precision(currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """`amount` in major units as integer minor units, rounded half-up."""
    return round_half_up(amount.scaleb(exponent(currency)))


def to_major(minor: int, currency: str) -> Decimal:
    """Integer minor units as an exact Decimal of major units."""
    return Decimal(minor).scaleb(-exponent(currency))


def to_money(minor: int, currency: str) -> Money:
    """Integer minor units as `moneyed.Money`, which refuses to mix currencies."""
    return Money(to_major(minor, currency), currency)


def round_half_up(value: Decimal) -> int:
    """Whole number nearest to `value`; halves go away from zero."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def proportion(total: int, part: int, whole: int) -> int:
    """`total * part / whole`, exact, rounded half-up. `whole` must not be 0."""
    value = Fraction(total) * part / whole
    scaled = abs(value) + Fraction(1, 2)
    magnitude = scaled.numerator // scaled.denominator
    return magnitude if value >= 0 else -magnitude


def percent_of(base: int, rate: Decimal) -> Decimal:
    """`rate` percent of `base` minor units, exact and not yet rounded."""
    return Decimal(base) * rate / 100


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` by `weights` so that parts always sum; ties go to the earlier weight.

    Raises ValueError when no weight is positive.
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    sign = -1 if total < 0 else 1
    exact = [Fraction(abs(total) * weight, whole) for weight in weights]
    parts = [int(share) for share in exact]
    missing = abs(total) - sum(parts)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:missing]:
        parts[i] += 1
    return [sign * part for part in parts]
