"""What a line is, in words: a rate of a base, by steps, for each unit, in points, cut by limits."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from commissions.models import Commission
from commissions.reasons.figures import GAP, STAFF, amount_text, digits_text, number

Facts = Mapping[str, Any]


def what(line: Commission) -> str:
    """`12 % of IDR 300,000`, with what a cap or a limit left of it."""
    amount: Facts = line.trace["amount"]
    return _paid(line, amount) + _cut(line, amount)


def part(line: Commission, audience: str) -> str:
    """`, of which your part is 40 %`, of a sale that several partners share; else nothing."""
    share = line.trace["amount"].get("share")
    if share is None:
        return ""
    values = {
        "part": share_text(share),
        "final": amount_text(line.trace["amount"]["final"], line.currency),
    }
    words = _(", of which your part is %(part)s")
    if audience == STAFF:
        words = _(", of which this partner’s part is %(part)s")
    if line.trace["amount"]["final"] < share["part"]:
        words += _(", cut to the %(final)s that the limit left")
    return words % values


def share_text(share: Facts) -> str:
    """`33.3 %`: a part by its weight, to a tenth."""
    rate = Decimal(100 * share["weight"]) / share["sum"]
    return percent(f"{rate.quantize(Decimal('0.1')).normalize():f}")


def rate_text(line: Commission) -> str:
    """The rate column: `7.5 %`, `by steps`, `flat`, or nothing."""
    amount = line.trace.get("amount", {})
    kind = amount.get("type")
    if kind == "percent":
        return percent(amount["rate"]) if "rate" in amount else _("by steps")
    words = {
        "flat": _("flat"),
        "per_unit": _("each unit"),
        "per_thousand": _("per 1,000"),
        "points": _("points"),
    }
    return words.get(kind, "")


def percent(rate: Any) -> str:
    """`7.5 %`."""
    return number(str(rate)) + GAP + "%"


def base_currency(line: Commission, amount: Facts) -> str:
    """The currency of the base; points are paid on another, an override on its own."""
    if "on" in amount:
        return str(line.currency)
    return str(amount.get("currency", line.currency))


def base_unit(line: Commission) -> str:
    """The currency of a line's base, as far as its trace tells."""
    return base_currency(line, line.trace.get("amount", {}))


def window_words(window: str) -> str:
    """When a window was, seen from the line."""
    words = {
        "sale": _("of the sale"),
        "month": _("of the month"),
        "previous_month": _("of the month before"),
        "quarter": _("of the quarter"),
        "year": _("of the year"),
        "rolling_90_days": _("of 90 days"),
        "lifetime": _("so far"),
    }
    return words.get(window, window)


def metric_text(line: Commission, bracket: Facts, value: int) -> str:
    """A metric's figure: an amount, or a number of sales or units."""
    if bracket["metric"] == "sales_amount":
        return amount_text(value, base_currency(line, line.trace["amount"]))
    words = {"sales_count": _("%(count)s sales"), "quantity": _("%(count)s units")}
    return words[bracket["metric"]] % {"count": number(str(value))}


def whole_of(amount: Facts) -> int:
    """What the sale would have paid one partner; of one that is not shared, what it paid."""
    return int(amount["share"]["whole"] if "share" in amount else amount["final"])


def _paid(line: Commission, amount: Facts) -> str:
    base = amount_text(amount["base"], base_currency(line, amount))
    if "on" in amount:
        recruit = {"pay": rate_text(line), "base": base}
        if amount["type"] == "percent":
            return _("%(pay)s of %(base)s, the commission of a recruited partner") % recruit
        flat = amount_text(amount["rounded"], line.currency)
        return _("Flat %(flat)s on a commission of a recruited partner") % {"flat": flat}
    kinds = {
        "percent": _percent,
        "per_unit": _per_unit,
        "per_thousand": _per_thousand,
        "points": _points,
    }
    build = kinds.get(amount["type"])
    if build is not None:
        return build(line, amount, base)
    return _("Flat %(flat)s") % {"flat": amount_text(amount["rounded"], line.currency)}


def _percent(line: Commission, amount: Facts, base: str) -> str:
    values = {"rate": rate_text(line), "base": base}
    if "bracket" in amount:
        return _by_steps(line, amount, base)
    if amount["base_of"] == "gross":
        return _("%(rate)s of %(base)s with tax and shipping") % values
    if amount["base_of"] == "margin":
        return _("%(rate)s of the margin %(base)s") % values
    return _("%(rate)s of %(base)s") % values


def _by_steps(line: Commission, amount: Facts, base: str) -> str:
    bracket = amount["bracket"]
    slices = bracket["slices"]
    values = {
        "base": base,
        "reached": metric_text(line, bracket, bracket["after"]),
        "window": window_words(bracket["window"]),
    }
    if len(slices) == 1:
        values["rate"] = percent(slices[0].get("rate", "0"))
        return _("%(rate)s of %(base)s, with %(reached)s %(window)s") % values
    if amount["base_of"] == "net" and bracket["metric"] == "sales_amount":
        parts = [
            _("%(rate)s of %(part)s")
            % {
                "rate": percent(one.get("rate", "0")),
                "part": amount_text(one["size"], base_currency(line, amount)),
            }
            for one in slices
        ]
        values["parts"] = _(" and ").join(parts)
        return _("%(parts)s, reaching %(reached)s %(window)s") % values
    values["rates"] = _(" and ").join(percent(one.get("rate", "0")) for one in slices)
    return _("%(rates)s on the parts of %(base)s, reaching %(reached)s %(window)s") % values


def _per_unit(line: Commission, amount: Facts, _base: str) -> str:
    values = {
        "each": amount_text(amount["each"], line.currency),
        "count": number(str(amount["quantity"])),
    }
    return _("%(each)s for each of %(count)s") % values


def _per_thousand(line: Commission, amount: Facts, _base: str) -> str:
    values = {
        "each": amount_text(amount["each"], line.currency),
        "count": number(str(amount["quantity"])),
    }
    return _("%(each)s per 1,000 of %(count)s impressions") % values


def _points(line: Commission, amount: Facts, base: str) -> str:
    points = digits_text(amount["rounded"], line.currency)
    if "rate" in amount:
        values = {"points": points, "base": base, "rate": number(str(amount["rate"]))}
        return _("%(points)s points, %(rate)s for each 1 of %(base)s") % values
    return _("%(points)s points") % {"points": points}


def _cut(line: Commission, amount: Facts) -> str:
    """What a limit or the amount sold left; the tighter of the two is what cut."""
    final, rounded = whole_of(amount), amount["rounded"]
    if final >= rounded:
        return ""
    values = {"final": amount_text(final, line.currency)}
    for limit in amount.get("limits", ()):
        if limit["left"] == final:
            values |= {
                "limit": amount_text(limit["amount"], line.currency),
                "per": per_words(limit["per"]),
                "window": window_words(limit["window"]),
            }
            return _(", cut to %(final)s, left of the limit %(limit)s %(per)s %(window)s") % values
    return _(", cut to %(final)s, the amount sold") % values


def per_words(per: str) -> str:
    """Whom a limit counts for."""
    words = {
        "sale": _("per sale"),
        "customer": _("per customer"),
        "partner": _("per partner"),
        "program": _("for the program"),
    }
    return words[per]
