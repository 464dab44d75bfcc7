"""Sales and refunds as they came in; the engine's queue is their `state`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Enrollment, Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models.links import Link


class Customer(Record):
    """A seller's customer. The e-mail address is kept only as a keyed hash, and whether it was one
    of a throw-away service."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=120, null=True, blank=True)
    email_hash = models.CharField(max_length=64, blank=True)
    country = models.CharField(max_length=2, blank=True)
    is_disposable = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "external_id"], name="customer_external_id_once"
            )
        ]
        indexes = [models.Index(fields=["seller", "email_hash"], name="customer_email")]


class WorkState(models.TextChoices):
    WAITING = "waiting", _("Waiting for its sale")
    PENDING = "pending", _("In the queue")
    COMPUTED = "computed", _("Computed")
    FAILED = "failed", _("Needs a look")


class Outcome(models.TextChoices):
    """What the engine found; anything but `earned` is why a sale earned nothing."""

    EARNED = "earned", _("Earned a commission")
    NO_PARTNER = "no_partner", _("No partner brought it")
    NO_RULE = "no_rule", _("No rule was in force")
    SELF_PURCHASE = "self_purchase", _("The partner bought it himself")
    LIMIT = "limit", _("The limit was reached")
    NOTHING = "nothing", _("The amount came to zero")


class Sale(Record):
    """One sale. `amount_minor` is net: after discount, before tax and shipping.

    `lines` is [{sku, category, name, quantity, unit_amount, discount, cost, net}], money in
    minor units. `attribution` says who is credited and why, and the path of clicks that led there;
    `is_shared` that several partners are (its `shares`); `fingerprint` is the hash of the
    input, so that a repeat can be told from a different sale under the same id.
    """

    State = WorkState
    Outcome = Outcome

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=120, db_collation="C")
    fingerprint = models.CharField(max_length=64)
    source = models.CharField(max_length=12, default="api")
    customer = TenantForeignKey(
        Customer, null=True, blank=True, related_name="sales", db_index=False
    )
    program = TenantForeignKey(Program, null=True, blank=True, related_name="sales", db_index=False)
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="sales", db_index=False)
    enrollment = TenantForeignKey(Enrollment, null=True, blank=True, related_name="sales")
    link = TenantForeignKey(Link, null=True, blank=True, related_name="sales", db_index=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    lines = models.JSONField(default=list)
    attribution = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict)
    coupon = models.CharField(max_length=60, blank=True)
    subscription_id = models.CharField(max_length=120, blank=True)
    charge_number = models.PositiveIntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    occurred_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    refunded_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.PENDING)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "external_id"], name="sale_external_id_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="sale_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_minor__gte=0)
                & models.Q(refunded_minor__lte=models.F("amount_minor")),
                name="sale_not_over_refunded",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="sale_recent"),
            models.Index(fields=["seller", "partner", "-id"], name="sale_partner"),
            models.Index(fields=["seller", "occurred_at"], name="sale_occurred"),
            models.Index(fields=["seller", "currency", "amount_minor", "id"], name="sale_amount"),
            models.Index(fields=["seller", "link", "occurred_at"], name="sale_link"),
            models.Index(
                fields=["seller", "program", "occurred_at", "external_id"],
                name="sale_program",
            ),
            models.Index(fields=["seller", "customer", "occurred_at"], name="sale_customer"),
            models.Index(
                fields=["seller", "subscription_id", "charge_number"],
                condition=~models.Q(subscription_id=""),
                name="sale_subscription",
            ),
            models.Index(
                fields=["seller", "occurred_at", "external_id"],
                condition=models.Q(state="pending"),
                name="sale_pending",
            ),
            models.Index(fields=["seller"], condition=models.Q(state="failed"), name="sale_failed"),
        ]

    def __str__(self) -> str:
        return self.external_id


class RefundKind(models.TextChoices):
    REFUND = "refund", _("Refund")
    CREDIT_NOTE = "credit_note", _("Credit note")


class Refund(Record):
    """Money given back. A refund belongs to a sale and waits for it when it comes first.

    A credit note belongs to no single sale: it names its partner and program, and takes
    commission back at the rule of its own date.
    """

    Kind = RefundKind
    State = WorkState

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=RefundKind.choices, default=RefundKind.REFUND)
    external_id = models.CharField(max_length=120, db_collation="C")
    fingerprint = models.CharField(max_length=64)
    source = models.CharField(max_length=12, default="api")
    sale = TenantForeignKey(Sale, null=True, blank=True, related_name="refunds", db_index=False)
    sale_external_id = models.CharField(max_length=120, blank=True)
    program = TenantForeignKey(Program, null=True, blank=True, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, null=True, blank=True, related_name="+")
    enrollment = TenantForeignKey(Enrollment, null=True, blank=True, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    amount_minor = models.BigIntegerField()
    lines = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.PENDING)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "external_id"], name="refund_external_id_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=0), name="refund_amount_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="refund_recent"),
            models.Index(fields=["seller", "sale"], name="refund_sale"),
            models.Index(fields=["seller", "program", "occurred_at"], name="refund_program"),
            models.Index(fields=["seller", "occurred_at"], name="refund_occurred"),
            models.Index(
                fields=["seller", "sale_external_id"],
                condition=models.Q(state="waiting"),
                name="refund_waiting",
            ),
            models.Index(
                fields=["seller", "id"],
                condition=models.Q(state="pending"),
                name="refund_pending",
            ),
            models.Index(
                fields=["seller"], condition=models.Q(state="failed"), name="refund_failed"
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
