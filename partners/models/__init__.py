"""Partners and their people."""

from partners.models.members import Member, MemberRole
from partners.models.pages import PageSettings, PartnerPage
from partners.models.partners import Partner, PartnerKind, PartnerStatus

__all__ = [
    "Member",
    "MemberRole",
    "PageSettings",
    "Partner",
    "PartnerKind",
    "PartnerPage",
    "PartnerStatus",
]
