"""What visitors' browsers reported, and what of it could not be read."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Program
from commissions.models.occasions import Occasion
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models import Sale


class BrowserEvent(models.TextChoices):
    LEAD = "lead", _("Lead")
    SIGNUP = "signup", _("Sign-up")
    SALE = "sale", _("Sale")


class BrowserChannel(models.TextChoices):
    SCRIPT = "script", _("Script")
    PIXEL = "pixel", _("Pixel")


class BrowserStatus(models.TextChoices):
    WAITING = "waiting", _("Waits for your answer")
    CONFIRMED = "confirmed", _("Confirmed by your server")
    TAKEN = "taken", _("Taken")
    REFUSED = "refused", _("Refused")


class BrowserReport(Record):
    """A browser said that something was sold or signed up. Anybody can make a browser say so.

    A sale or lead is made of it when staff accept it, or at once where the program asks for no
    approval; when the seller's server reports the same order, its word stands. `facts` is what was
    said: {click_tokens, coupon, customer: {external_id, country}, metadata}; `email` the customer's
    address, sealed until the report is decided. Different words under one id are kept apart by
    `fingerprint`; `amount_minor` is net.
    """

    Event = BrowserEvent
    Channel = BrowserChannel
    Status = BrowserStatus

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="browser_reports", db_index=False)
    event = models.CharField(max_length=6, choices=BrowserEvent.choices)
    channel = models.CharField(max_length=6, choices=BrowserChannel.choices)
    host = models.CharField(max_length=253, blank=True)
    external_id = models.CharField(max_length=110)
    fingerprint = models.CharField(max_length=64)
    currency = models.CharField(max_length=3, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    email = models.BinaryField(default=bytes, blank=True)
    status = models.CharField(
        max_length=9, choices=BrowserStatus.choices, default=BrowserStatus.WAITING
    )
    sale = TenantForeignKey(Sale, null=True, blank=True, related_name="browser_reports")
    lead = TenantForeignKey(Occasion, null=True, blank=True, related_name="browser_reports")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "external_id", "event", "fingerprint"], name="browser_report_once"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor=None) | models.Q(amount_minor__gte=0),
                name="browser_report_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="browser_report_recent"),
            models.Index(fields=["seller", "program", "-id"], name="browser_report_program"),
            models.Index(
                fields=["seller", "-id"],
                condition=models.Q(status="waiting"),
                name="browser_report_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class BrowserFault(models.Model):
    """How often a program's pages sent something that could not be kept, by day and fault.

    `field` and `code` name the fault as the API does; `host` is the page's that did it last.
    """

    pk = models.CompositePrimaryKey("seller_id", "program_id", "day", "channel", "field", "code")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    program_id = models.UUIDField()
    day = models.DateField()
    channel = models.CharField(max_length=6, choices=BrowserChannel.choices)
    field = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=40)
    host = models.CharField(max_length=253, blank=True)
    count = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.field} {self.code}".strip()


class BrowserTrial(Record):
    """The newest live test of a program's set-up: what of it has arrived so far.

    `token` stands for a click and credits nobody; an event that carries it is not kept.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="browser_trials", db_index=False)
    token = models.CharField(max_length=27)
    opened_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    consent = models.CharField(max_length=7, blank=True)
    host = models.CharField(max_length=253, blank=True)
    event = models.CharField(max_length=6, choices=BrowserEvent.choices, blank=True)
    event_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=6, choices=BrowserChannel.choices, blank=True)
    external_id = models.CharField(max_length=110, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    amount_minor = models.BigIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "program"], name="browser_trial_one")
        ]

    def __str__(self) -> str:
        return self.token
