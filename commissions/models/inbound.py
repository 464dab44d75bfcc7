"""Shop systems that send what happened in them, and what each of their messages became."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Program
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class SourceKind(models.TextChoices):
    STRIPE = "stripe", "Stripe"
    SHOPIFY = "shopify", "Shopify"
    WOOCOMMERCE = "woocommerce", "WooCommerce"
    GENERIC = "generic", "Standard Webhooks"


class Source(Record):
    """A shop system that posts to `/hooks/<id>`.

    `program` narrows whom it may credit; without one, any program's partner. `prefix` stands
    before its order and customer numbers, so that two shops may count from 1. While paused its
    messages are kept and wait; once removed the address is unknown. Of what was refused only the
    last moment and reason are kept: anybody can send to the address.
    """

    Kind = SourceKind

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=SourceKind.choices)
    name = models.CharField(max_length=80)
    program = TenantForeignKey(Program, null=True, blank=True, related_name="+")
    prefix = models.CharField(max_length=12, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    greeted_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "name"],
                condition=models.Q(removed_at=None),
                name="source_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SourceSecret(Record):
    """A signing secret of a source, sealed for its own row. After `ends_at` it opens nothing."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = TenantForeignKey(Source, related_name="secrets", db_index=False)
    sealed = models.BinaryField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "source"], name="source_secret")]


class ArrivalState(models.TextChoices):
    PENDING = "pending", _("In the queue")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Taken over")
    IGNORED = "ignored", _("Not needed")
    FAILED = "failed", _("Needs a look")


class Arrival(Record):
    """One verified message of a source, once; the worker's queue is its `due_at`.

    `delivery_id` is the sender's own name for it, or the hash of the body. `repeats` counts how
    often it came again. `outcome` is [{kind, id, label, note}]: the records it became; `why` and
    `detail` say why not. `waits_for` names the thing of the other system that must come first.
    `body` is what came, byte by byte, and is dropped after some months.
    """

    State = ArrivalState

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = TenantForeignKey(Source, related_name="arrivals", db_index=False)
    delivery_id = models.CharField(max_length=120)
    topic = models.CharField(max_length=80, blank=True)
    body = models.BinaryField(null=True)
    repeats = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=8, choices=ArrivalState.choices, default=ArrivalState.PENDING
    )
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    waits_for = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=160, blank=True)
    outcome = models.JSONField(default=list)
    why = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "source", "delivery_id"], name="arrival_delivery_once"
            )
        ]
        indexes = [
            models.Index(fields=["seller", "source", "-id"], name="arrival_recent"),
            models.Index(fields=["seller", "source", "state"], name="arrival_state"),
            models.Index(
                fields=["seller", "due_at"],
                condition=models.Q(due_at__isnull=False),
                name="arrival_due",
            ),
            models.Index(
                fields=["seller", "source", "waits_for"],
                condition=~models.Q(waits_for=""),
                name="arrival_waits",
            ),
            models.Index(
                fields=["created_at"], condition=models.Q(body__isnull=False), name="arrival_body"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.delivery_id


class Reference(Record):
    """What a message said of a thing of the other system that later messages name.

    `name` is the thing's id there (a payment, an invoice, a subscription), `sale_external_id` the
    sale it belongs to, `facts` what else has to be known of it (see commissions/inbound/booking).
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = TenantForeignKey(Source, related_name="references", db_index=False)
    name = models.CharField(max_length=200)
    sale_external_id = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "source", "name"], name="reference_once")
        ]
        indexes = [
            models.Index(fields=["seller", "source", "sale_external_id"], name="reference_sale")
        ]
