"""How partners come into programs."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.programs import Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class ApplicationStatus(models.TextChoices):
    SUBMITTED = "submitted", _("Waiting")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


class Application(Record):
    """A partner's request to join a program, with his answers and the terms he read.

    `admission` is the rule that decided it without a person, as it stood then. `look_alikes` are
    the partners that resembled the applicant when he applied (partners/duplicates.py).
    `reapply_days` stands for the program's own number where a rejection gave another.
    """

    Status = ApplicationStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "submitted": {"approved", "rejected"},
        "approved": set(),
        "rejected": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="applications")
    partner = TenantForeignKey(Partner, related_name="applications")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=10, choices=ApplicationStatus.choices, default=ApplicationStatus.SUBMITTED
    )
    answers = models.JSONField(default=list)
    terms_version = models.PositiveIntegerField()
    terms_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=45, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    admission = models.JSONField(null=True, blank=True)
    look_alikes = models.JSONField(default=list, blank=True)
    may_reapply = models.BooleanField(default=True)
    reapply_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "program", "partner"],
                condition=models.Q(status="submitted"),
                name="application_open_once",
            )
        ]
        indexes = [models.Index(fields=["seller", "status", "-id"], name="application_status")]


class TierMetric(models.TextChoices):
    SALES_AMOUNT = "sales_amount", _("Sales amount")
    SALES_COUNT = "sales_count", _("Number of sales")
    QUANTITY = "quantity", _("Items sold")
    NEW_CUSTOMERS = "new_customers", _("New customers")
    LEADS = "leads", _("Leads")
    CLICKS = "clicks", _("Clicks")
    COMMISSION = "commission_amount", _("Commission earned")
    DELIVERABLES = "deliverables", _("Approved deliverables")


class TierWindow(models.TextChoices):
    PREVIOUS_MONTH = "previous_month", _("The month before")
    ROLLING = "rolling_90_days", _("The last 90 days")
    QUARTER = "quarter", _("The quarter before")
    YEAR = "year", _("The year before")
    LIFETIME = "lifetime", _("From the beginning")


class Tier(Record):
    """A rank of partners in a program; a higher `rank` is better.

    With a condition (`metric`, `window` and `threshold`, in minor units where the metric is
    money) the daily evaluation moves partners in and, `grace_days` after they fall short, out.
    Without one only people place partners here. `benefits` are lines for partners to read.
    """

    Metric = TierMetric
    Window = TierWindow

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="tiers", db_index=False)
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=20, choices=TierMetric.choices, blank=True)
    window = models.CharField(max_length=16, choices=TierWindow.choices, blank=True)
    threshold = models.BigIntegerField(null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(default=0)
    benefits = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program", "key"], name="tier_key_once"),
            models.UniqueConstraint(fields=["seller", "program", "rank"], name="tier_rank_once"),
            models.CheckConstraint(
                condition=models.Q(metric="", window="", threshold=None)
                | (~models.Q(metric="") & ~models.Q(window="") & models.Q(threshold__gte=0)),
                name="tier_condition_whole",
            ),
        ]

    @property
    def has_condition(self) -> bool:
        """Whether partners come in and leave by figures."""
        return self.metric != ""

    def __str__(self) -> str:
        return self.name


class Group(Record):
    """Partners of a program whom staff put together, to give them terms of their own."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="groups", db_index=False)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program", "name"], name="group_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class EnrollmentStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")


class Enrollment(Record):
    """One partner in one program.

    `tier_since` is when he came into his tier. `tier_short_since` is the seller's day on which
    he first fell short of its condition, `tier_falls_on` the day on which he leaves it if that
    stays so. Figures do not move who is pinned.
    """

    Status = EnrollmentStatus

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="enrollments", db_index=False)
    partner = TenantForeignKey(Partner, related_name="enrollments", db_index=False)
    status = models.CharField(
        max_length=8, choices=EnrollmentStatus.choices, default=EnrollmentStatus.ACTIVE
    )
    terms_version = models.PositiveIntegerField(default=1)
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="enrollments")
    group = TenantForeignKey(Group, null=True, blank=True, related_name="enrollments")
    tier_since = models.DateTimeField(null=True, blank=True)
    tier_short_since = models.DateField(null=True, blank=True)
    tier_falls_on = models.DateField(null=True, blank=True)
    tier_pinned_at = models.DateTimeField(null=True, blank=True)
    tier_pin_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program", "partner"], name="enrollment_once")
        ]
        indexes = [
            models.Index(fields=["seller", "partner"], name="enrollment_partner"),
            models.Index(fields=["seller", "program", "created_at"], name="enrollment_joined"),
        ]
