"""The goals' own work: count what is due, decide, pay, tell. Safe to run twice and by two workers.

A look at a goal counts each of its running periods. A period whose days for refunds are over is
counted for the last time: what it pays is decided in that transaction and paid after it, line by
line. A closed period is counted again once a day for a while, only to note what came in late.
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.utils import timezone

from activity import work
from activity.services import record
from commissions.goals import messages, metrics, payments, spans, standings
from commissions.models import (
    Goal,
    GoalPayment,
    GoalPeriod,
    GoalResult,
    GoalVersion,
    PeriodState,
)
from sellers.actors import SYSTEM
from sellers.models import Seller
from sellers.scope import seller_scope

KIND: Final = "goals"
LOOK_EVERY: Final = timedelta(minutes=10)
LATE_EVERY: Final = timedelta(days=1)
LATE_FOR: Final = timedelta(days=60)
PAID_AT_A_TIME: Final = 50


def local_day(seller: Seller, at: datetime) -> date:
    """The calendar day of the seller's at an instant."""
    return at.astimezone(ZoneInfo(seller.time_zone)).date()


def version_for(goal: Goal, first: date) -> GoalVersion:
    """What the goal asks and pays in a window that begins on `first`."""
    versions = [one for one in goal.versions.all() if one.valid_from <= first]
    return max(versions, key=lambda one: (one.valid_from, one.number))


def due() -> QuerySet[Goal]:
    """Goals to be counted now."""
    return Goal.objects.filter(look_at__lte=timezone.now())


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with a goal to count or an amount to pay."""
    found = set(due().values_list("seller_id", flat=True).distinct())
    return found | set(payments.unpaid().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Pay a batch of what was decided, else look at one goal; whether there may be more."""
    if _pay_batch(seller_id):
        return True
    with seller_scope(seller_id):
        goal = (
            due()
            .select_related("seller", "program")
            .prefetch_related("versions")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("look_at", "id")
            .first()
        )
        if goal is not None:
            look(goal, timezone.now())
        return goal is not None


def _pay_batch(seller_id: uuid.UUID) -> int:
    """Pay up to a batch, each amount in a transaction of its own; how many."""
    for paid in range(PAID_AT_A_TIME):
        with seller_scope(seller_id):
            if not payments.pay_next():
                return paid
    return PAID_AT_A_TIME


def look(goal: Goal, now: datetime) -> None:
    """Count every period of a locked goal that needs it, and say when to look again."""
    _begin(goal, now)
    periods = list(goal.periods.select_related("version").order_by("starts_on"))
    for period in periods:
        if period.state == PeriodState.OPEN:
            _count(goal, period, now)
        elif period.state == PeriodState.CLOSING:
            _close(goal, period, now)
        elif _needs_late_look(period, now):
            _note_late(goal, period, now)
    _end_if_over(goal, now)
    goal.looked_at = now
    goal.look_at = _next_look(goal, periods, now)
    goal.save(update_fields=["look_at", "looked_at"])


def _begin(goal: Goal, now: datetime) -> None:
    """A row for each window that has begun."""
    today = local_day(goal.seller, now)
    known = set(goal.periods.values_list("key", flat=True))
    for span in spans.begun(goal.window, goal.starts_on, goal.ends_on, today):
        if span.key not in known:
            version = version_for(goal, span.first)
            GoalPeriod.objects.create(
                seller_id=goal.seller_id,
                goal=goal,
                version=version,
                key=span.key,
                starts_on=span.first,
                ends_on=span.last,
                closes_at=standings.closes_at(goal, version, span),
            )


def _count(goal: Goal, period: GoalPeriod, now: datetime) -> None:
    """Count a running period; the last time when its days for refunds are over."""
    last = now >= period.closes_at
    until = period.closes_at if last else now
    standing = standings.count(goal, period.version, standings.span_of(period), until)
    results = standings.keep(period, goal, standing)
    if last:
        at = payments.last_instant(goal, period)
        payments.decide(goal, period, results, standing, at=at)
        period.state = PeriodState.CLOSING
    elif period.version.at_once:
        payments.decide(goal, period, results, standing, at=now)
    period.looked_at = now
    period.save(update_fields=["state", "looked_at"])
    messages.tell_partners(goal, period, results.values(), standing)


def _close(goal: Goal, period: GoalPeriod, now: datetime) -> None:
    """Close a period once everything that it decided is paid."""
    rows = GoalPayment.objects.filter(result__period=period)
    if rows.filter(line=None).exists():
        return
    period.state, period.closed_at, period.looked_at = PeriodState.CLOSED, now, now
    period.save(update_fields=["state", "closed_at", "looked_at"])
    sums = rows.order_by().values_list("currency").annotate(Sum("amount_minor"))
    paid = {currency: int(amount) for currency, amount in sums if amount}
    partners = rows.values("result__partner_id").distinct().count()
    messages.tell_staff(goal, period, paid, partners)


def _needs_late_look(period: GoalPeriod, now: datetime) -> bool:
    if period.closed_at is None or period.looked_at is None:
        return False
    return now < period.closed_at + LATE_FOR and now >= period.looked_at + LATE_EVERY


def _note_late(goal: Goal, period: GoalPeriod, now: datetime) -> None:
    """Note what a closed period would be with events that came in since. Nothing is paid.

    Who is new in the goal's tier or group since is no news of the period.
    """
    standing = standings.count(goal, period.version, standings.span_of(period), period.closes_at)
    rows = {row.partner_id: row for row in period.results.all()}
    changed = []
    for partner_id in sorted(rows.keys() & standing.members):
        row, value = rows[partner_id], standing.values.get(partner_id, 0)
        late = None if value == row.value else value
        if late != row.late_value:
            row.late_value = late
            changed.append(row)
    narrow = goal.tier_id or goal.group_id
    fresh = [
        GoalResult(
            seller_id=goal.seller_id, goal=goal, period=period, partner_id=one, late_value=value
        )
        for one, value in sorted(standing.values.items())
        if one not in rows and not narrow
    ]
    GoalResult.objects.bulk_update(changed, ["late_value"], batch_size=1000)
    GoalResult.objects.bulk_create(fresh, batch_size=1000)
    GoalPeriod.objects.filter(pk=period.pk).update(looked_at=now)
    period.looked_at = now
    if changed or fresh:
        record(
            seller=goal.seller,
            actor=SYSTEM,
            verb="goal.came_late",
            object=goal,
            detail={"period": period.key, "partners": len(changed) + len(fresh)},
        )


def _end_if_over(goal: Goal, now: datetime) -> None:
    """A goal whose last window is closed has ended."""
    over = goal.ends_on is not None and local_day(goal.seller, now) > goal.ends_on
    if goal.status != Goal.Status.LIVE or not over:
        return
    if goal.periods.exclude(state=PeriodState.CLOSED).exists():
        return
    Goal.objects.filter(pk=goal.pk, status=Goal.Status.LIVE).update(status=Goal.Status.ENDED)
    goal.status = Goal.Status.ENDED
    record(
        seller=goal.seller,
        actor=SYSTEM,
        verb="goal.ended",
        object=goal,
        changes={"status": ("live", "ended")},
    )


def _next_look(goal: Goal, periods: list[GoalPeriod], now: datetime) -> datetime | None:
    """When something about the goal can be different: soon while a period runs."""
    if any(period.state == PeriodState.CLOSING for period in periods):
        return now
    moments = [
        min(now + LOOK_EVERY, max(period.closes_at, now))
        for period in periods
        if period.state == PeriodState.OPEN
    ]
    today = local_day(goal.seller, now)
    coming = spans.next_span(goal.window, goal.starts_on, goal.ends_on, today)
    if coming is not None:
        moments.append(metrics.instant(coming.first, goal.seller.time_zone))
    moments += [
        (period.looked_at or now) + LATE_EVERY
        for period in periods
        if period.closed_at is not None and now < period.closed_at + LATE_FOR
    ]
    return min(moments, default=None)


def look_soon(goal: Goal) -> None:
    """Have the goal counted as soon as the transaction has committed."""
    Goal.objects.filter(pk=goal.pk).update(look_at=timezone.now())
    work.nudge(KIND, goal.seller_id)


WORK = work.Kind(KIND, waiting, step, work.BACKGROUND_QUEUE)
__all__ = ["WORK", "due", "look", "look_soon", "step", "version_for", "waiting"]
