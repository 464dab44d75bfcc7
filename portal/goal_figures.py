"""Figures of goals in words, the same in console and portal."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from commissions.goals import rules, selectors, spans, words
from commissions.goals.standings import span_of, steps_of
from commissions.models import Goal, GoalPeriod, GoalResult, PeriodState
from prm.money import LOYALTY_POINTS


def value_text(result: GoalResult) -> str:
    """The bare figure."""
    goal = result.goal
    return words.figure_text(goal.metric, result.value, goal.program.currency)


def standing(result: GoalResult) -> str:
    """The place, or the target reached and what is missing to the next."""
    if result.place:
        return _("Place %(place)d") % {"place": result.place}
    steps = result.period.version.steps
    if not steps:
        return "–"
    gap = rules.missing(steps_of(result.period.version, result.goal), result.value)
    reached = step_name(result)
    if not gap:
        return reached
    missing = words.figure_text(result.goal.metric, gap, result.goal.program.currency)
    if not reached:
        return _("%(missing)s missing") % {"missing": missing}
    return _("%(reached)s; %(missing)s to the next") % {"reached": reached, "missing": missing}


def step_name(result: GoalResult) -> str:
    """The name of the target reached, or its number; "" for none."""
    if not result.step:
        return ""
    name = str(result.period.version.steps[result.step - 1]["name"])
    return name or _("Target %(n)d") % {"n": result.step}


def forecast_text(result: GoalResult) -> str:
    """The value at the end of a running period at the pace so far."""
    goal = result.goal
    if result.period.state != PeriodState.OPEN:
        return "–"
    value = spans.forecast(result.value, span_of(result.period), selectors.today_of(goal))
    return words.figure_text(goal.metric, value, goal.program.currency)


def paid_text(result: Any) -> str:
    """What was decided to be paid in money and points."""
    units = {
        result.goal.program.currency: result.paid_minor,
        LOYALTY_POINTS: result.paid_points,
    }
    found = [words.unit_text(amount, unit) for unit, amount in units.items() if amount]
    return " + ".join(found) or "–"


def late_note(result: GoalResult) -> str:
    """`with late events 45`, where something came in after closing."""
    if result.late_value is None:
        return ""
    goal = result.goal
    value = words.figure_text(goal.metric, result.late_value, goal.program.currency)
    return _("with events that came in later %(value)s") % {"value": value}


def period_days(result: GoalResult) -> str:
    """The days of the result's period."""
    return words.period_text(result.period)


def board_rows(
    goal: Goal, period: GoalPeriod, rows: Sequence[selectors.BoardRow]
) -> list[dict[str, Any]]:
    """Leaderboard lines with their figures in words."""
    unit = LOYALTY_POINTS if period.version.in_points else goal.program.currency
    return [
        {
            "row": row,
            "name": row.name or _("Partner %(n)d") % {"n": row.number},
            "value": words.figure_text(goal.metric, row.value, goal.program.currency),
            "prize": words.unit_text(row.prize, unit) if row.prize else "",
        }
        for row in rows
    ]
