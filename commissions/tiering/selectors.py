"""Reads about tiers: where a partner stands and what is missing, who is where, every move."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from campaigns.models import Enrollment, Program, Tier, TierClock, TierMove
from commissions.rules.windows import ROLLING
from commissions.tiering import counting, rules, windows
from commissions.tiering.counting import Counter
from commissions.tiering.evaluation import local_day
from prm.errors import NotFound

PACE_DAYS = 28


@dataclass(frozen=True)
class Gap:
    """How far a partner is from a tier in the window that runs; minor units where it is money.

    `reaches_on` is when he reaches it at the pace of the last four weeks; None where that says
    nothing or it would be after the window.
    """

    tier: Tier
    value: int
    days: windows.Days
    reaches_on: date | None

    @property
    def target(self) -> int:
        """What the tier asks for."""
        return self.tier.threshold or 0

    @property
    def missing(self) -> int:
        """What is missing to it; 0 when it is reached."""
        return max(0, self.target - self.value)

    @property
    def percent(self) -> int:
        """How much of the way is done, 0 to 100."""
        if not self.missing:
            return 100
        return max(0, self.value * 100 // self.target)

    @property
    def has_deadline(self) -> bool:
        """Whether the window ends on a day of the calendar."""
        return self.tier.window in windows.CALENDAR


@dataclass(frozen=True)
class Standing:
    """Where one partner stands among a program's tiers, counted now.

    `next` is the tier above his with a condition; `keep` is his own, in the window that runs.
    """

    enrollment: Enrollment
    tiers: list[Tier]
    next: Gap | None
    keep: Gap | None

    @property
    def tier(self) -> Tier | None:
        """His tier."""
        return next((one for one in self.tiers if one.pk == self.enrollment.tier_id), None)


def standings(enrollments: Sequence[Enrollment]) -> list[Standing]:
    """Where a partner stands in each of his programs that has tiers, in order.

    One query for the tiers, and at most a few for each figure that is asked for.
    """
    programs = {one.program_id: one.program for one in enrollments}
    tiers: dict[uuid.UUID, list[Tier]] = {}
    for tier in Tier.objects.filter(program_id__in=programs).order_by("rank"):
        tiers.setdefault(tier.program_id, []).append(tier)
    return [_standing(one, tiers[one.program_id]) for one in enrollments if one.program_id in tiers]


def standing_of(enrollment: Enrollment) -> Standing | None:
    """Where a partner stands in one program; None where it has no tiers."""
    return next(iter(standings([enrollment])), None)


def _standing(enrollment: Enrollment, tiers: list[Tier]) -> Standing:
    rungs = counting.rungs_of(tiers)
    above = rules.next_up(rungs, enrollment.tier_id)
    by_id = {tier.pk: tier for tier in tiers}
    own = by_id.get(enrollment.tier_id) if enrollment.tier_id else None
    return Standing(
        enrollment=enrollment,
        tiers=tiers,
        next=_gap(enrollment, by_id[above.tier]) if above else None,
        keep=_gap(enrollment, own) if own and own.has_condition and not above else None,
    )


def _gap(enrollment: Enrollment, tier: Tier) -> Gap:
    program = enrollment.program
    mine = Enrollment.objects.filter(pk=enrollment.pk).values("partner_id")
    counter, partner = Counter(program, mine), enrollment.partner_id
    today = local_day(program.seller, timezone.now())
    days = windows.running(tier.window, today)
    value = counter.over(tier.metric, days).get(partner, 0)
    reaches_on = None
    if tier.window != ROLLING and value < (tier.threshold or 0):
        first = today - timedelta(days=PACE_DAYS - 1)
        lately = counter.over(tier.metric, windows.Days(first, today, today)).get(partner, 0)
        reaches_on = windows.reaches_on(value, lately, PACE_DAYS, tier.threshold or 0, today)
        if reaches_on is not None and tier.window in windows.CALENDAR and reaches_on > days.last:
            reaches_on = None
    return Gap(tier, value, days, reaches_on)


def tiers_of(program: Program) -> QuerySet[Tier]:
    """A program's tiers, the highest first, with `partner_count` and `short_count`."""
    active = Q(enrollments__status=Enrollment.Status.ACTIVE)
    short = active & Q(enrollments__tier_short_since__isnull=False)
    return (
        Tier.objects.filter(program=program)
        .annotate(
            partner_count=Count("enrollments", filter=active),
            short_count=Count("enrollments", filter=short),
        )
        .order_by("-rank")
    )


def tier_by_id(tier_id: uuid.UUID | str) -> Tier:
    """The tier with its program and seller; raises NotFound."""
    found = Tier.objects.select_related("program__seller").filter(pk=tier_id).first()
    if found is None:
        raise NotFound("tier")
    return found


def placed(program: Program) -> QuerySet[Enrollment]:
    """Active enrollments of a program with partner and tier."""
    rows = Enrollment.objects.filter(program=program, status=Enrollment.Status.ACTIVE)
    return rows.select_related("partner", "tier", "program__seller")


def enrollment_by_id(enrollment_id: uuid.UUID | str) -> Enrollment:
    """The enrollment with all that a page about its tier shows; raises NotFound."""
    rows = Enrollment.objects.select_related("partner", "tier", "program__seller", "seller")
    found = rows.filter(pk=enrollment_id).first()
    if found is None:
        raise NotFound("enrollment")
    return found


def moves() -> QuerySet[TierMove]:
    """Every move with what a list shows."""
    return TierMove.objects.select_related(
        "enrollment__partner", "enrollment__program", "before", "after", "seller"
    )


def moves_of(enrollment: Enrollment) -> QuerySet[TierMove]:
    """A partner's moves in one program, newest first."""
    return moves().filter(enrollment=enrollment).order_by("-at", "-id")


def clock_of(program: Program) -> TierClock | None:
    """When the program's tiers were and will be evaluated; None before there was reason to."""
    return TierClock.objects.filter(program=program).first()
