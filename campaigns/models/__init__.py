"""Programs, who is in them, and what they are given to sell with."""

from campaigns.models.enrollments import (
    Application,
    Enrollment,
    Group,
    Tier,
    TierMetric,
    TierWindow,
)
from campaigns.models.materials import Campaign, Material, MaterialUse
from campaigns.models.programs import Program, Terms
from campaigns.models.tiers import TierCause, TierClock, TierMove

__all__ = [
    "Application",
    "Campaign",
    "Enrollment",
    "Group",
    "Material",
    "MaterialUse",
    "Program",
    "Terms",
    "Tier",
    "TierCause",
    "TierClock",
    "TierMetric",
    "TierMove",
    "TierWindow",
]
