"""Numbers as people type them into a rule: `150,000`, `150.000`, `7.5`, `7,5`.

Whole text in the reader's own convention counts first, then the other one, so that a number that
was copied from elsewhere is still understood. Money is integer minor units once it is read.
"""

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal
from django.utils.translation import gettext as _

from portal import money_format
from prm.money import LOYALTY_POINTS, MAX_MINOR, exponent

OTHERS = ("en", "id")
WRITTEN = re.compile(r"[+-]?[\d.,]+")
GAPS = str.maketrans("", "", " \u00a0\u202f")


class Misread(ValueError):
    """What was typed is no number that can stand here; the message says why, with a way out."""


def decimal(text: str) -> Decimal:
    """The number in `text`; Misread where there is none."""
    plain = text.translate(GAPS).removesuffix("%")
    if not plain:
        raise Misread(_("Give a number."))
    locales = (str(money_format.reader_locale()), *OTHERS) if WRITTEN.fullmatch(plain) else ()
    for locale in locales:
        try:
            found = parse_decimal(plain, locale=locale, strict=True)
        except NumberFormatError:
            continue
        if found.is_finite():
            return found
    raise Misread(_("“%(text)s” is not a number.") % {"text": text[:40]})


def rate(text: str) -> Decimal:
    """A rate or a factor; `7,5` and `7.5` are the same, since nobody groups a rate."""
    typed = text.translate(GAPS).removesuffix("%")
    one_mark = typed.count(",") + typed.count(".") == 1
    if one_mark and typed.replace(",", "").replace(".", "").isdecimal():
        return Decimal(typed.replace(",", "."))
    return decimal(text)


def whole(text: str) -> int:
    """A whole number, not negative."""
    found = decimal(text)
    if found != found.to_integral_value() or found < 0:
        raise Misread(_("Give a whole number, like 12."))
    if found > MAX_MINOR:
        raise Misread(_("This number is too large."))
    return int(found)


def minor(text: str, unit: str) -> int:
    """An amount in minor units of `unit`, a currency or points."""
    found = decimal(text)
    places = places_of(unit)
    scaled = found.scaleb(places)
    if scaled != scaled.to_integral_value():
        if not places:
            raise Misread(_("Give a whole number, like 12."))
        message = _("%(currency)s has at most %(digits)d decimals.")
        raise Misread(message % {"currency": unit, "digits": places})
    if found < 0:
        raise Misread(_("Give an amount of 0 or more."))
    if scaled > MAX_MINOR:
        raise Misread(_("This amount is too large."))
    return int(scaled)


def places_of(unit: str) -> int:
    """Decimals of an amount; points have none."""
    return 0 if unit == LOYALTY_POINTS else exponent(unit)


def shown_minor(amount: int, unit: str) -> str:
    """An amount as one would type it: `150,000` in the reader's own convention."""
    if unit == LOYALTY_POINTS:
        return money_format.number(amount)
    return money_format.exact(amount, unit).digits.replace(money_format.MINUS, "-")


def shown(number: Decimal | float | str) -> str:
    """A number as one would type it."""
    return plain(Decimal(str(number)))


def plain(number: Decimal) -> str:
    """All its decimals, in the reader's own convention."""
    places = max(0, -int(number.normalize().as_tuple().exponent)) if number else 0
    return money_format.number(number, min(places, 6)).replace(money_format.MINUS, "-")
