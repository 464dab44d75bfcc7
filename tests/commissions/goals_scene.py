"""Goals in a market: made live, let go by, counted and paid as the worker would."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from commissions import services as commissions
from commissions.goals import evaluation, services
from commissions.goals.services import GoalInput
from commissions.goals.terms import Terms
from commissions.inputs import RefundInput
from commissions.models import (
    Commission,
    Goal,
    GoalPayment,
    GoalPeriod,
    GoalResult,
    GoalVersion,
)
from ledger import checks
from tests.cast import token
from tests.portal.market import Market, Side, make_market
from tracking.models import Sale

BRONZE = {"name": "Bronze", "from": 30_000, "reward": {"type": "flat", "amount": 1_000}}
SILVER = {"name": "Silver", "from": 50_000, "reward": {"type": "flat", "amount": 2_500}}


def local_today() -> date:
    """Today where the test's sellers are (Asia/Jakarta)."""
    return timezone.localdate(timezone=timezone.get_fixed_timezone(7 * 60))


@dataclass
class Scene:
    """A market whose partners work towards goals; the program pays 10 % of net."""

    market: Market
    goals: list[Goal] = field(default_factory=list)

    def make(self, *, live: bool = True, **changes: Any) -> Goal:
        """A goal of thirty days that began twenty days ago, unless `changes` say otherwise."""
        content: dict[str, Any] = {"steps": [BRONZE, SILVER], "grace_days": 0}
        names = set(Terms.__dataclass_fields__)
        content |= {key: value for key, value in changes.items() if key in names}
        fields: dict[str, Any] = {
            "name": "Harvest goal",
            "metric": "sales_amount",
            "window": "fixed",
            "starts_on": local_today() - timedelta(days=20),
            "ends_on": local_today() + timedelta(days=9),
        }
        fields |= {key: value for key, value in changes.items() if key not in names}
        with self.market.team.scope():
            goal = services.create_goal(
                program=self.market.program,
                goal=GoalInput(terms=Terms(**content), **fields),
                actor=self.market.team.actor,
            )
            if live:
                goal = services.publish_goal(goal=goal, actor=self.market.team.actor)
        return goal

    def contest(self, **changes: Any) -> Goal:
        """A contest of thirty days with three prizes."""
        given = {"kind": "contest", "steps": [], "prizes": [5_000, 3_000, 1_000], **changes}
        return self.make(**given)

    def refund(self, sale: Sale, amount: int, *, days_ago: float) -> None:
        """Money back on a sale some days ago, computed."""
        team = self.market.team
        with team.scope():
            commissions.take_refund(
                seller=team.seller,
                actor=team.actor,
                refund=RefundInput(
                    external_id=f"R-{token()}",
                    sale_external_id=sale.external_id,
                    amount=amount,
                    occurred_at=timezone.now() - timedelta(days=days_ago),
                ),
            )
        self.market.compute()

    def pass_days(self, goal: Goal, days: int) -> None:
        """Let `days` go by for a goal: everything about it lies that much further back."""
        back = timedelta(days=days)
        with self.market.team.scope():
            goal.refresh_from_db()
            goal.starts_on -= back
            goal.ends_on = goal.ends_on and goal.ends_on - back
            goal.look_at = timezone.now()
            goal.save()
            for version in GoalVersion.objects.filter(goal=goal):
                version.valid_from -= back
                version.save()
            for period in GoalPeriod.objects.filter(goal=goal):
                period.starts_on -= back
                period.ends_on -= back
                period.closes_at -= back
                period.save()

    def due_now(self, goal: Goal) -> None:
        """The moment of the next look has come."""
        with self.market.team.scope():
            Goal.objects.filter(pk=goal.pk).update(look_at=timezone.now())

    def work(self) -> None:
        """Everything that waits; the books are whole afterwards."""
        while evaluation.step(self.market.team.id):
            pass
        with self.market.team.scope():
            assert checks.faults() == []

    def look(self, goal: Goal) -> None:
        """Count a goal again now."""
        self.due_now(goal)
        self.work()

    def paid(self, goal: Goal, side: Side | None = None) -> list[tuple[int, str]]:
        """(amount, unit) of every line that a goal wrote, oldest first; of one side or all."""
        with self.market.team.scope():
            rows = GoalPayment.objects.filter(result__goal=goal).order_by("id")
            if side:
                rows = rows.filter(result__partner=side.partner)
            lines = [row.line for row in rows.select_related("line")]
            assert all(line is not None for line in lines)
            return [(line.amount_minor, line.currency) for line in lines if line]

    def lines(self, side: Side) -> list[Commission]:
        """The bonus lines of a side, oldest first."""
        with self.market.team.scope():
            return list(
                Commission.objects.filter(partner=side.partner, kind="bonus")
                .select_related("occasion")
                .order_by("id")
            )

    def result(self, goal: Goal, side: Side) -> GoalResult:
        """The newest result of a side."""
        with self.market.team.scope():
            rows = GoalResult.objects.filter(goal=goal, partner=side.partner)
            return rows.select_related("period").latest("id")

    def period(self, goal: Goal) -> GoalPeriod:
        """The newest period of a goal."""
        with self.market.team.scope():
            return GoalPeriod.objects.filter(goal=goal).latest("starts_on")


def make_scene(**market: Any) -> Scene:
    """A scene of its own."""
    return Scene(make_market(**market))
