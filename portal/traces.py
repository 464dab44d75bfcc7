"""A commission's stored trace as three steps: who gets the credit, which rule, how it came about.

The same trace is read by the partner ("your link") and by staff. A partner never reads another's
name, link or rule.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from commissions import reasons
from commissions.models import Commission
from commissions.reasons import PARTNER, STAFF
from portal import time_format
from portal.templatetags import prm_figures, prm_states

Step = dict[str, Any]


@dataclass(frozen=True)
class Trace:
    """What components/trace.html shows: credit steps, rule, bill lines, foot and its plain text."""

    credit: list[Step]
    rule: Step
    bill: list[Step]
    foot: str
    acts: SafeString | str = ""
    title: str = ""
    sentence: str = ""
    text: str = field(default="", compare=False)


def of(line: Commission, audience: str = PARTNER, *, acts: SafeString | str = "") -> Trace:
    """The trace of `line`, which comes from `commissions.selectors.lines`."""
    build = {
        Commission.Kind.REVERSAL: _reversal,
        Commission.Kind.ADJUSTMENT: _adjustment,
    }.get(Commission.Kind(line.kind), _earned)
    credit, rule, bill = build(line, audience)
    found = Trace(
        credit, rule, bill, _foot(line), acts, title(line), reasons.sentence(line, audience)
    )
    return Trace(**{**vars(found), "text": _plain(found, line)})


def title(line: Commission) -> str:
    """What a line is called: its order with what was bought, its refund, or an adjustment."""
    if line.kind == Commission.Kind.REVERSAL and line.sale:
        return _("Refund on %(order)s") % {"order": line.sale.external_id}
    if line.kind == Commission.Kind.CREDIT_NOTE and line.refund:
        return _("Credit note %(number)s") % {"number": line.refund.external_id}
    if line.sale:
        order = _("Order %(order)s") % {"order": line.sale.external_id}
        goods = goods_text(line.sale.lines)
        return f"{order} · {goods}" if goods else order
    return _("Adjustment")


def goods_text(lines: list[dict[str, Any]]) -> str:
    """What was bought, short: the first two names and how many more."""
    names = [str(row.get("name") or row.get("sku") or "") for row in lines]
    names = [name for name in names if name]
    more = len(names) - 2
    return ", ".join(names[:2]) + (f" +{more}" if more > 0 else "")


# 1. Who gets the credit, 2. which rule, 3. how the amount came about


def _earned(line: Commission, audience: str) -> tuple[list[Step], Step, list[Step]]:
    trace = line.trace
    bill = _bill_of_goods(line) + _bill_of_reward(line, audience)
    return _credit(line, trace["credit"], audience), _rule(trace["rule"], audience), bill


def _reversal(line: Commission, audience: str) -> tuple[list[Step], Step, list[Step]]:
    facts = line.trace["reversal"]
    order = _("Order %(order)s") % {"order": facts["sale"]}
    sold = time_format.moment_text(line.sale.occurred_at) if line.sale else ""
    back = " · ".join(filter(None, [time_format.moment_text(line.occurred_at), facts["reason"]]))
    number = _("Refund %(number)s") % {"number": facts["refund"]}
    credit = [_step(order, sold, "done"), _step(number, back, "now")]
    version = line.rule_version
    rule = {
        "title": version.name if version else "",
        "meta": _("version %(number)d, the rule by which the order earned")
        % {"number": version.number}
        if version
        else "",
        "reasons": [_("A refund takes back the same part of the commission as of the order.")],
    }
    before = facts["reversed_before"]
    bill = [
        _row(_("The order, net"), facts["sold_minor"], line),
        _row(_("Refunded so far"), facts["refunded_so_far"], line),
        _row(_("Earned by the order"), facts["earned_minor"], line, total=True),
        _row(_("Its refunded part, rounded"), -line.amount_minor + before, line),
    ]
    if before:
        bill.append(_row(_("Taken back before"), -before, line))
    return credit, rule, [*bill, _total(_("Taken back now"), line)]


def _adjustment(line: Commission, audience: str) -> tuple[list[Step], Step, list[Step]]:
    by = line.trace["adjustment"]["by"]
    credit = [_step(by, time_format.moment_text(line.occurred_at), "done")]
    rule = {"title": _("Set by hand"), "meta": "", "reasons": [], "note": line.reason}
    return credit, rule, [_total(_own_words(audience), line)]


def _credit(line: Commission, credit: dict[str, Any], audience: str) -> list[Step]:
    if credit["method"] == "partner":
        named = _("The sale named the partner") if audience == STAFF else _("The seller named you")
        return [_step(named, _("A named partner goes before any click."), "done")]
    label = line.sale.link.label if line.sale and line.sale.link else ""
    words = _("Link /r/%(link)s") if audience == STAFF else _("Your link /r/%(link)s")
    head = words % credit + (f", {label}" if label else "")
    if credit["method"] == "link":
        return [_step(head, _("The sale was sent with this link."), "done")]
    wins = prm_states.status(
        "good", _("Wins: last click in %(days)d days") % {"days": credit["window_days"]}, "check"
    )
    return [_step(head, _clicked(line, credit), "done", wins)]


def _clicked(line: Commission, credit: dict[str, Any]) -> str:
    at = datetime.fromisoformat(credit["clicked_at"])
    values = {
        "when": f"{time_format.day_text(at)}, {time_format.clock_text(at)}",
        "span": time_format.span_text(line.occurred_at - at),
    }
    return _("Click %(when)s, %(span)s before the order") % values


def _rule(rule: dict[str, Any], audience: str) -> Step:
    since = time_format.day_text(datetime.fromisoformat(rule["valid_from"]))
    meta = _("version %(number)d, in force since %(day)s, chosen by the time of the order")
    notes = []
    if rule["scope"] == "partner":
        notes.append(
            _("made for this partner alone, so it goes before general rules")
            if audience == STAFF
            else _("agreed with you alone, so it goes before general rules")
        )
    notes += [words for other in rule["others"] if (words := _why_not(other))]
    values = {"number": rule["version"], "day": since}
    return {"title": rule["name"], "meta": meta % values, "reasons": notes}


def _why_not(other: dict[str, Any]) -> str:
    words = {
        "not_yet": _("“%(name)s”, version %(version)d, was not yet in force"),
        "no_longer": _("“%(name)s”, version %(version)d, was no longer in force"),
        "other_currency": _("“%(name)s” pays in another currency"),
        "less_specific": _("“%(name)s” is more general, so it comes after"),
        "lower_priority": _("“%(name)s” has a lower priority"),
        "newer": _("“%(name)s” was made later; the older rule goes first"),
    }
    return words.get(other["why"], "") % other


def _bill_of_goods(line: Commission) -> list[Step]:
    """Lines of the order, what was taken off, what the base adds, and the base itself."""
    amount = line.trace["amount"]
    source = line.sale.lines if line.sale else line.refund.lines if line.refund else []
    rows = [_row(*_good(item), line) for item in source]
    discount = sum(int(item.get("discount") or 0) for item in source)
    if discount:
        rows.append(_row(_("Discount"), -discount, line))
    if amount["base_of"] == "gross":
        rows.append(_row(_("Net"), amount["net"], line))
        rows.append(_row(_("Tax"), amount["tax"], line))
        rows.append(_row(_("Shipping"), amount["shipping"], line))
        return [*rows, _row(_("Base: with tax and shipping"), amount["base"], line, total=True)]
    return [*rows, _row(_("Base: net, before tax and shipping"), amount["base"], line, total=True)]


def _good(item: dict[str, Any]) -> tuple[str, int]:
    name = str(item.get("name") or item.get("sku") or _("Item"))
    net = int(item.get("net") or 0) + int(item.get("discount") or 0)
    return f"{item.get('quantity', 1)} × {name}", net


def _bill_of_reward(line: Commission, audience: str) -> list[Step]:
    amount = line.trace["amount"]
    sign = -1 if line.amount_minor < 0 else 1
    rows = []
    if amount["type"] == "percent":
        exact = Decimal(amount["exact"]) * sign
        rate = reasons.rate_text(line)
        fine = reasons.fine_digits(exact)
        rows.append(
            {"label": _("%(rate)s of it") % {"rate": rate},
             "value": reasons.digits_text(exact, line.currency, fine)}
        )  # fmt: skip
        rest = Decimal(amount["rounded"] * sign) - exact
        if rest:
            text = reasons.digits_text(rest, line.currency, fine)
            rows.append({"label": _("Rounding"), "value": text if rest < 0 else f"+{text}"})
    else:
        rows.append(_row(_("Flat reward"), amount["rounded"] * sign, line))
        if amount["final"] < amount["rounded"]:
            cut = (amount["final"] - amount["rounded"]) * sign
            rows.append(_row(_("Cut to the amount sold"), cut, line))
        elif "cap" in amount:
            rows.append({"label": _("At most the amount sold"), "value": _("not reached")})
    return [*rows, _total(_own_words(audience), line)]


def _own_words(audience: str) -> str:
    return _("Commission") if audience == STAFF else _("Your commission")


# Parts


def _step(head: str, meta: str, state: str, extra: Any = "") -> Step:
    return {"title": head, "meta": meta, "state": state, "extra": extra}


def _row(label: str, minor: int, line: Commission, *, total: bool = False) -> Step:
    return {"label": label, "value": reasons.digits_text(minor, line.currency), "sum": total}


def _total(label: str, line: Commission) -> Step:
    return {
        "label": label,
        "value": prm_figures.money(line.amount_minor, line.currency),
        "sum": True,
    }


def _foot(line: Commission) -> str:
    day = time_format.day_text(line.payable_at) if line.payable_at else ""
    at = {"when": time_format.moment_text(line.occurred_at), "day": day}
    words = {
        "pending": _("Of %(when)s. Free on %(day)s, if nothing is returned."),
        "payable": _("Of %(when)s. Free to pay since %(day)s."),
    }
    if line.payable_at is None:
        return _("Of %(when)s. The hold starts when the customer has paid.") % at
    if line.needs_approval and line.status == Commission.Status.PENDING:
        return _("Of %(when)s. It waits for the seller’s approval.") % at
    return words.get(line.status, _("Of %(when)s.")) % at


def _plain(trace: Trace, line: Commission) -> str:
    """The trace for a mail or a chat."""
    amount = reasons.amount_text(line.amount_minor, line.currency)
    parts = [f"{trace.title}: {amount}", trace.sentence, ""]
    parts += [" · ".join(filter(None, [step["title"], step["meta"]])) for step in trace.credit]
    parts += [" · ".join(filter(None, [trace.rule["title"], trace.rule["meta"]])), ""]
    parts += [f"{row['label']}: {row['value']}" for row in trace.bill[:-1]]
    parts += [f"{trace.bill[-1]['label']}: {amount}", "", trace.foot]
    return "\n".join(parts)
