"""A stored trace in the reader's words: one sentence per line of earnings.

The sentence has two parts: `what` it is (12 % of IDR 300,000) and `why` (because the customer came
by your link). Partners read it as "you"; staff read of "the partner". Nobody else is ever named.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from commissions.models import Commission
from commissions.reasons import settled
from commissions.reasons.figures import GAP, PARTNER, STAFF, Reason, amount_text, number


def sentence(line: Commission, audience: str = PARTNER) -> str:
    """Why the amount of `line` is what it is, in the active language."""
    return str(reason(line, audience))


def reason(line: Commission, audience: str = PARTNER) -> Reason:
    """The sentence in its two parts. `audience` is `partner` or `staff`."""
    by_kind: dict[str, Callable[[Commission, str], Reason]] = {
        Commission.Kind.COMMISSION: _commission,
        Commission.Kind.REVERSAL: _reversal,
        Commission.Kind.CREDIT_NOTE: _credit_note,
        Commission.Kind.ADJUSTMENT: _adjustment,
    }
    if "settled" in line.trace:
        return settled.words_of(line).reason(line, audience)
    return by_kind[line.kind](line, audience)


def rate_text(line: Commission) -> str:
    """The rate column: `7.5 %`, `flat`, or nothing."""
    amount = line.trace.get("amount", {})
    if amount.get("type") == "percent":
        return number(amount["rate"]) + GAP + "%"
    return _("flat") if amount.get("type") == "flat" else ""


def _commission(line: Commission, audience: str) -> Reason:
    why = _credit(line, audience) + "."
    if line.reversed_minor:
        why += " " + _("%(amount)s of it went back.") % {
            "amount": amount_text(line.reversed_minor, line.currency)
        }
    return Reason(_what(line), why)


def _what(line: Commission) -> str:
    amount: dict[str, Any] = line.trace["amount"]
    base = amount_text(amount["base"], line.currency)
    if amount["type"] == "percent":
        values = {"rate": rate_text(line), "base": base}
        if amount["base_of"] == "gross":
            return _("%(rate)s of %(base)s with tax and shipping") % values
        return _("%(rate)s of %(base)s") % values
    flat = amount_text(amount["rounded"], line.currency)
    if amount["final"] < amount["rounded"]:
        return _("Flat %(flat)s, cut to %(final)s, the amount sold") % {
            "flat": flat,
            "final": amount_text(amount["final"], line.currency),
        }
    return _("Flat %(flat)s") % {"flat": flat}


def _credit(line: Commission, audience: str) -> str:
    own = line.trace["rule"].get("scope") == "partner"
    if audience == STAFF:
        rate = _(", agreed with this partner") if own else ""
        return rate + _credit_for_staff(line.trace["credit"])
    rate = _(", as agreed with you") if own else ""
    return rate + _credit_for_partner(line.trace["credit"])


def _credit_for_partner(credit: dict[str, Any]) -> str:
    if credit["method"] == "click":
        return _(", because the customer came by your link %(link)s") % credit
    if credit["method"] == "link":
        return _(", because the sale named your link %(link)s") % credit
    return _(", because the seller named you for this sale")


def _credit_for_staff(credit: dict[str, Any]) -> str:
    if credit["method"] == "click":
        return _(", because the customer came by link %(link)s") % credit
    if credit["method"] == "link":
        return _(", because the sale named link %(link)s") % credit
    return _(", because the sale named the partner")


def _reversal(line: Commission, _audience: str) -> Reason:
    facts: dict[str, Any] = line.trace["reversal"]
    values = {
        "earned": amount_text(facts["earned_minor"], line.currency),
        "refund": amount_text(facts["refund_minor"], line.currency),
        "sold": amount_text(facts["sold_minor"], line.currency),
        "sale": facts["sale"],
    }
    whole = facts["refunded_so_far"] == facts["sold_minor"]
    if whole and not facts["reversed_before"]:
        what = _("Takes back all of %(earned)s")
        why = _(", because order %(sale)s was refunded whole.")
    elif whole:
        what = _("Takes back the rest of %(earned)s")
        why = _(", because order %(sale)s is now refunded whole.")
    else:
        what = _("Takes back its part of %(earned)s")
        why = _(", because %(refund)s of %(sold)s was refunded on order %(sale)s.")
    return Reason(what % values, why % values + _carried(line))


def _carried(line: Commission) -> str:
    if line.reason != "carried":
        return ""
    return " " + _("It was already in a payout, so it lowers the next one.")


def _credit_note(line: Commission, _audience: str) -> Reason:
    what = _what(line)
    return Reason(
        _("Takes back %(what)s") % {"what": what[:1].lower() + what[1:]},
        _(", because the seller gave the money back by a credit note."),
    )


def _adjustment(line: Commission, _audience: str) -> Reason:
    values = {"who": line.trace["adjustment"]["by"], "reason": line.reason}
    return Reason(_("Set by hand by %(who)s") % values, _(": %(reason)s") % values)
