"""What the page of one goal shows: standings as a list, figures, chart, payments, rehearsal."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activity import selectors as activity
from commissions.goals import selectors, words
from commissions.goals.metrics import MONEY_METRICS
from commissions.models import Goal, GoalPeriod, GoalResult
from portal import statuses
from portal.columns import MarkupColumn, NameColumn, StatusColumn
from portal.filters import ChoicesFilter, SearchFilter
from portal.goal_figures import (
    board_rows,
    forecast_text,
    late_note,
    paid_text,
    period_days,
    standing,
    value_text,
)
from portal.listing import Listing
from portal.verbs import told
from prm.money import to_major

OF_PARTNERS = ("goal.near", "goal.reached", "goal.placed")
"""Events of single partners: they stand in the list of everybody's progress."""


def _partner_url(result: GoalResult) -> str:
    return reverse("console:partners-detail", args=[result.goal.seller.slug, result.partner_id])


class StandingTable(tables.Table):
    """Partners with how far they are or came."""

    partner = NameColumn(
        gettext_lazy("Partner"), accessor="partner__name", url=_partner_url, meta=late_note
    )
    period = MarkupColumn(
        gettext_lazy("Period"), show=period_days, plain=period_days, css="num", label=True
    )
    value = MarkupColumn(
        gettext_lazy("So far"), show=value_text, plain=value_text, css="r", label=True
    )
    stands = MarkupColumn(gettext_lazy("Stands"), show=standing, plain=standing, label=True)
    forecast = MarkupColumn(
        gettext_lazy("At this pace"), show=forecast_text, plain=forecast_text, css="r", label=True
    )
    paid = MarkupColumn(
        gettext_lazy("Paid"), show=paid_text, plain=paid_text, css="r strong", label=True
    )
    state = StatusColumn(gettext_lazy("Period is"), kind="goal_period", accessor="period__state")


class StandingFilters(django_filters.FilterSet):
    """Search, period and state."""

    q = SearchFilter("partner__name", hint=gettext_lazy("Partner"))
    period = ChoicesFilter(
        field_name="period__key",
        label=gettext_lazy("Period"),
        all_label=gettext_lazy("All periods"),
        choices=[],
    )
    state = ChoicesFilter(
        field_name="period__state",
        label=gettext_lazy("Period is"),
        choices=statuses.labels("goal_period"),
    )

    class Meta:
        model = GoalResult
        fields: list[str] = []

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = [
            (one.key, words.period_text(one)) for one in selectors.periods_of(goal)
        ]


STANDINGS = Listing(
    table=StandingTable,
    filters=StandingFilters,
    name="goal-standings",
    default="-value",
    orders={"value": "value", "partner": "partner__name", "period": "period__starts_on"},
    chips=("state", "goal_period", "period__state"),
)


def figures(goal: Goal) -> dict[str, Any]:
    """Everything of the page but the list; a fixed number of queries."""
    version = max(goal.versions.all(), key=lambda one: one.number)
    period = selectors.newest_period(goal)
    found = selectors.field_of(goal, period) if period else None
    return {
        "version": version,
        "asks": [words.step_text(goal, step) for step in version.steps],
        "prizes": [words.prize_text(goal, version, i) for i in range(len(version.prizes))],
        "terms": words.terms_lines(goal, version),
        "audience": words.audience_text(goal),
        "versions": _versions(goal),
        "period": period,
        "period_words": words.period_text(period) if period else "",
        "field": found,
        "shown": _field_words(goal, found) if found else {},
        "chart": chart(goal, period) if period else None,
        "chart_unit": goal.program.currency if goal.metric in MONEY_METRICS else "",
        "paid": [words.unit_text(a, u) for u, a in sorted(selectors.paid_sums(goal).items())],
        "payments": [
            {
                "payment": one,
                "amount": words.unit_text(one.amount_minor, one.currency),
                "period": words.period_text(one.result.period),
            }
            for one in selectors.payments_of(goal)[:10]
        ],
        "board": _board(goal, period),
        "is_contest": goal.is_contest,
        "rehearsal": rehearsal_lines(goal) if goal.status == Goal.Status.DRAFT else [],
        "events": [
            told(event)
            for event in activity.events_of_object(goal.pk).exclude(verb__in=OF_PARTNERS)[:10]
        ],
    }


def _versions(goal: Goal) -> list[dict[str, Any]]:
    """Every version with the windows it is for, newest first."""
    rows = sorted(goal.versions.all(), key=lambda one: -one.number)
    return [
        {
            "version": one,
            "asks": [words.step_text(goal, step) for step in one.steps]
            or [words.prize_text(goal, one, i) for i in range(len(one.prizes))],
        }
        for one in rows
    ]


def _field_words(goal: Goal, found: selectors.Field) -> dict[str, str]:
    currency = goal.program.currency
    return {
        "total": words.figure_text(goal.metric, found.total, currency),
        "forecast": words.figure_text(goal.metric, found.forecast, currency),
    }


def chart(goal: Goal, period: GoalPeriod) -> dict[str, Any] | None:
    """The ten who are furthest, as bars; in major units where the metric is money."""
    rows = selectors.best(period)
    if not rows:
        return None
    in_money = goal.metric in MONEY_METRICS
    currency = goal.program.currency
    values = [float(to_major(row.value, currency)) if in_money else row.value for row in rows]
    name = str(goal.get_metric_display())
    return {
        "labels": [row.partner.name for row in rows],
        "series": [{"name": name, "values": values}],
    }


def _board(goal: Goal, period: GoalPeriod | None) -> list[dict[str, Any]]:
    if period is None or not goal.is_contest:
        return []
    return board_rows(goal, period, selectors.board(goal, period, None))


def rehearsal_lines(goal: Goal) -> list[str]:
    """What the goal would have done in the three periods before it, a sentence each."""
    lines = []
    for one in selectors.rehearse(goal):
        costs = ", ".join(words.unit_text(a, u) for u, a in sorted(one.costs.items()))
        days = words.days_text(one.span.first, one.span.last)
        if not one.partners:
            lines.append(_("%(days)s: nobody would have earned it.") % {"days": days})
            continue
        lines.append(
            ngettext(
                "%(days)s: %(n)d partner would have earned it, costing %(costs)s.",
                "%(days)s: %(n)d partners would have earned it, costing %(costs)s.",
                one.partners,
            )
            % {"days": days, "n": one.partners, "costs": costs}
        )
    return lines
