"""What the conditions of a program's tiers come to, for all of its partners or for some."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Enrollment, Program, Tier
from commissions.goals import metrics
from commissions.goals.metrics import Stretch, Values
from commissions.tiering import windows
from commissions.tiering.rules import Condition, Rung
from partners.models import Partner

Counted = Mapping[tuple[str, str], Values]
"""(metric, window) -> partner -> value, in minor units where the metric is money."""


def condition_of(tier: Tier) -> Condition | None:
    """A tier's condition as the rules see it."""
    if not tier.has_condition:
        return None
    return Condition(tier.metric, tier.window, tier.threshold or 0, tier.grace_days)


def rungs_of(tiers: Iterable[Tier]) -> list[Rung]:
    """A program's tiers as the rules see them."""
    return [Rung(tier.pk, tier.rank, condition_of(tier)) for tier in tiers]


def looked_at(program: Program) -> QuerySet[Enrollment]:
    """Whom figures may move: active enrollments of active partners who are not pinned."""
    return Enrollment.objects.filter(
        program=program,
        status=Enrollment.Status.ACTIVE,
        tier_pinned_at=None,
        partner__status=Partner.Status.ACTIVE,
    )


@dataclass(frozen=True)
class Counter:
    """Counts one program's conditions for `partners`; needs the program's seller."""

    program: Program
    partners: QuerySet[Any]

    def as_of(self, rungs: Sequence[Rung], day: date) -> Counted:
        """What the evaluation of `day` goes by; a query or two for each metric and window."""
        asked = {(rung.condition.metric, rung.condition.window) for rung in rungs if rung.condition}
        return {
            (metric, window): self.over(metric, windows.counted(window, day))
            for metric, window in sorted(asked)
        }

    def over(self, metric: str, days: windows.Days) -> Values:
        """Partner -> value over days, less what came back by the end of the last."""
        start, end = metrics.bounds(days.first, days.last, self.program.seller.time_zone)
        return metrics.measure(Stretch(self.program, metric, start, end, end, self.partners))


def met(rungs: Sequence[Rung], counted: Counted, partner: uuid.UUID) -> set[uuid.UUID]:
    """The tiers whose conditions a partner meets."""
    return {
        rung.tier
        for rung in rungs
        if (asked := rung.condition) is not None
        and counted[asked.metric, asked.window].get(partner, 0) >= asked.threshold
    }
