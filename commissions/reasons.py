"""A stored trace in the reader's words: one sentence per line of earnings."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commissions.models import Commission
from prm.money import exponent, to_major


def sentence(line: Commission) -> str:
    """Why the amount of `line` is what it is, in the active language."""
    by_kind: dict[str, Callable[[Commission], str]] = {
        Commission.Kind.COMMISSION: _commission,
        Commission.Kind.REVERSAL: _reversal,
        Commission.Kind.CREDIT_NOTE: _credit_note,
        Commission.Kind.ADJUSTMENT: _adjustment,
    }
    return by_kind[line.kind](line)


def rate_text(line: Commission) -> str:
    """The rate column: `7.5 %`, `flat`, or nothing."""
    amount = line.trace.get("amount", {})
    if amount.get("type") == "percent":
        return f"{_number(amount['rate'])} %"
    return _("flat") if amount.get("type") == "flat" else ""


def amount_text(minor: int, currency: str) -> str:
    """`EUR 1,284.60` in the active language's digits."""
    digits = exponent(currency)
    if currency == "IDR" and minor % 100 == 0:
        digits = 0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(to_major(abs(minor), currency), format=pattern, locale=_locale())
    return f"{currency} {'−' if minor < 0 else ''}{text}"


def _commission(line: Commission) -> str:
    text = _("%(what)s, %(why)s.") % {"what": _what(line), "why": _credit(line)}
    if line.reversed_minor:
        text += " " + _("%(amount)s of it went back.") % {
            "amount": amount_text(line.reversed_minor, line.currency)
        }
    return text


def _what(line: Commission) -> str:
    amount: dict[str, Any] = line.trace["amount"]
    base = amount_text(amount["base"], line.currency)
    if amount["type"] == "percent":
        values = {"rate": _number(amount["rate"]), "base": base}
        if amount["base_of"] == "gross":
            return _("%(rate)s %% of %(base)s with tax and shipping") % values
        return _("%(rate)s %% of %(base)s") % values
    flat = amount_text(amount["rounded"], line.currency)
    if amount["final"] < amount["rounded"]:
        return _("Flat %(flat)s, cut to %(final)s, the amount sold") % {
            "flat": flat,
            "final": amount_text(amount["final"], line.currency),
        }
    return _("Flat %(flat)s") % {"flat": flat}


def _credit(line: Commission) -> str:
    credit: dict[str, Any] = line.trace["credit"]
    if credit["method"] == "click":
        return _("because the customer came by your link %(link)s") % credit
    if credit["method"] == "link":
        return _("because the sale named your link %(link)s") % credit
    return _("because the seller named you for this sale")


def _reversal(line: Commission) -> str:
    facts: dict[str, Any] = line.trace["reversal"]
    values = {
        "earned": amount_text(facts["earned_minor"], line.currency),
        "refund": amount_text(facts["refund_minor"], line.currency),
        "sold": amount_text(facts["sold_minor"], line.currency),
        "sale": facts["sale"],
    }
    if facts["refunded_so_far"] == facts["sold_minor"]:
        text = _("Takes back the rest of %(earned)s, because all of order %(sale)s was refunded.")
    else:
        text = _(
            "Takes back its part of %(earned)s, because %(refund)s of %(sold)s was refunded"
            " on order %(sale)s."
        )
    carried = ""
    if line.reason == "carried":
        carried = " " + _("It was already in a payout, so it lowers the next one.")
    return text % values + carried


def _credit_note(line: Commission) -> str:
    return _("Takes back %(what)s, because the seller gave it back by a credit note.") % {
        "what": _lower_first(_what(line))
    }


def _adjustment(line: Commission) -> str:
    return _("Set by hand by %(who)s: %(reason)s") % {
        "who": line.trace["adjustment"]["by"],
        "reason": line.reason,
    }


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _number(text: str) -> str:
    return format_decimal(Decimal(text), locale=_locale())


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
