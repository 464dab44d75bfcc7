"""Amounts as people read them: code before the amount, digits by the reader's locale.

Amounts come in integer minor units beside their currency; `prm.money` knows the exponents.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import Locale
from babel.numbers import NumberPattern, format_compact_decimal, parse_pattern
from django.utils.translation import get_language, ngettext, to_locale

from prm.money import LOYALTY_POINTS, exponent, to_major

MINUS = "−"
# Their minor unit is out of use: shown only where an amount really has one.
_WHOLE = frozenset({"IDR", "COP", "HUF", "LAK", "MMK", "IRR", "LBP", "TZS", "UZS"})
_SHORT_FROM = 1_000_000


@dataclass(frozen=True)
class Shown:
    """An amount ready to show: `code`, `digits` with a true minus, whether below zero.

    Loyalty points are no currency: their word stands behind the digits, and no code before them.
    """

    code: str
    digits: str
    negative: bool

    @property
    def is_points(self) -> bool:
        """Whether these are points and no money."""
        return self.code == LOYALTY_POINTS

    def __str__(self) -> str:
        if self.is_points:
            count = 1 if self.digits.lstrip(MINUS) == "1" else 2
            return ngettext("%(points)s point", "%(points)s points", count) % {
                "points": self.digits
            }
        return f"{self.code} {self.digits}"


def reader_locale() -> Locale:
    """The Babel locale of the active language."""
    return _locale(get_language() or "en")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(to_locale(language))


@cache
def _pattern(decimals: int | None) -> NumberPattern:
    if decimals is None:
        return parse_pattern("#,##0.###")
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


def number(value: Decimal | float, decimals: int | None = None) -> str:
    """`value` by the reader's locale with a true minus; `decimals` fixes those shown."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text: str = _pattern(decimals).apply(abs(exact), reader_locale())
    return MINUS + text if exact < 0 else text


def percent(rate: Decimal | float, decimals: int | None = None) -> str:
    """`rate` (12.5 means 12.5 %) with a narrow gap before the sign."""
    return f"{number(rate, decimals)}\u00a0%"


def digits_of(minor: int, currency: str) -> int:
    """How many decimals to show for this amount."""
    places = exponent(currency)
    if currency in _WHOLE and minor % 10**places == 0:
        return 0
    return places


def exact(minor: int, currency: str) -> Shown:
    """`minor` units of `currency`, exact: `EUR 1,284.60`, `IDR 4,316,250`, `USD −42.10`."""
    text = number(to_major(minor, currency), digits_of(minor, currency))
    return Shown(currency, text, minor < 0)


def short(minor: int, currency: str) -> Shown:
    """Short form for tiles: `IDR 1.284 bn`; below a million it is exact."""
    major = to_major(minor, currency)
    if abs(major) < _SHORT_FROM:
        return exact(minor, currency)
    locale = reader_locale()
    rounded = _four_figures(abs(major))
    text: str = format_compact_decimal(
        rounded, format_type="short", locale=locale, fraction_digits=3
    )
    if locale.language == "en":
        text = _spell_english(text)
    return Shown(currency, (MINUS if minor < 0 else "") + text, minor < 0)


def plain(minor: int, currency: str) -> str:
    """The amount as one string without markup, for mail, exports and labels."""
    return str(exact(minor, currency))


def _four_figures(value: Decimal) -> Decimal:
    """`value` rounded to four figures, so that a tile never shows more than it can hold."""
    place = value.adjusted() - 3
    return value.quantize(Decimal(1).scaleb(place), rounding=ROUND_HALF_UP)


def _spell_english(text: str) -> str:
    """CLDR writes 1.284B; read aloud and in print `bn`, `m` are clearer than letters glued on."""
    for letter, word in (("T", "tn"), ("B", "bn"), ("M", "m")):
        if text.endswith(letter):
            return f"{text[:-1]}\u00a0{word}"
    return text
