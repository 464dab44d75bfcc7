"""How an amount came about, line by line: goods, base, rate or steps, rounding, cap and limits."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from commissions import reasons
from commissions.models import Commission
from commissions.reasons import paid

Row = dict[str, Any]
Facts = Mapping[str, Any]


def goods(line: Commission) -> list[Row]:
    """Lines of the order that the rule paid for, what was taken off, and the base itself."""
    amount = line.trace["amount"]
    currency = paid.base_currency(line, amount)
    if "on" in amount:
        label = _("Commission of the recruited partner")
        return [_row(label, amount["base"], currency, total=True)]
    source = _lines(line, amount)
    rows = [_row(*_good(item), currency) for item in source]
    discount = sum(int(item.get("discount") or 0) for item in source)
    if discount:
        rows.append(_row(_("Discount"), -discount, currency))
    if amount["type"] in {"flat", "per_unit", "per_thousand"} and not amount["base"]:
        return rows
    return [*rows, *_base(amount, currency)]


def reward(line: Commission) -> list[Row]:
    """From the base to the amount, without the amount itself."""
    amount = line.trace["amount"]
    sign = -1 if line.amount_minor < 0 else 1
    build = {
        "percent": _percent,
        "per_unit": _per_unit,
        "per_thousand": _per_thousand,
        "points": _points,
    }
    rows = build.get(amount["type"], _flat)(line, amount, sign)
    return [*rows, *_cuts(line, amount, sign), *_part(line, amount)]


def _lines(line: Commission, amount: Facts) -> list[dict[str, Any]]:
    source = line.sale.lines if line.sale else line.refund.lines if line.refund else []
    if "lines" in amount:
        return [source[place] for place in amount["lines"] if place < len(source)]
    return list(source)


def _good(item: Facts) -> tuple[str, int]:
    name = str(item.get("name") or item.get("sku") or _("Item"))
    net = int(item.get("net") or 0) + int(item.get("discount") or 0)
    return f"{item.get('quantity', 1)} × {name}", net


def _base(amount: Facts, currency: str) -> list[Row]:
    if amount["base_of"] == "gross":
        rows = [
            _row(_("Net"), amount["net"], currency),
            _row(_("Tax"), amount["tax"], currency),
            _row(_("Shipping"), amount["shipping"], currency),
        ]
        label = _("Base: with tax and shipping")
        if "lines" in amount:
            rows, label = [], _("Base: with their share of tax and shipping")
        return [*rows, _row(label, amount["base"], currency, total=True)]
    if amount["base_of"] == "margin":
        return [_row(_("Base: margin, net less cost"), amount["base"], currency, total=True)]
    label = _("Base: net, before tax and shipping")
    return [_row(label, amount["base"], currency, total=True)]


def _percent(line: Commission, amount: Facts, sign: int) -> list[Row]:
    exact = Decimal(amount["exact"]) * sign
    fine = reasons.fine_digits(exact)
    if "bracket" in amount:
        rows = _steps(line, amount)
    else:
        label = _("%(rate)s of it") % {"rate": reasons.rate_text(line)}
        rows = [{"label": label, "value": reasons.digits_text(exact, line.currency, fine)}]
    rest = Decimal(amount["rounded"] * sign) - exact
    if rest:
        text = reasons.digits_text(rest, line.currency, fine)
        rows.append({"label": _("Rounding"), "value": text if rest < 0 else f"+{text}"})
    return rows


def _steps(line: Commission, amount: Facts) -> list[Row]:
    """Where the event stood, and each part at its own rate."""
    bracket = amount["bracket"]
    window = paid.window_words(bracket["window"])
    before = _("Sales %(window)s before it") % {"window": window}
    rows: list[Row] = [
        {"label": before, "value": paid.metric_text(line, bracket, bracket["before"])}
    ]
    whole = bracket["after"] - bracket["before"]
    for one in bracket["slices"]:
        rate = Decimal(one.get("rate", "0"))
        part = Decimal(amount["base"])
        if len(bracket["slices"]) > 1:
            part = part * one["size"] / whole
        values = {
            "rate": paid.percent(rate),
            "part": paid.metric_text(line, bracket, one["size"]),
            "from": paid.metric_text(line, bracket, one["from"]),
        }
        label = _("%(rate)s on %(part)s, from %(from)s on") % values
        exact = (part * rate / 100).quantize(Decimal("0.0001")).normalize()
        fine = reasons.fine_digits(exact)
        rows.append({"label": label, "value": reasons.digits_text(exact, line.currency, fine)})
    return rows


def _per_unit(line: Commission, amount: Facts, sign: int) -> list[Row]:
    each = reasons.amount_text(amount["each"], line.currency)
    label = _("%(count)s × %(each)s") % {"count": amount["quantity"], "each": each}
    return [_row(label, amount["rounded"] * sign, line.currency)]


def _per_thousand(line: Commission, amount: Facts, sign: int) -> list[Row]:
    each = reasons.amount_text(amount["each"], line.currency)
    label = _("%(count)s impressions at %(each)s per 1,000, rounded")
    values = {"count": reasons.number(str(amount["quantity"])), "each": each}
    return [_row(label % values, amount["rounded"] * sign, line.currency)]


def _points(line: Commission, amount: Facts, sign: int) -> list[Row]:
    if "rate" not in amount:
        return [_row(_("Points"), amount["rounded"] * sign, line.currency)]
    rate = reasons.number(amount["rate"])
    label = _("%(rate)s points for each 1, rounded") % {"rate": rate}
    return [_row(label, amount["rounded"] * sign, line.currency)]


def _flat(line: Commission, amount: Facts, sign: int) -> list[Row]:
    return [_row(_("Flat reward"), amount["rounded"] * sign, line.currency)]


def _cuts(line: Commission, amount: Facts, sign: int) -> list[Row]:
    """What the amount sold and the limits took off, or that they were not reached."""
    rows: list[Row] = []
    standing = amount["rounded"]
    if "cap" in amount:
        left = min(standing, amount["cap"])
        rows.append(_limit(_("At most the amount sold"), standing, left, sign, line))
        standing = left
    for limit in amount.get("limits", ()):
        values = {
            "limit": reasons.amount_text(limit["amount"], line.currency),
            "per": paid.per_words(limit["per"]),
            "window": paid.window_words(limit["window"]),
        }
        left = min(standing, limit["left"])
        label = _("Limit %(limit)s %(per)s %(window)s") % values
        rows.append(_limit(label, standing, left, sign, line))
        standing = left
    return rows


def _part(line: Commission, amount: Facts) -> list[Row]:
    """Of a shared sale: what one partner would have had, and the part of this one."""
    share = amount.get("share")
    if share is None:
        return []
    label = _("Part of a shared sale: %(part)s") % {"part": paid.share_text(share)}
    rows = [
        _row(_("For all of the sale"), share["whole"], line.currency, total=True),
        _row(label, share["part"], line.currency),
    ]
    if amount["final"] < share["part"]:
        rows.append(_row(_("Over the limit"), amount["final"] - share["part"], line.currency))
    return rows


def _limit(label: str, standing: int, left: int, sign: int, line: Commission) -> Row:
    if left >= standing:
        return {"label": label, "value": _("not reached")}
    return _row(label, (left - standing) * sign, line.currency)


def _row(label: str, minor: int, currency: str, *, total: bool = False) -> Row:
    return {"label": label, "value": reasons.digits_text(minor, currency), "sum": total}
