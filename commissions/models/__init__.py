"""What earns, and what was earned, by noun."""

from commissions.models.lines import Commission, CommissionKind, CommissionStatus
from commissions.models.occasions import Occasion, OccasionKind
from commissions.models.rules import Rule, RuleVersion
from commissions.models.tallies import LimitUse, Tally

__all__ = [
    "Commission",
    "CommissionKind",
    "CommissionStatus",
    "LimitUse",
    "Occasion",
    "OccasionKind",
    "Rule",
    "RuleVersion",
    "Tally",
]
