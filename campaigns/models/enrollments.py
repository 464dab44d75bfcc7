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
    """A partner's request to join a program, with his answers and the terms he read."""

    Status = ApplicationStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "submitted": {"approved", "rejected"},
        "approved": set(),
        "rejected": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "program", "partner"],
                condition=models.Q(status="submitted"),
                name="application_open_once",
            )
        ]
        indexes = [models.Index(fields=["seller", "status", "-id"], name="application_status")]


class Tier(Record):
    """A rank of partners in a program; a higher `rank` is better."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    program = TenantForeignKey(Program, related_name="tiers")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program", "key"], name="tier_key_once"),
            models.UniqueConstraint(fields=["seller", "program", "rank"], name="tier_rank_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Group(Record):
    """Partners of a program whom staff put together, to give them terms of their own."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    program = TenantForeignKey(Program, related_name="groups")
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
    """One partner in one program."""

    Status = EnrollmentStatus

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    program = TenantForeignKey(Program, related_name="enrollments")
    partner = TenantForeignKey(Partner, related_name="enrollments")
    status = models.CharField(
        max_length=8, choices=EnrollmentStatus.choices, default=EnrollmentStatus.ACTIVE
    )
    terms_version = models.PositiveIntegerField(default=1)
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="enrollments")
    group = TenantForeignKey(Group, null=True, blank=True, related_name="enrollments")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program", "partner"], name="enrollment_once")
        ]
        indexes = [models.Index(fields=["seller", "partner"], name="enrollment_partner")]
