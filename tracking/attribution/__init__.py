"""Who is credited for a sale or lead: pure, no database."""

from tracking.attribution.deciding import click_counts, decide
from tracking.attribution.hiding import as_read_by
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
    "as_read_by",
    "click_counts",
    "decide",
    "weights",
]
