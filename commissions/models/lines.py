"""What was earned: signed lines, each with the trace that explains it."""

from datetime import datetime
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from commissions.models.occasions import Occasion
from commissions.models.rules import RuleVersion
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models import Refund, Sale


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
    CORRECTION = "correction", _("Correction")
    BONUS = "bonus", _("Bonus")
    SETTLEMENT = "settlement", _("Settlement")
    REDEMPTION = "redemption", _("Redemption")
    EXPIRY = "expiry", _("Expired points")


class Commission(Record):
    """One signed line of a partner's earnings, with the trace that explains it.

    A commission is positive; what takes back (reversal, credit note) is a negative line of its
    own, so that the sum of a partner's lines is what he has. What an event that came late changes
    is a correction, up or down. For a commission with its reversals and corrections (`reverses`),
    the sum is `earned_minor - reversed_minor` of the commission. `unit` of points is PTS in
    `currency`. `on` is the recruit's commission that an override pays on; `occasion` is what
    earned where it was no sale; `batch` is the trail event whose Merkle root covers the line.
    `moves` counts changes of status. Rows are never deleted and amounts never change.
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

    # its keys to rows of the seller (seller_id, x_id) hold the seller too
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(
        max_length=12, choices=CommissionKind.choices, default=CommissionKind.COMMISSION
    )
    program = TenantForeignKey(Program, related_name="+")
    partner = TenantForeignKey(Partner, related_name="commissions", db_index=False)
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    sale = TenantForeignKey(Sale, null=True, blank=True, related_name="commissions", db_index=False)
    refund = TenantForeignKey(Refund, null=True, blank=True, related_name="commissions")
    occasion = TenantForeignKey(Occasion, null=True, blank=True, related_name="commissions")
    on = TenantForeignKey("self", null=True, blank=True, related_name="overrides")
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="reversals")
    rule_version = TenantForeignKey(RuleVersion, null=True, blank=True, related_name="+")
    occurred_at = models.DateTimeField()
    base_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    earned_minor = models.BigIntegerField(default=0)
    reversed_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    status = models.CharField(
        max_length=10, choices=CommissionStatus.choices, default=CommissionStatus.PENDING
    )
    needs_approval = models.BooleanField(default=False)
    payable_at = models.DateTimeField(null=True, blank=True)
    moves = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    trace = models.JSONField(default=dict)
    batch = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "sale", "partner", "rule_version", "on"],
                condition=models.Q(kind="commission", occasion=None, sale__isnull=False),
                nulls_distinct=False,
                name="commission_once_per_sale",
            ),
            models.UniqueConstraint(
                fields=["seller", "occasion", "partner", "rule_version", "on"],
                condition=models.Q(occasion__isnull=False, reverses=None),
                nulls_distinct=False,
                name="line_once_per_occasion",
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
                    | models.Q(reversed_minor__lte=models.F("earned_minor"))
                ),
                name="commission_not_over_reversed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "partner", "-occurred_at", "-id"], name="commission_partner"
            ),
            models.Index(fields=["seller", "-occurred_at", "-id"], name="commission_recent"),
            models.Index(
                fields=["seller", "currency", "amount_minor", "id"], name="commission_amount"
            ),
            models.Index(fields=["seller", "sale"], name="commission_sale"),
            models.Index(fields=["seller", "status", "payable_at"], name="commission_due"),
            models.Index(fields=["seller", "batch"], name="commission_batch"),
            models.Index(
                fields=["seller"],
                condition=models.Q(status="held") | models.Q(status="pending", needs_approval=True),
                name="commission_stopped",
            ),
        ]

    def __str__(self) -> str:
        """What people call it: its refund, its order, or what else it was for."""
        source = self.refund or self.sale or self.occasion
        return str(source) if source else str(self.get_kind_display())

    def is_due(self, now: datetime) -> bool:
        """Whether its hold is over. Without `payable_at` it waits for the customer's payment."""
        return self.payable_at is not None and self.payable_at <= now
