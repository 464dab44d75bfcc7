"""Who is told of a goal, and when: partners near it and there, staff when a period was paid."""

import uuid
from collections.abc import Iterable, Mapping

from django.utils import translation
from django.utils.translation import gettext

from activity.services import Notice, record
from commissions.goals import rules, words
from commissions.goals.standings import Standing, steps_of
from commissions.models import Goal, GoalKind, GoalPeriod, GoalResult, PeriodState
from partners import selectors as partners
from partners.models import Member
from sellers.actors import SYSTEM
from sellers.models import User

People = Mapping[uuid.UUID, list[User]]


def tell_partners(
    goal: Goal, period: GoalPeriod, results: Iterable[GoalResult], standing: Standing
) -> None:
    """Tell partners who are near a target or have reached it, each once in a period.

    Needs the rows that were just counted. A contest tells its places when it is over.
    """
    if goal.kind == GoalKind.CONTEST:
        _tell_places(goal, period, results)
        return
    steps = steps_of(period.version, goal)
    reached = [one for one in results if one.step > one.told_step]
    near = []
    for one in results:
        running = period.state == PeriodState.OPEN and one.partner_id in standing.members
        next_step = rules.is_near(steps, one.value) if running else 0
        if next_step > max(one.told_near, one.told_step):
            one.told_near = next_step
            near.append(one)
    people = _people({one.partner_id for one in [*reached, *near]})
    for one in reached:
        one.told_step = one.step
        _record(goal, period, one, "goal.reached", people)
    for one in near:
        _record(goal, period, one, "goal.near", people)
    GoalResult.objects.bulk_update({*reached, *near}, ["told_near", "told_step"], batch_size=1000)


def tell_staff(goal: Goal, period: GoalPeriod, paid: Mapping[str, int], count: int) -> None:
    """Record that a period was closed and what it paid, and tell who looks after partners."""
    users = [staff.user for staff in partners.managers()]
    notices = []
    for user in users:
        with translation.override(user.language or goal.seller.language):
            values = {"goal": goal.name, "period": words.period_text(period)}
            subject = gettext("%(goal)s, %(period)s: closed") % values
            body = words.paid_text(paid, count)
        path = f"/{goal.seller.slug}/console/goals/{goal.pk}/"
        notices.append(Notice([user], "console", subject, body, path, mail=bool(paid)))
    record(
        seller=goal.seller,
        actor=SYSTEM,
        verb="goal.paid",
        object=goal,
        detail={"period": period.key, "partners": count, "paid": dict(paid)},
        notify=notices,
    )


def _tell_places(goal: Goal, period: GoalPeriod, results: Iterable[GoalResult]) -> None:
    """When a contest is counted for the last time: everybody who has a place is told it."""
    if period.state == PeriodState.OPEN:
        return
    placed = [one for one in results if one.place and not one.told_step]
    people = _people({one.partner_id for one in placed})
    for one in placed:
        one.told_step = 1
        _record(goal, period, one, "goal.placed", people)
    GoalResult.objects.bulk_update(placed, ["told_step"], batch_size=1000)


def _people(partner_ids: set[uuid.UUID]) -> People:
    """The active people of each partner; one query."""
    rows = Member.objects.filter(partner_id__in=partner_ids, is_active=True).select_related("user")
    found: dict[uuid.UUID, list[User]] = {}
    for row in rows.order_by("role", "id"):
        found.setdefault(row.partner_id, []).append(row.user)
    return found


def _record(goal: Goal, period: GoalPeriod, result: GoalResult, verb: str, people: People) -> None:
    notices = []
    for user in people.get(result.partner_id, []):
        with translation.override(user.language or goal.seller.language):
            subject, body = words.news(goal, period, result, verb)
        path = f"/{goal.seller.slug}/portal/goals/{goal.pk}/"
        notices.append(Notice([user], "partner", subject, body, path, mail=verb != "goal.near"))
    record(
        seller=goal.seller,
        actor=SYSTEM,
        verb=verb,
        object=goal,
        partner_id=result.partner_id,
        detail={"period": period.key, "value": result.value, "step": result.step},
        notify=notices,
    )
