"""Payout batches: what was paid, to whom, by whom, and how it came back."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from commissions.models import Commission
from partners.models import Partner
from payouts.models.methods import PayoutMethod
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class BatchStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Cancelled")


class Batch(Record):
    """A payout batch in one currency. Drafted by one person and approved by another.

    From approval on it is frozen: `file` holds, encrypted, the very bytes that every download
    gets, and `file_hash` their sha256. `left_out` lists who had money and got no line:
    [{partner_id, partner, amount_minor, reason, minimum_minor}].
    """

    Status = BatchStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "draft": {"approved", "cancelled"},
        "approved": {"settled", "cancelled"},
        "settled": set(),
        "cancelled": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=24)
    currency = models.CharField(max_length=3)
    cutoff = models.DateTimeField()
    status = models.CharField(max_length=10, choices=BatchStatus.choices, default=BatchStatus.DRAFT)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    exported_at = models.DateTimeField(null=True, blank=True)
    file = models.BinaryField(null=True)
    file_hash = models.CharField(max_length=64, blank=True)
    left_out = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="batch_number_once"),
            models.UniqueConstraint(
                fields=["seller", "currency"],
                condition=models.Q(status="draft"),
                name="batch_one_draft_per_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | ~models.Q(approved_by=models.F("drafted_by")),
                name="batch_two_people",
            ),
        ]
        indexes = [models.Index(fields=["seller", "-id"], name="batch_recent")]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_status(self) -> str:
        """The status as people see it: an approved batch whose file was taken is at the bank."""
        if self.status == BatchStatus.APPROVED and self.exported_at:
            return "exported"
        return self.status


class LineStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    SETTLED = "settled", _("Settled")
    RETURNED = "returned", _("Returned")
    DROPPED = "dropped", _("Dropped")


class BatchLine(Record):
    """One partner's amount in a batch. `reference` is what the bank statement will say."""

    Status = LineStatus

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch = TenantForeignKey(Batch, related_name="lines", db_index=False)
    partner = TenantForeignKey(Partner, related_name="payout_lines", db_index=False)
    method = TenantForeignKey(PayoutMethod, null=True, related_name="+")
    amount_minor = models.BigIntegerField()
    reference = models.CharField(max_length=35, blank=True, default="")
    status = models.CharField(max_length=8, choices=LineStatus.choices, default=LineStatus.DRAFT)
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "batch", "partner"], name="line_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0) | models.Q(status="dropped"),
                name="line_pays_something",
            ),
        ]
        indexes = [models.Index(fields=["seller", "partner", "-id"], name="line_partner")]

    def __str__(self) -> str:
        return self.reference


class BatchItem(Record):
    """A commission line inside a batch line. `is_current` is cleared when money comes back."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = TenantForeignKey(BatchLine, related_name="items", db_index=False)
    commission = TenantForeignKey(Commission, related_name="payout_items")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "commission"],
                condition=models.Q(is_current=True),
                name="item_one_current_batch",
            )
        ]
        indexes = [models.Index(fields=["seller", "line"], name="item_line")]
