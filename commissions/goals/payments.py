"""What a period pays: decided in one step, then paid line by line, each exactly once."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from campaigns.models import Enrollment
from commissions.goals import rules
from commissions.goals.metrics import bounds
from commissions.goals.rules import Due
from commissions.goals.standings import Standing, pays
from commissions.models import (
    CommissionKind,
    Goal,
    GoalKind,
    GoalPayment,
    GoalPeriod,
    GoalResult,
    OccasionKind,
)
from commissions.services.occasions import OccasionInput, Settled, pay_once
from sellers.actors import SYSTEM

Results = Mapping[uuid.UUID, GoalResult]


def decide(
    goal: Goal,
    period: GoalPeriod,
    results: Results,
    standing: Standing,
    *,
    at: datetime,
) -> int:
    """Write what is still to be paid, and where the goal says so taken back; how many amounts.

    Nothing is taken back from whom the goal is no longer for. Deciding twice writes nothing more.
    """
    wanted = pays(goal, period.version, standing)
    rows = GoalPayment.objects.filter(result__period=period).order_by("id")
    paid: dict[uuid.UUID, list[GoalPayment]] = {}
    for row in rows.select_related("result"):
        paid.setdefault(row.result.partner_id, []).append(row)
    version = period.version
    fresh = []
    for partner in sorted(wanted.keys() | paid.keys()):
        before = paid.get(partner, [])
        differences = rules.settle(
            wanted.get(partner, []),
            [Due(row.step, row.currency, row.amount_minor) for row in before],
            all_steps=version.all_steps,
            take_back=version.take_back and partner in standing.members,
        )
        fresh += [
            _payment(goal, period, results[partner], one, before, at, standing)
            for one in differences
        ]
    GoalPayment.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


def last_instant(goal: Goal, period: GoalPeriod) -> datetime:
    """The instant that closing payments are dated: the window's last."""
    _start, end = bounds(period.starts_on, period.ends_on, goal.seller.time_zone)
    return end - timedelta(seconds=1)


def unpaid() -> QuerySet[GoalPayment]:
    """What was decided and is not paid yet."""
    return GoalPayment.objects.filter(line=None)


def pay_next() -> bool:
    """Pay the oldest amount that nobody else has in hand; whether there was one.

    One line in a transaction: the ledger's accounts are then never held while waiting for others.
    """
    row = (
        unpaid()
        .select_related("result__goal__program", "result__goal__seller", "result__period")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("id")
        .first()
    )
    if row is None:
        return False
    goal, period = row.result.goal, row.result.period
    enrollment = Enrollment.objects.select_related("program").get(
        program_id=goal.program_id, partner_id=row.result.partner_id
    )
    row.line = pay_once(
        enrollment=enrollment,
        occasion=_occasion(goal, period, row),
        settled=Settled(CommissionKind.BONUS, row.amount_minor, row.facts),
        actor=SYSTEM,
    )
    row.save(update_fields=["line"])
    return True


def key_of(goal: Goal, period: GoalPeriod, payment: GoalPayment) -> str:
    """What makes a payment happen once, whatever is run again."""
    parts = ["goal", goal.pk.hex, period.key, payment.result.partner_id.hex, payment.step]
    if payment.currency != goal.program.currency:
        parts.append(payment.currency)
    if payment.turn > 1:
        parts.append(f"turn{payment.turn}")
    return ":".join(str(part) for part in parts)


def _occasion(goal: Goal, period: GoalPeriod, payment: GoalPayment) -> OccasionInput:
    return OccasionInput(
        kind=OccasionKind.GOAL,
        key=key_of(goal, period, payment),
        label=goal.name,
        occurred_at=payment.occurred_at,
        amount_minor=max(int(payment.facts.get("earned", 0)), 0),
        currency=payment.currency,
        metadata={"goal": str(goal.pk), "period": period.key},
    )


def _payment(
    goal: Goal,
    period: GoalPeriod,
    result: GoalResult,
    due: Due,
    before: Sequence[GoalPayment],
    at: datetime,
    standing: Standing,
) -> GoalPayment:
    same = [row for row in before if row.step == due.step and row.currency == due.unit]
    return GoalPayment(
        seller_id=goal.seller_id,
        result=result,
        step=due.step,
        turn=len(same) + 1,
        currency=due.unit,
        amount_minor=due.amount,
        occurred_at=at,
        facts=_facts(goal, period, result, due)
        | _base(period, result, due, standing)
        | _before(period, due, before),
    )


def _facts(goal: Goal, period: GoalPeriod, result: GoalResult, due: Due) -> dict[str, Any]:
    """Numbers and names that explain the line; the sentence is made when it is read."""
    facts: dict[str, Any] = {
        "what": "goal" if goal.kind == GoalKind.GOAL else "contest",
        "goal": goal.name,
        "goal_id": str(goal.pk),
        "version": period.version.number,
        "from": period.starts_on.isoformat(),
        "to": period.ends_on.isoformat(),
        "metric": goal.metric,
        "value": result.value,
        "currency": goal.program.currency,
        "back": due.amount < 0,
    }
    if goal.kind == GoalKind.CONTEST:
        return facts | {"place": due.step, "tied": result.tied}
    step = period.version.steps[due.step - 1]
    facts |= {"step": step["name"], "target": step["from"], "reward": step["reward"]}
    return facts


def _base(period: GoalPeriod, result: GoalResult, due: Due, standing: Standing) -> dict[str, Any]:
    """What a percentage is of: what rules paid him in the window."""
    steps = period.version.steps
    if not steps or steps[due.step - 1]["reward"]["type"] != "percent":
        return {}
    return {"earned": standing.earned.get(result.partner_id, {}).get(due.unit, 0)}


def _before(period: GoalPeriod, due: Due, before: Sequence[GoalPayment]) -> dict[str, Any]:
    """What lower targets paid already, where a higher one pays only what it pays more."""
    if period.version.all_steps:
        return {}
    paid = sum(row.amount_minor for row in before if row.currency == due.unit)
    return {"paid_before": paid} if paid else {}
