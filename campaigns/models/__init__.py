"""Programs, who is in them, and what they are given to sell with."""

from campaigns.models.announcements import Announcement, Receipt
from campaigns.models.application_files import ApplicationFile
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
from campaigns.models.onboarding import OnboardingStep, StepTick
from campaigns.models.programs import Program, Terms
from campaigns.models.tiers import GroupMove, TierCause, TierClock, TierMove
from campaigns.models.wanted import ProspectFit, ProspectInvitation, WantedProfile
from campaigns.models.welcome import WelcomeMail, WelcomeSent

__all__ = [
    "Announcement",
    "Application",
    "ApplicationFile",
    "BrandedMaterial",
    "Campaign",
    "Enrollment",
    "Group",
    "GroupMove",
    "Material",
    "MaterialDay",
    "MaterialUse",
    "MaterialVersion",
    "OnboardingStep",
    "Program",
    "ProspectFit",
    "ProspectInvitation",
    "Receipt",
    "StepTick",
    "Terms",
    "Tier",
    "TierCause",
    "TierClock",
    "TierMetric",
    "TierMove",
    "TierWindow",
    "WantedProfile",
    "WelcomeMail",
    "WelcomeSent",
]
