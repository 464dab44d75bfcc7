"""Goals and contests: what partners work towards, how far each is, and what it paid.

A goal runs in windows (a month, a quarter, a year, or once between two days). What it asks and
pays is in versions, chosen by the first day of the window. Each window that has begun is a
`GoalPeriod`; each partner who has anything in it has a `GoalResult`; what is owed or was paid for
it stands in `GoalPayment`, decided first and paid afterwards, so that a re-run changes nothing.
"""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Group, Program, Tier
from commissions.models.lines import Commission
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class GoalKind(models.TextChoices):
    GOAL = "goal", _("Goal")
    CONTEST = "contest", _("Contest")


class GoalStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")


class GoalMetric(models.TextChoices):
    SALES_AMOUNT = "sales_amount", _("Sales amount")
    SALES_COUNT = "sales_count", _("Number of sales")
    QUANTITY = "quantity", _("Items sold")
    NEW_CUSTOMERS = "new_customers", _("New customers")
    LEADS = "leads", _("Leads")
    CLICKS = "clicks", _("Clicks")
    COMMISSION = "commission_amount", _("Commission earned")
    DELIVERABLES = "deliverables", _("Approved deliverables")


class GoalWindow(models.TextChoices):
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    YEAR = "year", _("Every year")
    FIXED = "fixed", _("Once, between two days")


class Goal(Record):
    """Something partners of a program work towards, or compete in.

    At most one of `tier`, `group` and `partner` narrows whom it is for. `ends_on` is its last
    day; without one it goes on window by window. `look_at` is when it is next counted; null when
    there is nothing left to count.
    """

    Kind = GoalKind
    Status = GoalStatus
    Metric = GoalMetric
    Window = GoalWindow
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "draft": {"live"},
        "live": {"ended"},
        "ended": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="goals")
    kind = models.CharField(max_length=8, choices=GoalKind.choices, default=GoalKind.GOAL)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="+")
    group = TenantForeignKey(Group, null=True, blank=True, related_name="+")
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+")
    metric = models.CharField(max_length=20, choices=GoalMetric.choices)
    window = models.CharField(max_length=8, choices=GoalWindow.choices, default=GoalWindow.MONTH)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=8, choices=GoalStatus.choices, default=GoalStatus.DRAFT)
    look_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tier=None, group=None)
                | models.Q(tier=None, partner=None)
                | models.Q(group=None, partner=None),
                name="goal_one_audience",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on=None) | models.Q(ends_on__gte=models.F("starts_on")),
                name="goal_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="goal_recent"),
            models.Index(fields=["seller", "look_at"], name="goal_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_contest(self) -> bool:
        """Whether it ranks partners instead of asking for a target."""
        return self.kind == GoalKind.CONTEST


class GoalVersion(Record):
    """What a goal asks and pays in windows that begin on `valid_from` or later.

    `steps` is [{name, from, reward: {type: flat, amount} | {type: percent, rate} |
    {type: points, amount}}], `from` in minor units where the metric is money. With `all_steps`
    each step reached pays, else the highest alone. `at_once` pays as soon as reached; `take_back`
    lets a later drop take that back until the window is closed. `grace_days` after the window
    refunds still count; null means the program's hold. A contest has `prizes` by place, in minor
    units or in points (`in_points`), and a `minimum` to take part.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    goal = TenantForeignKey(Goal, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    steps = models.JSONField(default=list)
    all_steps = models.BooleanField(default=False)
    at_once = models.BooleanField(default=False)
    take_back = models.BooleanField(default=False)
    net_of_refunds = models.BooleanField(default=True)
    grace_days = models.PositiveSmallIntegerField(null=True, blank=True)
    prizes = models.JSONField(default=list)
    in_points = models.BooleanField(default=False)
    minimum = models.BigIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "goal", "number"], name="goal_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} v{self.number}"


class PeriodState(models.TextChoices):
    OPEN = "open", _("Running")
    CLOSING = "closing", _("Being paid")
    CLOSED = "closed", _("Closed")


class GoalPeriod(Record):
    """One window of a goal that has begun. `key` is 2026-11, 2026-Q4, 2026 or once."""

    State = PeriodState
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "open": {"closing"},
        "closing": {"closed"},
        "closed": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    goal = TenantForeignKey(Goal, related_name="periods", db_index=False)
    version = TenantForeignKey(GoalVersion, related_name="+")
    key = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=PeriodState.choices, default=PeriodState.OPEN)
    looked_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "goal", "key"], name="goal_period_once")
        ]

    def __str__(self) -> str:
        return self.key


class GoalResult(Record):
    """How far one partner is, or came, in one period.

    `value` is the metric in minor units or a count, `step` the highest step reached (0: none),
    `place` his place in a contest. After closing nothing here changes but `late_value`: what the
    metric would be with events that came in later; it is noted and never paid.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    goal = TenantForeignKey(Goal, related_name="results", db_index=False)
    period = TenantForeignKey(GoalPeriod, related_name="results", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+", db_index=False)
    value = models.BigIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=0)
    place = models.PositiveIntegerField(null=True, blank=True)
    tied = models.BooleanField(default=False)
    late_value = models.BigIntegerField(null=True, blank=True)
    told_near = models.PositiveSmallIntegerField(default=0)
    told_step = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "period", "partner"], name="goal_result_once")
        ]
        indexes = [
            models.Index(fields=["seller", "partner", "-id"], name="goal_result_partner"),
            models.Index(fields=["seller", "goal", "-id"], name="goal_result_goal"),
        ]


class GoalPayment(Record):
    """One amount of a result: decided, then paid once as `line`. Negative where taken back.

    `turn` counts what the same step and currency were decided to pay or take back in turn.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    result = TenantForeignKey(GoalResult, related_name="payments", db_index=False)
    step = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField(default=1)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    line = TenantForeignKey(Commission, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "result", "step", "currency", "turn"], name="goal_payment_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["seller", "id"],
                condition=models.Q(line=None),
                name="goal_payment_unpaid",
            )
        ]


class GoalName(Record):
    """Whether a partner lets his name stand in leaderboards: of one contest, or in general."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+", db_index=False)
    goal = TenantForeignKey(Goal, null=True, blank=True, related_name="+")
    shown = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "partner", "goal"],
                nulls_distinct=False,
                name="goal_name_once",
            )
        ]
