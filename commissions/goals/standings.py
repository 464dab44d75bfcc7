"""Counting one period of a goal and keeping where everybody stands."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from commissions.goals import metrics, rules, spans
from commissions.goals.metrics import Stretch, Values
from commissions.goals.rules import Step
from commissions.models import Goal, GoalKind, GoalPeriod, GoalResult, GoalVersion
from prm.money import LOYALTY_POINTS

Earned = Mapping[uuid.UUID, Mapping[str, int]]
STORED = ("value", "step", "place", "tied")


@dataclass(frozen=True)
class Standing:
    """One counted period: values of all whom the goal is for, and what percentages need."""

    values: Values
    earned: Earned
    members: frozenset[uuid.UUID]


def steps_of(version: GoalVersion, goal: Goal) -> list[Step]:
    """The version's targets; needs the goal's program."""
    return [rules.step_of(step, goal.program.currency) for step in version.steps]


def span_of(period: GoalPeriod) -> spans.Span:
    """The period's days."""
    return spans.Span(period.key, period.starts_on, period.ends_on)


def stretch_of(goal: Goal, version: GoalVersion, span: spans.Span, until: datetime) -> Stretch:
    """What to count of a window as of `until`; needs the goal's program and seller."""
    start, end = metrics.bounds(span.first, span.last, goal.seller.time_zone)
    return Stretch(
        program=goal.program,
        metric=goal.metric,
        start=start,
        end=end,
        until=until if version.net_of_refunds else None,
        partners=metrics.audience(goal).values("partner_id"),
    )


def closes_at(goal: Goal, version: GoalVersion, span: spans.Span) -> datetime:
    """When the window is counted for the last time: its end and the days for refunds."""
    _start, end = metrics.bounds(span.first, span.last, goal.seller.time_zone)
    days = goal.program.hold_days if version.grace_days is None else version.grace_days
    return end + timedelta(days=days)


def count(goal: Goal, version: GoalVersion, span: spans.Span, until: datetime) -> Standing:
    """Where everybody stands in a window as of `until`; three queries, five with percentages."""
    stretch = stretch_of(goal, version, span, until)
    has_rate = any(step["reward"]["type"] == "percent" for step in version.steps)
    members = metrics.audience(goal).values_list("partner_id", flat=True)
    return Standing(
        metrics.measure(stretch),
        metrics.earned(stretch) if has_rate else {},
        frozenset(members),
    )


def pays(goal: Goal, version: GoalVersion, standing: Standing) -> dict[uuid.UUID, list[rules.Due]]:
    """What everybody would be paid if the window closed like this."""
    if goal.kind == GoalKind.CONTEST:
        places = rules.ranked(standing.values, version.minimum)
        place_of = {one.partner_id: one.place for one in places}
        unit = LOYALTY_POINTS if version.in_points else goal.program.currency
        return {
            partner: [rules.Due(place_of[partner], unit, amount)]
            for partner, amount in rules.prizes_of(places, version.prizes).items()
        }
    steps = steps_of(version, goal)
    found = {}
    for partner, value in standing.values.items():
        owed = rules.due(
            steps, value, standing.earned.get(partner, {}), all_steps=version.all_steps
        )
        if owed:
            found[partner] = owed
    return found


def keep(period: GoalPeriod, goal: Goal, standing: Standing) -> dict[uuid.UUID, GoalResult]:
    """Store where everybody stands; whoever the goal is no longer for loses his place.

    Needs the period's version. Two writes, however many partners.
    """
    old = {row.partner_id: row for row in GoalResult.objects.filter(period=period)}
    steps = steps_of(period.version, goal)
    places = {
        one.partner_id: one
        for one in rules.ranked(standing.values, period.version.minimum)
        if goal.kind == GoalKind.CONTEST
    }
    fresh, changed = [], []
    for partner in sorted(old.keys() | standing.values.keys()):
        row = old.get(partner) or GoalResult(
            seller_id=goal.seller_id, goal=goal, period=period, partner_id=partner
        )
        before = [getattr(row, name) for name in STORED]
        place = places.get(partner)
        row.place, row.tied = (place.place, place.tied) if place else (None, False)
        if partner in standing.members:
            row.value = standing.values.get(partner, 0)
            row.step = rules.reached(steps, row.value)
        if partner not in old:
            fresh.append(row)
        elif before != [getattr(row, name) for name in STORED]:
            changed.append(row)
    GoalResult.objects.bulk_create(fresh, batch_size=1000)
    GoalResult.objects.bulk_update(changed, STORED, batch_size=1000)
    return old | {row.partner_id: row for row in fresh}
