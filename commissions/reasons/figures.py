"""Amounts, rates and the two halves of a sentence, in the active language."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language

from prm.money import exponent, to_major

PARTNER = "partner"
STAFF = "staff"
GAP = "\u00a0"


@dataclass(frozen=True)
class Reason:
    """A sentence in two parts; `str()` joins them."""

    what: str
    why: str

    def __str__(self) -> str:
        return self.what + self.why


def amount_text(minor: int, currency: str) -> str:
    """`EUR 1,284.60` in the active language's digits."""
    return f"{currency}{GAP}{digits_text(minor, currency)}"


def digits_text(minor: int | Decimal, currency: str, extra: int = 0) -> str:
    """`1,284.60` with a true minus; `extra` shows so many decimals beyond the minor unit."""
    digits = exponent(currency)
    if currency == "IDR" and not extra and minor % 100 == 0:
        digits = 0
    places = digits + extra
    pattern = "#,##0" + ("." + "0" * places if places else "")
    major = Decimal(minor).scaleb(-exponent(currency)) if extra else to_major(int(minor), currency)
    text = format_decimal(abs(major), format=pattern, locale=locale())
    return f"{'−' if minor < 0 else ''}{text}"


def fine_digits(exact: Decimal) -> int:
    """How many decimals beyond the minor unit an exact amount has."""
    exponent_of = exact.normalize().as_tuple().exponent
    return max(0, -exponent_of) if isinstance(exponent_of, int) else 0


def number(text: str) -> str:
    """A rate's digits by the active language."""
    return str(format_decimal(Decimal(text), locale=locale()))


def locale() -> str:
    """The active language as Babel names it."""
    return (get_language() or "en").replace("-", "_")
