"""Writes about programs, applications, enrollments, tiers, campaigns and materials."""

from campaigns.services.application_decisions import approve_application, reject_application
from campaigns.services.application_merging import merge_application
from campaigns.services.applications import Company, apply
from campaigns.services.branding import (
    approve_branding,
    ask_for_branding,
    reject_branding,
)
from campaigns.services.campaigns import change_campaign, create_campaign, end_campaign
from campaigns.services.enrollments import accept_terms, end_enrollment, enroll
from campaigns.services.material_uses import (
    record_material_use,
    record_material_uses,
    record_material_view,
)
from campaigns.services.materials import (
    change_material,
    create_material,
    renew_material,
    restore_material,
    withdraw_material,
)
from campaigns.services.placing import pin_tier, place_enrollment, unpin_tier
from campaigns.services.programs import (
    change_program,
    close_program,
    create_program,
    open_program,
)
from campaigns.services.tiers import (
    change_group,
    change_tier,
    create_group,
    create_tier,
    drafted_tier,
    evaluate_soon,
)

__all__ = [
    "Company",
    "accept_terms",
    "apply",
    "approve_application",
    "approve_branding",
    "ask_for_branding",
    "change_campaign",
    "change_group",
    "change_material",
    "change_program",
    "change_tier",
    "close_program",
    "create_campaign",
    "create_group",
    "create_material",
    "create_program",
    "create_tier",
    "drafted_tier",
    "end_campaign",
    "end_enrollment",
    "enroll",
    "evaluate_soon",
    "merge_application",
    "open_program",
    "pin_tier",
    "place_enrollment",
    "record_material_use",
    "record_material_uses",
    "record_material_view",
    "reject_application",
    "reject_branding",
    "renew_material",
    "restore_material",
    "unpin_tier",
    "withdraw_material",
]
