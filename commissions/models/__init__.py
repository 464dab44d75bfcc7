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
from commissions.models.settlements import (
    Advance,
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementVersion,
    EntryKind,
    EntryStatus,
    LineCode,
    PeriodLength,
    Settlement,
    SettlementEntry,
    SettlementLine,
    SettlementStatus,
)
from commissions.models.tallies import LimitUse, Tally

__all__ = [
    "Advance",
    "Agreement",
    "AgreementKind",
    "AgreementParty",
    "AgreementVersion",
    "Brief",
    "Commission",
    "CommissionKind",
    "CommissionStatus",
    "Deliverable",
    "EntryKind",
    "EntryStatus",
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
    "LineCode",
    "LinkLook",
    "Occasion",
    "OccasionKind",
    "PeriodLength",
    "PeriodState",
    "Rule",
    "RuleVersion",
    "Settlement",
    "SettlementEntry",
    "SettlementLine",
    "SettlementStatus",
    "Tally",
]
