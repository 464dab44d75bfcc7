"""Who is credited for a sale or lead: pure, no database."""

from tracking.attribution.deciding import click_counts, decide
from tracking.attribution.values import (
    Bound,
    Decision,
    Given,
    Member,
    Owner,
    Part,
    Terms,
    Touch,
)
from tracking.attribution.weighing import MODELS, weights

__all__ = [
    "MODELS",
    "Bound",
    "Decision",
    "Given",
    "Member",
    "Owner",
    "Part",
    "Terms",
    "Touch",
    "click_counts",
    "decide",
    "weights",
]
