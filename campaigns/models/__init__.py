"""Programs, who is in them, and what they are given to sell with."""

from campaigns.models.announcements import Announcement, Receipt
from campaigns.models.enrollments import (
    Application,
    Enrollment,
    Group,
    Tier,
    TierMetric,
    TierWindow,
)
from campaigns.models.materials import (
    BrandedMaterial,
    Campaign,
    Material,
    MaterialDay,
    MaterialUse,
    MaterialVersion,
)
from campaigns.models.programs import Program, Terms
from campaigns.models.tiers import TierCause, TierClock, TierMove
from campaigns.models.wanted import ProspectFit, ProspectInvitation, WantedProfile

__all__ = [
    "Announcement",
    "Application",
    "BrandedMaterial",
    "Campaign",
    "Enrollment",
    "Group",
    "Material",
    "MaterialDay",
    "MaterialUse",
    "MaterialVersion",
    "Program",
    "ProspectFit",
    "ProspectInvitation",
    "Receipt",
    "Terms",
    "Tier",
    "TierCause",
    "TierClock",
    "TierMetric",
    "TierMove",
    "TierWindow",
    "WantedProfile",
]
