"""What may earn besides a sale."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models import Customer, Link
from tracking.models.sales import Outcome, WorkState


class OccasionKind(models.TextChoices):
    CLICK = "click", _("Clicks")
    IMPRESSION = "impression", _("Banner views")
    LEAD = "lead", _("Lead")
    SIGNUP = "signup", _("Sign-up")
    DELIVERABLE = "deliverable", _("Approved deliverable")
    PERIOD = "period", _("Period end")
    GOAL = "goal", _("Goal reached")
    LOYALTY = "loyalty", _("Loyalty")


class Occasion(Record):
    """Something other than a sale that may earn, once: the engine's queue is its `state`.

    `key` names it and is unique per seller (`clicks:<link>:<day>`, `deliverable:<id>`). Rules of
    the event `kind` are applied to it: `amount_minor` is the base of a percentage, `quantity` the
    units of a per-unit reward (clicks or views of the day, pieces). Where an amount was settled
    outside the rules (a goal, a period), the row comes computed and carries its line. A lead
    without a partner earns nothing, but its customer is known from then on.
    """

    Kind = OccasionKind
    State = WorkState
    Outcome = Outcome

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=OccasionKind.choices)
    key = models.CharField(max_length=120)
    label = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, blank=True)
    program = TenantForeignKey(Program, null=True, blank=True, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+", db_index=False)
    enrollment = TenantForeignKey(Enrollment, null=True, blank=True, related_name="+")
    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="+")
    link = TenantForeignKey(Link, null=True, blank=True, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(default=0)
    quantity = models.BigIntegerField(default=1)
    attribution = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)
    country = models.CharField(max_length=2, blank=True)
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.PENDING)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "key"], name="occasion_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0, quantity__gte=0),
                name="occasion_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "partner", "-id"], name="occasion_partner"),
            models.Index(fields=["seller", "program", "occurred_at"], name="occasion_program"),
            models.Index(
                fields=["seller", "occurred_at"],
                condition=models.Q(state="pending"),
                name="occasion_pending",
            ),
        ]

    def __str__(self) -> str:
        return self.label
