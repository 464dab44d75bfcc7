"""Sales that partners miss: what they claim, what was asked and answered, and what became of it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from commissions.models.lines import Commission
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models import Sale


class ClaimStatus(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ASKED = "asked", _("Waits for the partner")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ClaimOutcome(models.TextChoices):
    """What an accepted claim came to."""

    CREDITED = "credited", _("The sale is credited")
    RECORDED = "recorded", _("The sale is recorded and credited")
    GOODWILL = "goodwill", _("An amount as goodwill")


class Claim(Record):
    """A partner says that a sale is his that he finds nowhere.

    `number` is what people call it, from 1 for each seller; `order_key` is the order number as it
    is compared. The seller has until `due_at` to answer; while the partner is asked something, from
    `asked_at` on, the clock stands. `remind_at` comes before `due_at` and moves with it.
    """

    Status = ClaimStatus
    Outcome = ClaimOutcome
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "open": {"asked", "accepted", "declined", "withdrawn"},
        "asked": {"open", "accepted", "declined", "withdrawn"},
        "accepted": set(),
        "declined": set(),
        "withdrawn": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    program = TenantForeignKey(Program, related_name="+")
    enrollment = TenantForeignKey(Enrollment, related_name="+")
    partner = TenantForeignKey(Partner, related_name="claims", db_index=False)
    order = models.CharField(max_length=120)
    order_key = models.CharField(max_length=120)
    bought_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    statement = models.TextField(max_length=2000)
    url = models.CharField(max_length=500, blank=True)
    file = models.FileField(upload_to="claims/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=160, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=9, choices=ClaimStatus.choices, default=ClaimStatus.OPEN)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=8, choices=ClaimOutcome.choices, blank=True)
    sale = TenantForeignKey(Sale, null=True, blank=True, related_name="claims")
    adjustment = TenantForeignKey(Commission, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="claim_number_once"),
            models.UniqueConstraint(
                fields=["seller", "partner", "order_key"],
                condition=~models.Q(status="withdrawn"),
                name="claim_of_order_once",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="claim_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(status="asked", asked_at__isnull=False)
                | (~models.Q(status="asked") & models.Q(asked_at=None)),
                name="claim_clock_stands_while_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(status="accepted", decided_at__isnull=False)
                & ~models.Q(outcome="")
                | (~models.Q(status="accepted") & models.Q(outcome="")),
                name="claim_accepted_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="claim_recent"),
            models.Index(fields=["seller", "partner", "-id"], name="claim_partner"),
            models.Index(fields=["due_at"], condition=models.Q(status="open"), name="claim_due"),
        ]

    def __str__(self) -> str:
        return str(_("Claim %(number)s") % {"number": self.number})


class ClaimMessage(Record):
    """A question of the seller or the partner's answer, in the order of their ids."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    claim = TenantForeignKey(Claim, related_name="messages")
    by_partner = models.BooleanField()
    author = models.CharField(max_length=200)
    text = models.CharField(max_length=2000)

    def __str__(self) -> str:
        return self.text
