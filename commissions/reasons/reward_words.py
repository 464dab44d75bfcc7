"""What a rule pays in words: its reward, and the steps of its brackets."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commissions.reasons.condition_words import both
from commissions.reasons.figures import GAP, amount_text, number
from commissions.schema import vocabulary

Content = Mapping[str, Any]

BASES: Final[dict[str, Promise]] = {
    "net": gettext_lazy("%(rate)s of net"),
    "gross": gettext_lazy("%(rate)s of gross, with tax and shipping"),
    "margin": gettext_lazy("%(rate)s of the margin"),
}
METRICS: Final[dict[str, Promise]] = {
    "sales_amount": gettext_lazy("the partner’s sales %(window)s"),
    "sales_count": gettext_lazy("the number of the partner’s sales %(window)s"),
    "quantity": gettext_lazy("the units the partner sold %(window)s"),
}
OF_THE_EVENT: Final[dict[str, Promise]] = {
    "sales_amount": gettext_lazy("the amount of this sale"),
    "sales_count": gettext_lazy("this sale alone"),
    "quantity": gettext_lazy("the units of this sale"),
}
WINDOWS: Final[dict[str, Promise]] = {
    "month": gettext_lazy("this month"),
    "previous_month": gettext_lazy("last month"),
    "quarter": gettext_lazy("this quarter"),
    "year": gettext_lazy("this year"),
    "rolling_90_days": gettext_lazy("in the last 90 days"),
    "lifetime": gettext_lazy("so far"),
}


def reward_text(reward: Mapping[str, Any], currency: str) -> str:
    """A stored reward in words: `12 % of net`, `Flat EUR 5.00, at most the amount sold`."""
    if reward["type"] == "percent":
        return str(BASES[reward.get("base", "net")]) % {"rate": percent(reward["rate"])}
    if reward["type"] == "points":
        return points_text(reward, currency)
    paid = {"flat": amount_text(reward["amount"], currency)}
    if reward["type"] == "per_thousand":
        return _("%(amount)s per 1,000 impressions") % {"amount": paid["flat"]}
    if reward["type"] == "per_unit":
        paid = {"flat": _("%(amount)s for each unit") % {"amount": paid["flat"]}}
        if reward.get("uncapped"):
            return _("%(flat)s, even above the amount sold") % paid
        return _("%(flat)s, at most the amount sold") % paid
    if reward.get("uncapped"):
        return _("Flat %(flat)s, even above the amount sold") % paid
    return _("Flat %(flat)s, at most the amount sold") % paid


def percent(rate: Any) -> str:
    """`7.5 %` in the active language's digits."""
    return number(str(rate)) + GAP + "%"


def pay_text(content: Content, currency: str) -> str:
    """What is paid, as the sentence says it: `pay 12 % of net`."""
    reward, event = content["reward"], content["event"]
    kind = reward["type"]
    if kind == "points":
        return _("give %(points)s") % {"points": points_text(reward, currency)}
    if event == "commission":
        return _pay_above(content, currency)
    if kind == "percent":
        if event in vocabulary.SALES:
            return _("pay %(reward)s") % {"reward": reward_text(reward, currency)}
        return _("pay %(rate)s of its amount") % {"rate": percent(reward["rate"])}
    words = _("pay %(amount)s") % {"amount": _flat(reward, currency, event)}
    if event not in vocabulary.SALES:
        return words
    if reward.get("uncapped"):
        return _("%(pay)s, even above the amount sold") % {"pay": words}
    return _("%(pay)s, but never above the amount sold") % {"pay": words}


def _pay_above(content: Content, currency: str) -> str:
    """What a partner further up gets of a recruit's commission."""
    reward = content["reward"]
    if reward["type"] == "percent":
        values = {"paid": _("%(rate)s of it") % {"rate": percent(reward["rate"])}}
    else:
        values = {"paid": _flat(reward, currency)}
    if content.get("override_level") == 1:
        return _("pay the recruiter %(paid)s") % values
    return _("pay %(paid)s") % values


def _flat(reward: Content, currency: str, event: str = "") -> str:
    words = {"amount": amount_text(reward["amount"], currency)}
    if reward["type"] == "flat":
        daily = _("%(amount)s once a day for each link that is clicked")
        return daily % words if event == "click" else words["amount"]
    if reward["type"] == "per_thousand":
        return _("%(amount)s per 1,000 impressions") % words
    each = _("%(amount)s for each click") if event == "click" else _("%(amount)s for each unit")
    return each % words


def points_text(reward: Content, currency: str) -> str:
    """A number of points, or points for each unit of money."""
    if "amount" in reward:
        count = reward["amount"]
        words = {"count": number(str(count))}
        return ngettext("%(count)s point", "%(count)s points", count) % words
    return _("%(rate)s points for each %(currency)s 1 of net") % {
        "rate": number(str(reward["rate"])),
        "currency": currency,
    }


def steps_text(content: Content, currency: str) -> str:
    """The steps as the sentence says them; "" without any."""
    brackets = content.get("brackets")
    if not brackets:
        return ""
    metric, window = brackets["metric"], brackets["window"]
    if window == "sale":
        measured = str(OF_THE_EVENT[metric])
    else:
        measured = str(METRICS[metric]) % {"window": WINDOWS[window]}
    is_marginal, is_amount = brackets["mode"] == "marginal", metric == "sales_amount"
    slice_ = (
        _("%(pay)s on the part above %(start)s")
        if is_amount
        else _("%(pay)s from number %(start)s on")
    )
    each = slice_ if is_marginal else _("%(pay)s from %(start)s on")
    steps = [
        each
        % {
            "pay": _step_pay(content["reward"], step, currency),
            "start": amount_text(step["from"], currency)
            if is_amount
            else number(str(step["from"])),
        }
        for step in brackets["steps"]
    ]
    values = {"steps": both(steps), "measured": measured}
    if is_marginal and is_amount:
        return _("and %(steps)s of %(measured)s") % values
    if is_marginal:
        return _("and %(steps)s, counting %(measured)s") % values
    return _("or %(steps)s, by %(measured)s") % values


def _step_pay(reward: Content, step: Content, currency: str) -> str:
    if reward["type"] == "percent":
        return percent(step["rate"])
    if reward["type"] == "points":
        return points_text(
            {name: step[name] for name in ("rate", "amount") if name in step}, currency
        )
    return amount_text(step["amount"], currency)
