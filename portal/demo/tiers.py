"""Tiers of the demo's first program, and half a year of partners who rose and fell."""

from datetime import timedelta
from typing import Final

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Enrollment, TierMove
from commissions import services as commissions
from commissions.services.rulebook import RuleInput
from commissions.tiering import evaluation
from portal.demo.scene import IDR, Scene

TIERS: Final = (
    # key, name, sales of a month, days of grace, what it brings
    ("bronze", "Bronze", 0, 0, ("Product photos in full size",)),
    ("silver", "Silver", 1_500_000, 20, ("Harvest news a week early", "A coupon with your name")),
    (
        "gold",
        "Gold",
        4_500_000,
        20,
        ("10 % instead of 8 %", "A tasting set each harvest", "Answers within a day"),
    ),
    (
        "estate",
        "Estate",
        35_000_000,
        30,
        ("A lot with your name on the bag", "Four days at the harvest in Takengon"),
    ),
)

GOLD: Final = 2


def add_tiers(scene: Scene) -> None:
    """Four tiers by the sales of the month before, and what the third earns."""
    made = [
        campaigns.create_tier(
            program=scene.program,
            actor=scene.actor,
            key=key,
            name=name,
            rank=rank,
            metric="sales_amount",
            window="previous_month",
            threshold=least * IDR,
            grace_days=grace_days,
            benefits=list(benefits),
        )
        for rank, (key, name, least, grace_days, benefits) in enumerate(TIERS, start=1)
    ]
    commissions.create_rule(
        program=scene.program,
        tier=made[GOLD],
        actor=scene.actor,
        rule=RuleInput(
            "Gold", {"type": "percent", "rate": "10"}, valid_from=scene.starts + timedelta(hours=1)
        ),
    )


def move_partners(scene: Scene) -> None:
    """Evaluate as the worker would have since the program began, and once more today.

    Who joined later came into his first tier on the day on which he joined.
    """
    evaluation.evaluate(program_id=scene.program.pk, at=scene.starts + timedelta(hours=2))
    joined = Enrollment.objects.filter(pk=OuterRef("enrollment_id"))
    early = TierMove.objects.filter(before=None, at__lt=Subquery(joined.values("created_at")))
    early.update(at=Subquery(joined.values("created_at")))
    rows = Enrollment.objects.filter(program=scene.program, tier_since__lt=F("created_at"))
    rows.update(tier_since=F("created_at"))
    evaluation.evaluate(program_id=scene.program.pk, at=timezone.now())
