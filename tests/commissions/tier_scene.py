"""Tiers in a market over past months: sales on given days, evaluated at given instants."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Enrollment, Tier, TierMove
from commissions.tiering import evaluation
from commissions.tiering.evaluation import Outcome
from tests.portal.market import Market, Side, make_market
from tracking.models import Sale

JAKARTA = ZoneInfo("Asia/Jakarta")
"""Where the tests' sellers are."""


def at(text: str) -> datetime:
    """`2025-04-01 09:30` or `2025-04-01` where the seller is."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


@dataclass
class Ladder:
    """A market whose program pays 10 % since 2025 and has tiers; amounts in minor units."""

    market: Market

    def tier(self, key: str, rank: int, threshold: int | None = None, **terms: Any) -> Tier:
        """A tier; sales of a quarter count unless said otherwise, without a threshold nothing."""
        if threshold is not None:
            terms = {"metric": "sales_amount", "window": "quarter", **terms}
        team = self.market.team
        with team.scope():
            return campaigns.create_tier(
                program=self.market.program,
                actor=team.actor,
                key=key,
                name=key.title(),
                rank=rank,
                threshold=threshold,
                **terms,
            )

    def sell(self, amount: int, on: str, side: Side | None = None) -> Sale:
        """A sale on a day of the past, at noon unless a time is given; computed."""
        moment = at(on if " " in on else f"{on} 12:00")
        ago = (timezone.now() - moment).total_seconds() / 86_400
        return self.market.sell(side, amount, days_ago=ago)

    def evaluate(self, on: str) -> Outcome:
        """Evaluate as the worker would at that instant."""
        with self.market.team.scope():
            return evaluation.evaluate(program_id=self.market.program.pk, at=at(on))

    def stands(self, side: Side | None = None) -> tuple[str, date | None]:
        """The key of a side's tier, "" for none, and when he leaves it as things are."""
        row = self.row(side)
        return (row.tier.key if row.tier else "", row.tier_falls_on)

    def row(self, side: Side | None = None) -> Enrollment:
        """The side's enrollment as it is now."""
        side = side or self.market.rani
        with self.market.team.scope():
            rows = Enrollment.objects.select_related("tier", "program__seller", "partner")
            return rows.get(pk=side.enrollment.pk)

    def path(self, side: Side | None = None) -> list[tuple[str, str, datetime]]:
        """(tier, cause, instant) of each move, oldest first; instants where the seller is."""
        side = side or self.market.rani
        with self.market.team.scope():
            rows = TierMove.objects.filter(enrollment=side.enrollment).select_related("after")
            return [
                (row.after.key if row.after else "", row.cause, row.at.astimezone(JAKARTA))
                for row in rows.order_by("at", "id")
            ]


def make_ladder() -> Ladder:
    """A ladder without a rung."""
    return Ladder(make_market(starts=at("2025-01-01")))
