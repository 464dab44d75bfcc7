"""Programs, who is in them, and what they are given to sell with."""

from campaigns.models.enrollments import Application, Enrollment, Group, Tier
from campaigns.models.materials import Campaign, Material, MaterialUse
from campaigns.models.programs import Program, Terms

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
]
