"""How partners came into their tiers and groups, and when a program's tiers are looked at."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.enrollments import Enrollment, Group, Tier
from campaigns.models.programs import Program
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class TierCause(models.TextChoices):
    REACHED = "reached", _("Reached the condition")
    DROPPED = "dropped", _("Fell short, and the grace was over")
    STAFF = "staff", _("Placed by a person")


class TierMove(Record):
    """One change of a partner's tier. `at` is the instant from which events earn by `after`.

    `facts` tell what was counted: {metric, window, from, to, value, threshold}; empty where a
    person placed him.
    """

    Cause = TierCause

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="tier_moves", db_index=False)
    before = TenantForeignKey(Tier, null=True, blank=True, related_name="+")
    after = TenantForeignKey(Tier, null=True, blank=True, related_name="+")
    cause = models.CharField(max_length=8, choices=TierCause.choices)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["seller", "enrollment", "at"], name="tier_move_place"),
            models.Index(fields=["seller", "-id"], name="tier_move_recent"),
        ]


class GroupMove(Record):
    """One change of a partner's group. `at` is the instant from which events earn by `after`."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="group_moves", db_index=False)
    before = TenantForeignKey(Group, null=True, blank=True, related_name="+")
    after = TenantForeignKey(Group, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["seller", "enrollment", "at"], name="group_move_place"),
        ]


class TierClock(Record):
    """When a program's tiers are next evaluated, and the last of the seller's days that were.

    `error` is why the last evaluation broke off, "" where it did not.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True, blank=True)
    evaluated_on = models.DateField(null=True, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program"], name="tier_clock_once")
        ]
        indexes = [models.Index(fields=["due_at"], name="tier_clock_due")]
