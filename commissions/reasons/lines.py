"""A stored trace in the reader's words: one sentence per line of earnings.

The sentence has two parts: `what` it is (12 % of IDR 300,000) and `why` (because the customer came
by your link). Partners read it as "you"; staff read of "the partner". Nobody else is ever named.
"""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from commissions.models import Commission
from commissions.reasons import credited, paid, settled
from commissions.reasons.figures import PARTNER, Reason, amount_text
from commissions.reasons.stopped import is_chargeback, stop_words


def sentence(line: Commission, audience: str = PARTNER) -> str:
    """Why the amount of `line` is what it is, in the active language."""
    return str(reason(line, audience))


def reason(line: Commission, audience: str = PARTNER) -> Reason:
    """The sentence in its two parts. `audience` is `partner` or `staff`."""
    if "settled" in line.trace:
        return settled.words_of(line).reason(line, audience)
    return BY_KIND[line.kind](line, audience)


def stop_text(line: Commission) -> str:
    """Why a line is held or was rejected: what staff wrote, or what the engine found."""
    return stop_words(line.reason)


def _commission(line: Commission, audience: str) -> Reason:
    why = credited.why(line, audience) + "."
    if line.reversed_minor:
        why += " " + _("%(amount)s of it went back.") % {
            "amount": amount_text(line.reversed_minor, line.currency)
        }
    return Reason(paid.what(line) + paid.part(line, audience), why)


def _correction(line: Commission, _audience: str) -> Reason:
    facts: dict[str, Any] = line.trace["correction"]
    values = {
        "was": amount_text(facts["was"], line.currency),
        "now": amount_text(facts["now"], line.currency),
        "sale": str(line.sale or line.occasion or ""),
        "late": ", ".join(facts["because"]),
    }
    what = _("Corrects %(was)s to %(now)s") % values
    if not facts["because"]:
        why = _(", because a refund of an earlier order changes what %(sale)s pays.") % values
    else:
        why = _(", because %(late)s came late and lies before %(sale)s.") % values
    return Reason(what, why + _carried(line))


def _reversal(line: Commission, _audience: str) -> Reason:
    facts: dict[str, Any] = line.trace["reversal"]
    values = {
        "earned": amount_text(facts["earned_minor"], line.currency),
        "refund": amount_text(facts["refund_minor"], line.currency),
        "sold": amount_text(facts["sold_minor"], line.currency),
        "sale": facts["sale"],
    }
    whole = facts["refunded_so_far"] == facts["sold_minor"]
    charged = is_chargeback(facts["reason"])
    if whole and not facts["reversed_before"]:
        what = _("Takes back all of %(earned)s")
        why = _(", because order %(sale)s was refunded whole.")
        if charged:
            why = _(", because all of order %(sale)s was charged back by the customer’s bank.")
    elif whole:
        what = _("Takes back the rest of %(earned)s")
        why = _(", because order %(sale)s is now refunded whole.")
        if charged:
            why = _(", because the rest of order %(sale)s was charged back by the customer’s bank.")
    else:
        what = _("Takes back its part of %(earned)s")
        why = _(", because %(refund)s of %(sold)s was refunded on order %(sale)s.")
        if charged:
            why = _(
                ", because %(refund)s of %(sold)s on order %(sale)s was charged back by the "
                "customer’s bank."
            )
    return Reason(what % values, why % values + _carried(line))


def _carried(line: Commission) -> str:
    if line.reason != "carried":
        return ""
    return " " + _("It was already in a payout, so it lowers the next one.")


def _credit_note(line: Commission, _audience: str) -> Reason:
    what = paid.what(line)
    return Reason(
        _("Takes back %(what)s") % {"what": what[:1].lower() + what[1:]},
        _(", because the seller gave the money back by a credit note."),
    )


def _adjustment(line: Commission, _audience: str) -> Reason:
    facts: dict[str, Any] = line.trace["adjustment"]
    values = {"who": facts["by"], "reason": facts.get("reason", line.reason)}
    return Reason(_("Set by hand by %(who)s") % values, _(": %(reason)s") % values)


BY_KIND: Final[dict[str, Callable[[Commission, str], Reason]]] = {
    Commission.Kind.COMMISSION: _commission,
    Commission.Kind.REVERSAL: _reversal,
    Commission.Kind.CREDIT_NOTE: _credit_note,
    Commission.Kind.ADJUSTMENT: _adjustment,
    Commission.Kind.CORRECTION: _correction,
}
"""Kinds with a sentence of their own; the others are settled and bring theirs."""
