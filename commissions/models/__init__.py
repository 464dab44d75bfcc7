"""What earns, and what was earned, by noun."""

from commissions.models.deliverables import Brief, Deliverable, LinkLook
from commissions.models.goals import (
    Goal,
    GoalKind,
    GoalMetric,
    GoalName,
    GoalPayment,
    GoalPeriod,
    GoalResult,
    GoalStatus,
    GoalVersion,
    GoalWindow,
    PeriodState,
)
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
    "Goal",
    "GoalKind",
    "GoalMetric",
    "GoalName",
    "GoalPayment",
    "GoalPeriod",
    "GoalResult",
    "GoalStatus",
    "GoalVersion",
    "GoalWindow",
    "LimitUse",
    "LinkLook",
    "Occasion",
    "OccasionKind",
    "PeriodState",
    "Rule",
    "RuleVersion",
    "Tally",
]
