"""A commission's stored trace as three steps: who gets the credit, which rule, how it came about.

The same trace is read by the partner ("your link") and by staff. A partner never reads another's
name, link or rule.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from commissions import reasons
from commissions.models import Commission
from commissions.reasons import PARTNER, STAFF, paid, settled, stopped
from portal import credit_words, time_format, trace_bills, trace_rules
from portal.templatetags import prm_figures, prm_states
from prm.money import LOYALTY_POINTS

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
    path: list[Step] = field(default_factory=list)
    text: str = field(default="", compare=False)


def of(line: Commission, audience: str = PARTNER, *, acts: SafeString | str = "") -> Trace:
    """The trace of `line`, which comes from `commissions.selectors.lines`."""
    build = {
        Commission.Kind.REVERSAL: _reversal,
        Commission.Kind.ADJUSTMENT: _adjustment,
        Commission.Kind.CORRECTION: _correction,
    }.get(Commission.Kind(line.kind), _earned)
    if "settled" in line.trace:
        build = _settled
    credit, rule, bill = build(line, audience)
    sentence = reasons.sentence(line, audience)
    path = _path(line) if audience == PARTNER else []
    found = Trace(credit, rule, bill, _foot(line), acts, title(line), sentence, path)
    return Trace(**{**vars(found), "text": _plain(found, line)})


def title(line: Commission) -> str:
    """What a line is called: its order with what was bought, its refund, or an adjustment."""
    if line.kind == Commission.Kind.REVERSAL and line.sale:
        if stopped.is_chargeback(line.trace["reversal"]["reason"]):
            return _("Chargeback on %(order)s") % {"order": line.sale.external_id}
        return _("Refund on %(order)s") % {"order": line.sale.external_id}
    if line.kind == Commission.Kind.CREDIT_NOTE and line.refund:
        return _("Credit note %(number)s") % {"number": line.refund.external_id}
    if "settled" in line.trace:
        return settled.words_of(line).title(line)
    if line.on_id:
        return _("Commission of a recruited partner")
    if line.occasion:
        return str(line.occasion.label)
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
    bill = [*trace_bills.goods(line), *trace_bills.reward(line), _total(_own_words(audience), line)]
    return _credit(line, trace["credit"], audience), _rule(trace["rule"], audience), bill


def _reversal(line: Commission, audience: str) -> tuple[list[Step], Step, list[Step]]:
    facts = line.trace["reversal"]
    order = _("Order %(order)s") % {"order": facts["sale"]}
    sold = time_format.moment_text(line.sale.occurred_at) if line.sale else ""
    why = reasons.refund_words(facts["reason"])
    back = " · ".join(filter(None, [time_format.moment_text(line.occurred_at), why]))
    charged = stopped.is_chargeback(facts["reason"])
    number = _("Chargeback %(number)s") if charged else _("Refund %(number)s")
    number %= {"number": facts["refund"]}
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


def _correction(line: Commission, audience: str) -> tuple[list[Step], Step, list[Step]]:
    facts = line.trace["correction"]
    steps = [_step(title(line), time_format.moment_text(line.occurred_at), "done")]
    steps += [_step(key, _("came late and lies before it"), "now") for key in facts["because"]]
    rule = _rule(facts["rule"], audience) if "rule" in facts else {"title": "", "reasons": []}
    bill = [
        _row(_("It stood at"), facts["was"], line),
        _row(_("It comes to"), facts["now"], line, total=True),
    ]
    return steps, rule, [*bill, _total(_("Corrected by"), line)]


def _settled(line: Commission, audience: str) -> tuple[list[Step], Step, list[Step]]:
    words = settled.words_of(line)
    credit = [_step(words.title(line), time_format.moment_text(line.occurred_at), "done")]
    rule = {"title": line.program.name, "meta": "", "reasons": []}
    bill = [_row(label, minor, line) for label, minor in words.bill(line)]
    return credit, rule, [*bill, _total(_own_words(audience), line)]


def _adjustment(line: Commission, audience: str) -> tuple[list[Step], Step, list[Step]]:
    facts = line.trace["adjustment"]
    note = facts.get("reason", line.reason)
    credit = [_step(facts["by"], time_format.moment_text(line.occurred_at), "done")]
    rule = {"title": _("Set by hand"), "meta": "", "reasons": [], "note": note}
    return credit, rule, [_total(_own_words(audience), line)]


def _credit(line: Commission, credit: dict[str, Any], audience: str) -> list[Step]:
    if credit["method"] == "recruit":
        return [_step(_("A recruited partner earned it"), "", "done")]
    if line.occasion is not None:
        kind = line.occasion.get_kind_display()
        return [_step(line.occasion.label, str(kind), "done")]
    if credit["method"] == "subscription":
        head = _("A later charge of a subscription")
        return [_step(head, _("It stays with whom the first charge was credited to."), "done")]
    if credit["method"] == "partner":
        named = _("The sale named the partner") if audience == STAFF else _("The seller named you")
        return [_step(named, _("A named partner goes before any click."), "done")]
    if credit["method"] == "claim":
        head = _("Claim %(claim)s") if audience == STAFF else _("Your claim %(claim)s")
        return [_step(head % credit, _("The seller accepted it."), "done")]
    if credit["method"] == "coupon":
        used = _("Coupon %(coupon)s") if audience == STAFF else _("Your coupon %(coupon)s")
        return [_step(used % credit, _("The customer entered it when he bought."), "done")]
    if credit["method"] == "bond":
        head = _("The customer stays with the partner who brought him first")
        return [_step(head, _("Later clicks and coupons of others change nothing."), "done")]
    if "share" in line.trace.get("amount", {}):
        return _shared(line, credit, audience)
    label = line.sale.link.label if line.sale and line.sale.link else ""
    words = _("Link /r/%(link)s") if audience == STAFF else _("Your link /r/%(link)s")
    head = words % credit + (f", {label}" if label else "")
    if credit["method"] == "link":
        return [_step(head, _("The sale was sent with this link."), "done")]
    wins = prm_states.status("good", _wins(credit), "check")
    return [_step(head, _clicked(line, credit), "done", wins)]


def _wins(credit: dict[str, Any]) -> str:
    """Why this click has all of it."""
    words = {
        "last_click": _("Wins: last click in %(days)d days"),
        "first_click": _("Wins: first click in %(days)d days"),
    }
    alone = _("Has it alone: no one else’s click in %(days)d days")
    return words.get(credit["why"], alone) % {"days": credit["window_days"]}


def _path(line: Commission) -> list[Step]:
    """How the customer came, for the partner of a line that he earned by the sale himself."""
    if line.sale is None or line.on_id is not None:
        return []
    return credit_words.path_for_partner(line.sale, line.partner_id)


def _shared(line: Commission, credit: dict[str, Any], audience: str) -> list[Step]:
    """The partner's own click that counts most, and how many of all clicks are his."""
    share = line.trace["amount"]["share"]
    steps = []
    if credit["link"]:
        words = _("Link /r/%(link)s") if audience == STAFF else _("Your link /r/%(link)s")
        clicked = _clicked(line, credit) if credit["clicked_at"] else ""
        steps.append(_step(words % credit, clicked, "done"))
    part = {"part": paid.share_text(share)}
    words = _("Several partners share this sale. Your part is %(part)s.")
    if audience == STAFF:
        words = _("Several partners share this sale. This one’s part is %(part)s.")
    return [*steps, _step(_("A shared sale"), words % part, "done")]


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
    notes = trace_rules.notes(rule, audience)
    values = {"number": rule["version"], "day": since}
    return {"title": rule["name"], "meta": meta % values, "reasons": notes}


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
    if line.kind in (Commission.Kind.REDEMPTION, Commission.Kind.EXPIRY):
        return _("Of %(when)s.") % at
    if line.currency == LOYALTY_POINTS:
        words["payable"] = _("Of %(when)s. Free to use since %(day)s.")
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
