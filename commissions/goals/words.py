"""Goals in words, in the active language: what is asked, what it pays, when, and how it went."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from babel.dates import format_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from commissions.goals import rules
from commissions.goals.metrics import MONEY_METRICS
from commissions.models import (
    Commission,
    Goal,
    GoalKind,
    GoalMetric,
    GoalPeriod,
    GoalResult,
    GoalVersion,
    GoalWindow,
)
from commissions.reasons import settled
from commissions.reasons.figures import GAP, Reason, amount_text, number
from prm.money import LOYALTY_POINTS

Count = Callable[[int], str]
_COUNTS: Final[dict[str, Count]] = {
    GoalMetric.SALES_COUNT: lambda n: ngettext("%(n)s sale", "%(n)s sales", n),
    GoalMetric.QUANTITY: lambda n: ngettext("%(n)s item sold", "%(n)s items sold", n),
    GoalMetric.NEW_CUSTOMERS: lambda n: ngettext("%(n)s new customer", "%(n)s new customers", n),
    GoalMetric.LEADS: lambda n: ngettext("%(n)s lead", "%(n)s leads", n),
    GoalMetric.CLICKS: lambda n: ngettext("%(n)s click", "%(n)s clicks", n),
    GoalMetric.DELIVERABLES: lambda n: ngettext("%(n)s approved piece", "%(n)s approved pieces", n),
}


def unit_text(amount: int, unit: str) -> str:
    """`EUR 75.00`, or `500 points`."""
    if unit != LOYALTY_POINTS:
        return amount_text(amount, unit)
    size = number(str(abs(amount)))
    sign = "−" if amount < 0 else ""
    return sign + ngettext("%(n)s point", "%(n)s points", abs(amount)) % {"n": size}


def value_text(metric: str, value: int, currency: str) -> str:
    """A metric's value with what it counts: `40 sales`, `EUR 1,000.00 of sales`."""
    if metric == GoalMetric.SALES_AMOUNT:
        return _("%(amount)s of sales") % {"amount": amount_text(value, currency)}
    if metric == GoalMetric.COMMISSION:
        return _("%(amount)s of commission") % {"amount": amount_text(value, currency)}
    return _COUNTS[metric](value) % {"n": number(str(value))}


def figure_text(metric: str, value: int, currency: str) -> str:
    """The bare figure: `EUR 1,000.00`, `40`."""
    return amount_text(value, currency) if metric in MONEY_METRICS else number(str(value))


def reward_text(reward: Mapping[str, Any], currency: str) -> str:
    """What a target pays: `EUR 75.00`, `500 points`, `5 % on top of what rules pay`."""
    if reward["type"] == "percent":
        rate = number(str(reward["rate"])) + GAP + "%"
        return _("%(rate)s on top of the commission of the period") % {"rate": rate}
    unit = LOYALTY_POINTS if reward["type"] == "points" else currency
    return unit_text(int(reward["amount"]), unit)


def step_text(goal: Goal, step: Mapping[str, Any]) -> str:
    """One target: `40 sales pay EUR 75.00`; needs the goal's program."""
    currency = goal.program.currency
    values = {
        "target": value_text(goal.metric, int(step["from"]), currency),
        "reward": reward_text(step["reward"], currency),
    }
    text = _("%(target)s: %(reward)s") % values
    return f"{step['name']}. {text}" if step["name"] else text


def prize_text(goal: Goal, version: GoalVersion, index: int) -> str:
    """The prize of a place, counted from 0."""
    unit = LOYALTY_POINTS if version.in_points else goal.program.currency
    return unit_text(version.prizes[index], unit)


def days_text(first: date, last: date) -> str:
    """`1–30 Nov 2026`, `21 Sep – 19 Nov 2026`: both ends counted."""
    locale = (get_language() or "en").replace("-", "_")
    end = str(format_date(last, "d MMM y", locale=locale))
    if (first.year, first.month) == (last.year, last.month):
        return end if first == last else f"{first.day}–{end}"
    pattern = "d MMM" if first.year == last.year else "d MMM y"
    return f"{format_date(first, pattern, locale=locale)} – {end}"


def period_text(period: GoalPeriod) -> str:
    """A period by its days."""
    return days_text(period.starts_on, period.ends_on)


def audience_text(goal: Goal) -> str:
    """Whom the goal is for; needs tier, group and partner."""
    if goal.tier:
        return _("Tier %(name)s") % {"name": goal.tier.name}
    if goal.group:
        return _("Group %(name)s") % {"name": goal.group.name}
    return goal.partner.name if goal.partner else _("Every partner of the program")


def terms_lines(goal: Goal, version: GoalVersion) -> list[str]:
    """How it is counted and paid, one sentence each; needs the goal's program."""
    lines = [_window_line(goal), _counts_line(goal, version)]
    if goal.kind == GoalKind.CONTEST:
        minimum = value_text(goal.metric, version.minimum, goal.program.currency)
        lines.append(
            _("Who has at least %(minimum)s takes part.") % {"minimum": minimum}
            if version.minimum > 1
            else _("Who has anything that counts takes part.")
        )
        lines.append(
            _("Who share a place share its prizes: those of their places are added up and split.")
        )
    else:
        if len(version.steps) > 1:
            lines.append(
                _("Each target reached pays.")
                if version.all_steps
                else _("Only the highest target reached pays.")
            )
        lines.append(_when_line(version))
    days = goal.program.hold_days if version.grace_days is None else version.grace_days
    lines.append(_closing_line(days))
    lines.append(_("What comes in after that is noted, and changes nothing that was paid."))
    return lines


def _window_line(goal: Goal) -> str:
    words = {
        GoalWindow.MONTH: _("Every month begins at zero."),
        GoalWindow.QUARTER: _("Every quarter begins at zero."),
        GoalWindow.YEAR: _("Every year begins at zero."),
        GoalWindow.FIXED: _("It runs once."),
    }
    return words[GoalWindow(goal.window)]


def _counts_line(goal: Goal, version: GoalVersion) -> str:
    counted = {
        GoalMetric.SALES_AMOUNT: _("Net sales in %(currency)s count, by the day of the sale"),
        GoalMetric.SALES_COUNT: _("Sales count by their day"),
        GoalMetric.QUANTITY: _("Items sold count by the day of the sale"),
        GoalMetric.NEW_CUSTOMERS: _("Customers count on the day they buy for the first time"),
        GoalMetric.LEADS: _("Leads count by their day"),
        GoalMetric.CLICKS: _("Clicks of people count, machines do not"),
        GoalMetric.COMMISSION: _("Commission in %(currency)s counts, by the day of the event"),
        GoalMetric.DELIVERABLES: _("Pieces count on the day they are approved"),
    }[GoalMetric(goal.metric)] % {"currency": goal.program.currency}
    if goal.metric in {GoalMetric.LEADS, GoalMetric.CLICKS}:
        return f"{counted}."
    if version.net_of_refunds:
        return _("%(counted)s; what is given back does not.") % {"counted": counted}
    return _("%(counted)s; what is given back later still does.") % {"counted": counted}


def _when_line(version: GoalVersion) -> str:
    if not version.at_once:
        return _("It pays when the period is over.")
    if version.take_back:
        return _(
            "It pays as soon as a target is reached. If refunds bring the figure below it again "
            "before the period is closed, the bonus is taken back."
        )
    return _("It pays as soon as a target is reached, and stays paid even if refunds follow.")


def _closing_line(days: int) -> str:
    if not days:
        return _("The period is closed right after its last day.")
    return ngettext(
        "The period is closed %(n)d day after its last, when refunds are in.",
        "The period is closed %(n)d days after its last, when refunds are in.",
        days,
    ) % {"n": days}


# News


def missing_text(goal: Goal, version: GoalVersion, value: int) -> str:
    """`9 sales more and you earn EUR 75.00`; "" when every target is reached."""
    steps = [rules.step_of(step, goal.program.currency) for step in version.steps]
    gap = rules.missing(steps, value)
    if not gap:
        return ""
    step = version.steps[rules.reached(steps, value)]
    return _("%(missing)s more earn you %(reward)s.") % {
        "missing": value_text(goal.metric, gap, goal.program.currency),
        "reward": reward_text(step["reward"], goal.program.currency),
    }


def news(goal: Goal, period: GoalPeriod, result: GoalResult, verb: str) -> tuple[str, str]:
    """Subject and body of what a partner is told; needs the goal's program and the version."""
    currency = goal.program.currency
    values = {
        "goal": goal.name,
        "value": value_text(goal.metric, result.value, currency),
        "period": period_text(period),
    }
    if verb == "goal.placed":
        subject = _("%(goal)s: you came in at place %(place)d")
        return subject % {**values, "place": result.place}, _(
            "With %(value)s, %(period)s."
        ) % values
    if verb == "goal.near":
        body = missing_text(goal, period.version, result.value)
        return _("%(goal)s: you are nearly there") % values, body
    step = period.version.steps[result.step - 1]
    values["reward"] = reward_text(step["reward"], currency)
    if period.version.at_once:
        body = _("With %(value)s you earned %(reward)s. It is in your earnings.")
    else:
        body = _("With %(value)s you earn %(reward)s, paid when the period is closed.")
    return _("%(goal)s: target reached") % values, body % values


def paid_text(paid: Mapping[str, int], partners: int) -> str:
    """What a closed period paid, for staff."""
    if not paid:
        return _("Nobody earned anything by it.")
    sums = ", ".join(unit_text(amount, unit) for unit, amount in sorted(paid.items()))
    return ngettext(
        "It paid %(sums)s to %(n)d partner.", "It paid %(sums)s to %(n)d partners.", partners
    ) % {"sums": sums, "n": partners}


# Lines of earnings


def _facts(line: Commission) -> dict[str, Any]:
    facts: dict[str, Any] = line.trace["settled"]
    return facts


def _days_of(facts: Mapping[str, Any]) -> str:
    return days_text(date.fromisoformat(facts["from"]), date.fromisoformat(facts["to"]))


def _title(line: Commission) -> str:
    facts = _facts(line)
    return _("%(goal)s, %(period)s") % {"goal": facts["goal"], "period": _days_of(facts)}


def _goal_reason(line: Commission, _audience: str) -> Reason:
    facts = _facts(line)
    values = {
        "goal": facts["goal"],
        "step": facts["step"] or facts["goal"],
        "value": value_text(facts["metric"], facts["value"], facts["currency"]),
        "target": value_text(facts["metric"], facts["target"], facts["currency"]),
        "period": _days_of(facts),
    }
    if facts["back"]:
        why = _(", because refunds brought %(period)s down to %(value)s; the target is %(target)s.")
        return Reason(_("Takes back the bonus “%(step)s”") % values, why % values)
    what = _("Bonus “%(step)s”") % values
    if facts["reward"]["type"] == "percent":
        rate = {"rate": number(facts["reward"]["rate"]) + GAP + "%"}
        base = {"earned": unit_text(facts["earned"], line.currency)}
        what = _("%(rate)s of %(earned)s earned") % {**rate, **base}
    why = _(", because %(value)s in %(period)s reached the target of %(target)s.") % values
    if facts.get("paid_before"):
        before = {"before": unit_text(facts["paid_before"], line.currency)}
        why += " " + _("%(before)s were paid for the target before.") % before
    return Reason(what, why)


def _contest_reason(line: Commission, _audience: str) -> Reason:
    facts = _facts(line)
    values = {
        "place": facts["place"],
        "value": value_text(facts["metric"], facts["value"], facts["currency"]),
        "period": _days_of(facts),
    }
    why = _(", because of %(value)s in %(period)s.") % values
    if facts["tied"]:
        why += " " + _("The place is shared, and so are its prizes.")
    return Reason(_("Prize for place %(place)d") % values, why)


def _bill(line: Commission) -> list[settled.BillRow]:
    facts = _facts(line)
    rows: list[settled.BillRow] = []
    if "earned" in facts:
        rows.append((_("Earned by rules in the period"), facts["earned"]))
    if facts.get("paid_before"):
        rows.append((_("The target pays in all"), facts["paid_before"] + line.amount_minor))
        rows.append((_("Paid for the target before"), -facts["paid_before"]))
    return rows


GOAL_WORDS: Final = settled.Words(reason=_goal_reason, bill=_bill, title=_title)
CONTEST_WORDS: Final = settled.Words(reason=_contest_reason, bill=_bill, title=_title)
