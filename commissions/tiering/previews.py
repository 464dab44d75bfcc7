"""Who would move if a tier asked for something else: the next evaluation, before it is saved."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from campaigns.models import Enrollment, Program, Tier
from commissions.tiering import counting
from commissions.tiering.counting import Counter
from commissions.tiering.evaluation import facts_of, judge, local_day
from commissions.tiering.rules import Step, Verdict
from commissions.tiering.words import facts_text


@dataclass(frozen=True)
class Mover:
    """One partner whom the change would touch. `falls_on` is set while he would have grace."""

    enrollment: Enrollment
    step: Step
    before: Tier | None
    after: Tier | None
    falls_on: date | None
    reason: str


@dataclass(frozen=True)
class Preview:
    """Everybody who would rise, drop at once, or begin to fall short; and how many stay."""

    risen: list[Mover]
    dropped: list[Mover]
    warned: list[Mover]
    stay: int
    pinned: int

    @property
    def movers(self) -> list[Mover]:
        """All of them, those who lose something first."""
        return [*self.dropped, *self.warned, *self.risen]


def preview(program: Program, tier: Tier) -> Preview:
    """Who would move if `tier`, changed or new and not saved, stood among the program's.

    Counted as the evaluation of today would; a query or two for each metric and window. Needs
    the program's seller.
    """
    tiers = {one.pk: one for one in Tier.objects.filter(program=program)} | {tier.pk: tier}
    rungs = counting.rungs_of(tiers.values())
    day = local_day(program.seller, timezone.now())
    rows = counting.looked_at(program)
    counted = Counter(program, rows.values("partner_id")).as_of(rungs, day)
    everybody = list(rows.select_related("partner").order_by("partner__name", "pk"))
    found: dict[Step, list[Mover]] = {step: [] for step in Step}
    for row, verdict in judge(everybody, rungs, counted, day):
        reason = facts_text(facts_of(row, verdict, rungs, counted, day), program.currency)
        found[verdict.step].append(_mover(row, verdict, tiers, reason))
    shown = (found[Step.RISES], found[Step.DROPS], found[Step.FALLS_SHORT])
    return Preview(
        *shown,
        stay=len(everybody) - sum(len(rows) for rows in shown),
        pinned=Enrollment.objects.filter(
            program=program, status=Enrollment.Status.ACTIVE, tier_pinned_at__isnull=False
        ).count(),
    )


def _mover(row: Enrollment, verdict: Verdict, tiers: dict[uuid.UUID, Tier], reason: str) -> Mover:
    to = verdict.falls_to if verdict.step is Step.FALLS_SHORT else verdict.tier
    return Mover(
        enrollment=row,
        step=verdict.step,
        before=tiers.get(row.tier_id) if row.tier_id else None,
        after=tiers.get(to) if to else None,
        falls_on=verdict.falls_on,
        reason=reason,
    )


def first(movers: Sequence[Mover], count: int) -> tuple[Sequence[Mover], int]:
    """As many as fit on a page, and how many more there are."""
    return movers[:count], max(0, len(movers) - count)
