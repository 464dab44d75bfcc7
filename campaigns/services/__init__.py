"""Writes about programs, applications, enrollments, campaigns and materials."""

from campaigns.services.applications import (
    Company,
    apply,
    approve_application,
    reject_application,
)
from campaigns.services.campaigns import change_campaign, create_campaign, end_campaign
from campaigns.services.enrollments import accept_terms, end_enrollment, enroll
from campaigns.services.materials import (
    change_material,
    create_material,
    record_material_use,
    restore_material,
    withdraw_material,
)
from campaigns.services.programs import (
    change_program,
    close_program,
    create_program,
    open_program,
)

__all__ = [
    "Company",
    "accept_terms",
    "apply",
    "approve_application",
    "change_campaign",
    "change_material",
    "change_program",
    "close_program",
    "create_campaign",
    "create_material",
    "create_program",
    "end_campaign",
    "end_enrollment",
    "enroll",
    "open_program",
    "record_material_use",
    "reject_application",
    "restore_material",
    "withdraw_material",
]
