"""The daily evaluation of tiers: one day of one program, in one transaction. Safe to run twice.

What a day decides depends on the events before it and on where partners stood, never on when it
is run: days that no worker saw are evaluated in their order, each with its own instant. The
engine evaluates what is due before it computes, so that an event earns by the tier of its time.
"""

import logging
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from activity import work
from campaigns.models import Enrollment, Program, Tier, TierCause, TierClock
from campaigns.services.placing import Shift, shift
from campaigns.services.tiers import EVALUATION
from commissions.goals import metrics
from commissions.tiering import counting, messages, rules, windows
from commissions.tiering.counting import Counted, Counter
from commissions.tiering.rules import Rung, Step, Verdict
from sellers.models import Seller
from sellers.scope import seller_scope

logger = logging.getLogger(__name__)
AGAIN_AFTER: Final = timedelta(minutes=10)
"""When an evaluation that broke off is tried again."""
MOST_DAYS: Final = 400
"""How far back days are evaluated that were missed; older ones are skipped."""
_DAY: Final = timedelta(days=1)
CAUSES: Final = {Step.RISES: TierCause.REACHED, Step.DROPS: TierCause.DROPPED}


@dataclass(frozen=True)
class Outcome:
    """What an evaluation did: how many rose, dropped, and began or ended to fall short."""

    risen: int = 0
    dropped: int = 0
    warned: int = 0
    recovered: int = 0

    def plus(self, other: "Outcome") -> "Outcome":
        """Both together."""
        return Outcome(
            self.risen + other.risen,
            self.dropped + other.dropped,
            self.warned + other.warned,
            self.recovered + other.recovered,
        )


def local_day(seller: Seller, at: datetime) -> date:
    """The seller's calendar day at an instant."""
    return at.astimezone(ZoneInfo(seller.time_zone)).date()


def due() -> QuerySet[TierClock]:
    """Programs whose tiers are to be evaluated now."""
    return TierClock.objects.filter(due_at__lte=timezone.now())


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with tiers to evaluate."""
    return set(due().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Evaluate what is due of each program; whether anything was.

    An evaluation that breaks off stops no other: its program's clock keeps the error and is due
    again a while later, and meanwhile the engine leaves waiting what its tiers decide.
    """
    with seller_scope(seller_id):
        clocks = list(due().order_by("due_at", "id"))
    for clock in clocks:
        try:
            with seller_scope(seller_id):
                evaluate(program_id=clock.program_id, at=timezone.now())
        except Exception as error:
            logger.exception("tiers of program %s could not be evaluated", clock.program_id)
            with seller_scope(seller_id):
                TierClock.objects.filter(pk=clock.pk).update(
                    error=f"{type(error).__name__}: {error}"[:500],
                    due_at=timezone.now() + AGAIN_AFTER,
                )
    return bool(clocks)


@transaction.atomic
def evaluate(*, program_id: uuid.UUID, at: datetime) -> Outcome:
    """Evaluate every day of a program up to that of `at`, and say when to look again.

    The first evaluation of all, and one that is repeated on its day, act from `at` on; a day's
    own acts from its first instant. Asking again for the same instant changes nothing.
    """
    program = Program.objects.select_related("seller").get(pk=program_id)
    clock = _locked(program)
    today = local_day(program.seller, at)
    tiers = list(Tier.objects.filter(program=program))
    found = Outcome()
    day: date | None = _first_day(clock.evaluated_on, today)
    while day is not None:
        fresh = clock.evaluated_on is not None and day > clock.evaluated_on
        start = metrics.instant(day, program.seller.time_zone)
        found = found.plus(_evaluate_day(program, tiers, day, start if fresh else max(at, start)))
        clock.evaluated_on = day
        day = _next_day(program, tiers, day, today)
    tomorrow = metrics.instant(today + _DAY, program.seller.time_zone)
    clock.due_at = tomorrow if any(tier.has_condition for tier in tiers) else None
    clock.evaluated_at, clock.error = at, ""
    clock.save(update_fields=["due_at", "evaluated_on", "evaluated_at", "error"])
    return found


def _locked(program: Program) -> TierClock:
    """The program's clock, for this transaction alone; made where there is none."""
    TierClock.objects.get_or_create(program=program, defaults={"seller_id": program.seller_id})
    return TierClock.objects.select_for_update().get(program=program)


def _first_day(last: date | None, today: date) -> date:
    """The day after the last one, or today: for the first time, or once more."""
    if last is None or last >= today:
        return today
    return max(last + _DAY, today - timedelta(days=MOST_DAYS))


def _next_day(program: Program, tiers: Sequence[Tier], day: date, today: date) -> date | None:
    """The next missed day on which anything can change, at the latest today; None after it.

    Calendar windows change nothing but on the day after them, and when a grace is over.
    """
    if day >= today:
        return None
    asked = {tier.window for tier in tiers if tier.has_condition}
    if asked - windows.CALENDAR.keys():
        return day + _DAY
    falling = counting.looked_at(program).filter(tier_falls_on__gt=day)
    ends = [windows.running(window, day).decides_on for window in asked]
    leaves: date | None = falling.aggregate(first=Min("tier_falls_on"))["first"]
    return min([*ends, *([leaves] if leaves else []), today])


def _evaluate_day(program: Program, rows_of: Sequence[Tier], day: date, at: datetime) -> Outcome:
    tiers = {tier.pk: tier for tier in rows_of}
    rungs = counting.rungs_of(tiers.values())
    rows = counting.looked_at(program)
    counted = Counter(program, rows.values("partner_id")).as_of(rungs, day)
    judged = judge(rows.select_related("partner"), rungs, counted, day)
    marked = [(row, verdict) for row, verdict in judged if verdict.step not in CAUSES]
    _mark(marked)
    moved = shift(
        Shift(
            enrollment=row,
            before=tiers.get(row.tier_id) if row.tier_id else None,
            after=tiers.get(verdict.tier) if verdict.tier else None,
            cause=CAUSES[verdict.step],
            at=max(at, row.tier_since or at),
            facts=facts_of(row, verdict, rungs, counted, day),
        )
        for row, verdict in judged
        if verdict.step in CAUSES
    )
    warned = [(row, verdict) for row, verdict in marked if verdict.step is Step.FALLS_SHORT]
    messages.tell(program, moved, warned, tiers)
    risen = sum(1 for one in moved if one.cause == TierCause.REACHED)
    recovered = sum(1 for _row, verdict in marked if verdict.step is Step.RECOVERS)
    return Outcome(risen, len(moved) - risen, len(warned), recovered)


def judge(
    rows: Iterable[Enrollment], rungs: Sequence[Rung], counted: Counted, day: date
) -> list[tuple[Enrollment, Verdict]]:
    """Everybody for whom the day changes anything, with what it does."""
    found = []
    for row in rows:
        met = counting.met(rungs, counted, row.partner_id)
        verdict = rules.decide(rungs, met, row.tier_id, row.tier_short_since, day)
        same = (row.tier_id, row.tier_short_since, row.tier_falls_on)
        if same != (verdict.tier, verdict.short_since, verdict.falls_on):
            found.append((row, verdict))
    return found


def _mark(judged: Iterable[tuple[Enrollment, Verdict]]) -> None:
    """Note who falls short since when, and who no longer does."""
    rows = []
    for row, verdict in judged:
        row.tier_short_since, row.tier_falls_on = verdict.short_since, verdict.falls_on
        rows.append(row)
    Enrollment.objects.bulk_update(rows, ["tier_short_since", "tier_falls_on"], batch_size=500)


def facts_of(
    row: Enrollment, verdict: Verdict, rungs: Sequence[Rung], counted: Counted, day: date
) -> dict[str, Any]:
    """What decided: of the tier that was reached, or of the one that is lost."""
    decisive = verdict.tier if verdict.step is Step.RISES else row.tier_id
    asked = next((rung.condition for rung in rungs if rung.tier == decisive), None)
    if asked is None:
        return {}
    days = windows.counted(asked.window, day)
    return {
        "metric": asked.metric,
        "window": asked.window,
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "value": counted[asked.metric, asked.window].get(row.partner_id, 0),
        "threshold": asked.threshold,
    }


WORK = work.Kind(EVALUATION, waiting, step)
__all__ = [
    "WORK",
    "Outcome",
    "due",
    "evaluate",
    "facts_of",
    "judge",
    "local_day",
    "step",
    "waiting",
]
