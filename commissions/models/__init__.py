"""What earns, and what was earned, by noun."""

from commissions.models.deliverables import Brief, Deliverable, LinkLook
from commissions.models.lines import Commission, CommissionKind, CommissionStatus
from commissions.models.occasions import Occasion, OccasionKind
from commissions.models.rules import Rule, RuleVersion
from commissions.models.tallies import LimitUse, Tally

__all__ = [
    "Brief",
    "Commission",
    "CommissionKind",
    "CommissionStatus",
    "Deliverable",
    "LimitUse",
    "LinkLook",
    "Occasion",
    "OccasionKind",
    "Rule",
    "RuleVersion",
    "Tally",
]
