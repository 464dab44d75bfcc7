"""A goal as its partner reads it: one card with the bar, what is missing, and what it pays."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Enrollment
from commissions.goals import rules, selectors, words
from commissions.goals.metrics import MONEY_METRICS
from commissions.goals.selectors import Progress
from commissions.models import Goal

MARKS_UP_TO = 60


@dataclass(frozen=True)
class Card:
    """One running goal. `marks` is the target where it is small enough to be counted in marks."""

    goal: Goal
    progress: Progress
    url: str
    days: str
    left: str
    promise: str
    value: str
    target: str
    missing: str
    pace: str
    marks: int
    standing: str

    @property
    def is_contest(self) -> bool:
        """Whether it ranks partners."""
        return self.goal.is_contest


def cards(
    partner_id: uuid.UUID, seller_slug: str, enrollments: Iterable[Enrollment] | None = None
) -> list[Card]:
    """A card for each goal that runs now, the one that ends first on top.

    `enrollments` are his active ones, where they are at hand. As many queries for many goals as
    for one.
    """
    running = selectors.progress_in(selectors.goals_for(partner_id, enrollments), partner_id)
    places = selectors.places_of([one.goal for one in running], partner_id)
    found = [card(one, places.get(one.goal.pk), seller_slug) for one in running]
    return sorted(found, key=lambda one: (one.progress.span.last, one.goal.name, one.goal.pk))


def card(progress: Progress, place: int | None, seller_slug: str) -> Card:
    """One goal with its figures in words; `place` is the partner's own in a contest."""
    goal = progress.goal
    currency = goal.program.currency
    small = goal.metric not in MONEY_METRICS and 0 < progress.target <= MARKS_UP_TO
    return Card(
        goal=goal,
        progress=progress,
        url=reverse("partner:goals-detail", args=[seller_slug, goal.pk]),
        days=words.days_text(progress.span.first, progress.span.last),
        left=left_text(progress.days_left),
        promise=_promise(goal, progress),
        value=words.figure_text(goal.metric, progress.value, currency),
        target=words.figure_text(goal.metric, progress.target, currency),
        missing=_missing(goal, progress),
        pace=_pace(goal, progress),
        marks=progress.target if small else 0,
        standing=_("Place %(place)d") % {"place": place} if place else "",
    )


def left_text(days: int) -> str:
    """`11 days left`, `Last day`."""
    if days == 0:
        return _("Last day")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


def _promise(goal: Goal, progress: Progress) -> str:
    version = progress.version
    if goal.is_contest:
        return _("First place wins %(prize)s.") % {"prize": words.prize_text(goal, version, 0)}
    step = version.steps[progress.next_step - 1]
    return _("%(target)s by %(day)s pay %(reward)s.") % {
        "target": words.value_text(goal.metric, int(step["from"]), goal.program.currency),
        "day": words.days_text(progress.span.last, progress.span.last),
        "reward": words.reward_text(step["reward"], goal.program.currency),
    }


def _missing(goal: Goal, progress: Progress) -> str:
    if goal.is_contest:
        gap = progress.version.minimum - progress.value
        if gap <= 0:
            return ""
        least = words.value_text(goal.metric, gap, goal.program.currency)
        return _("%(missing)s more and you take part.") % {"missing": least}
    if progress.done:
        return _("Every target is reached.")
    return words.missing_text(goal, progress.version, progress.value)


def _pace(goal: Goal, progress: Progress) -> str:
    """Where the partner comes out if every day is like those so far; "" where it says nothing."""
    if not progress.value or not progress.days_left:
        return ""
    value = words.value_text(goal.metric, progress.forecast, goal.program.currency)
    return _("At your pace so far: %(value)s by the end.") % {"value": value}


def steps_shown(goal: Goal, progress: Progress) -> list[dict[str, Any]]:
    """Every target with whether it is reached."""
    reached = rules.reached(
        [rules.step_of(step, goal.program.currency) for step in progress.version.steps],
        progress.value,
    )
    return [
        {"words": words.step_text(goal, step), "reached": number <= reached}
        for number, step in enumerate(progress.version.steps, start=1)
    ]
