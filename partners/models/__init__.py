"""Partners and their people."""

from partners.models.members import Member, MemberRole
from partners.models.partners import Partner, PartnerKind, PartnerStatus

__all__ = [
    "Member",
    "MemberRole",
    "Partner",
    "PartnerKind",
    "PartnerStatus",
]
