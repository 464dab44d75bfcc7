"""Who stands where among a program's tiers. Pure.

One evaluation looks at one partner on one day. The best tier whose condition he meets is his at
once. Who no longer meets the condition of his own keeps it for its days of grace, and then takes
the best one that he does meet, or none. A tier without a condition is given by people: figures
lead nobody into it, and nobody out of it but upwards.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum


@dataclass(frozen=True)
class Condition:
    """At least `threshold` of a metric in a window; who falls short has `grace_days`."""

    metric: str
    window: str
    threshold: int
    grace_days: int = 0


@dataclass(frozen=True)
class Rung:
    """A tier as the rules see it; a higher rank is better."""

    tier: uuid.UUID
    rank: int
    condition: Condition | None


class Step(Enum):
    """What one evaluation does with one partner."""

    STAYS = "stays"
    RISES = "rises"
    FALLS_SHORT = "falls short"
    RECOVERS = "recovers"
    DROPS = "drops"


@dataclass(frozen=True)
class Verdict:
    """The outcome for one partner: the tier he has after it, None for none.

    While he falls short: since which day, on which day he would leave, and for which tier.
    """

    step: Step
    tier: uuid.UUID | None
    short_since: date | None = None
    falls_on: date | None = None
    falls_to: uuid.UUID | None = None


def best(rungs: Sequence[Rung], met: Collection[uuid.UUID]) -> Rung | None:
    """The highest of the tiers whose conditions are met."""
    found = [rung for rung in rungs if rung.condition is not None and rung.tier in met]
    return max(found, key=lambda rung: rung.rank, default=None)


def decide(
    rungs: Sequence[Rung],
    met: Collection[uuid.UUID],
    tier: uuid.UUID | None,
    short_since: date | None,
    day: date,
) -> Verdict:
    """Where a partner of `tier` stands after the evaluation of `day`.

    `met` are the tiers whose conditions he meets, `short_since` since when he falls short of his.
    """
    top = best(rungs, met)
    own = next((rung for rung in rungs if rung.tier == tier), None)
    if top is not None and (own is None or top.rank > own.rank):
        return Verdict(Step.RISES, top.tier)
    if own is None or own.condition is None or own.tier in met:
        return Verdict(Step.STAYS if short_since is None else Step.RECOVERS, tier)
    since = short_since or day
    falls_on = since + timedelta(days=own.condition.grace_days)
    falls_to = top.tier if top else None
    if day >= falls_on:
        return Verdict(Step.DROPS, falls_to)
    step = Step.FALLS_SHORT if short_since is None else Step.STAYS
    return Verdict(step, tier, since, falls_on, falls_to)


def next_up(rungs: Sequence[Rung], tier: uuid.UUID | None) -> Rung | None:
    """The lowest tier with a condition above a partner's own."""
    rank = next((rung.rank for rung in rungs if rung.tier == tier), -1)
    above = [rung for rung in rungs if rung.condition is not None and rung.rank > rank]
    return min(above, key=lambda rung: rung.rank, default=None)
