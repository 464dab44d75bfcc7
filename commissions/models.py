"""What earns, and what was earned."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models import Refund, Sale


class Rule(Record):
    """Something that earns in a program; with a partner, for him alone. Content is in versions."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    program = TenantForeignKey(Program, related_name="rules")
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+")
    priority = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "program"], name="rule_program")]


class RuleVersion(Record):
    """A rule's content from `valid_from` until the next version. Never changed.

    `reward` is {type: percent|flat, rate: "7.5" | amount: 500, base: net|gross, uncapped}.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    rule = TenantForeignKey(Rule, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    event = models.CharField(max_length=12, default="sale")
    reward = models.JSONField()
    valid_from = models.DateTimeField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "rule", "number"], name="rule_version_once")
        ]

    def __str__(self) -> str:
        return self.name


class CommissionStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    HELD = "held", _("Held")
    PAYABLE = "payable", _("Payable")
    IN_PAYOUT = "in_payout", _("In payout")
    PAID = "paid", _("Paid")
    REVERSED = "reversed", _("Reversed")
    REJECTED = "rejected", _("Rejected")


class CommissionKind(models.TextChoices):
    COMMISSION = "commission", _("Commission")
    REVERSAL = "reversal", _("Reversal")
    CREDIT_NOTE = "credit_note", _("Credit note")
    ADJUSTMENT = "adjustment", _("Adjustment")


class Commission(Record):
    """One signed line of a partner's earnings, with the trace that explains it.

    A commission is positive; what takes back (reversal, credit note) is a negative line of its
    own, so that the sum of a partner's lines is what he has. `reversed_minor` is how much of a
    commission its reversals took back; `moves` counts changes of status. Rows are never
    deleted and amounts never change.
    """

    Status = CommissionStatus
    Kind = CommissionKind
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "pending": {"payable", "held", "reversed", "rejected"},
        "held": {"pending", "payable", "reversed", "rejected"},
        "payable": {"in_payout", "held", "reversed"},
        "in_payout": {"paid", "payable"},
        "paid": set(),
        "reversed": set(),
        "rejected": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=12, choices=CommissionKind.choices, default=CommissionKind.COMMISSION
    )
    program = TenantForeignKey(Program, related_name="+")
    partner = TenantForeignKey(Partner, related_name="commissions")
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    sale = TenantForeignKey(Sale, null=True, blank=True, related_name="commissions")
    refund = TenantForeignKey(Refund, null=True, blank=True, related_name="commissions")
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="reversals")
    rule_version = TenantForeignKey(RuleVersion, null=True, blank=True, related_name="+")
    occurred_at = models.DateTimeField()
    base_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    reversed_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    status = models.CharField(
        max_length=10, choices=CommissionStatus.choices, default=CommissionStatus.PENDING
    )
    needs_approval = models.BooleanField(default=False)
    payable_at = models.DateTimeField()
    moves = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    trace = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "sale", "partner", "rule_version"],
                condition=models.Q(kind="commission"),
                name="commission_once_per_sale",
            ),
            models.UniqueConstraint(
                fields=["seller", "refund", "reverses"],
                condition=models.Q(kind="reversal"),
                name="reversal_once_per_refund",
            ),
            models.UniqueConstraint(
                fields=["seller", "refund", "partner", "rule_version"],
                condition=models.Q(kind="credit_note"),
                name="credit_once_per_note",
            ),
            models.CheckConstraint(
                condition=models.Q(reversed_minor__gte=0)
                & (
                    models.Q(reversed_minor=0)
                    | models.Q(reversed_minor__lte=models.F("amount_minor"))
                ),
                name="commission_not_over_reversed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "partner", "-occurred_at", "-id"], name="commission_partner"
            ),
            models.Index(fields=["seller", "-occurred_at", "-id"], name="commission_recent"),
            models.Index(fields=["seller", "sale"], name="commission_sale"),
            models.Index(fields=["seller", "status", "payable_at"], name="commission_due"),
        ]

    def __str__(self) -> str:
        """What people call it: its order or its refund."""
        source = self.refund if self.refund_id else self.sale
        return source.external_id if source else self.get_kind_display()
