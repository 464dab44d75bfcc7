"""Fraud: what is looked for, what was found, and which lines are held for it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Program
from commissions.models.lines import Commission
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller
from tracking.models import Sale


class SignalKind(models.TextChoices):
    SELF_REFERRAL = "self_referral", _("Own purchase")
    TIME_TO_SALE = "time_to_sale", _("Sale right after the click")
    DISPOSABLE_EMAIL = "disposable_email", _("Throw-away e-mail address")
    BANNED_SOURCE = "banned_source", _("Click from a banned site")
    BRAND_BIDDING = "brand_bidding", _("Click from a paid search ad")
    ORDER_PATTERN = "order_pattern", _("Order number unlike the others")
    CONVERSION_RATE = "conversion_rate", _("Too many clicks become sales")
    CLICK_FLOOD = "click_flood", _("Flood of clicks from one address")
    MACHINE_SHARE = "machine_share", _("Clicks from machines and data centres")
    COUPON_LEAKAGE = "coupon_leakage", _("Coupon used without the partner")
    DUPLICATE_ACCOUNT = "duplicate_account", _("Account of another partner too")


class SignalAction(models.TextChoices):
    NOTE = "note", _("Note it")
    HOLD = "hold", _("Hold the commission")
    REJECT = "reject", _("Reject the commission")


class SignalStrictness(models.TextChoices):
    OFF = "off", _("Do not look")
    LOW = "low", _("Only what is blatant")
    NORMAL = "normal", _("What is unlikely")
    HIGH = "high", _("Whatever is unusual")


class SignalStatus(models.TextChoices):
    OPEN = "open", _("To review")
    CLEARED = "cleared", _("All right")
    CONFIRMED = "confirmed", _("Fraud")


class SignalSetting(Record):
    """How strictly one kind of signal is looked for at a seller, and what it does.

    `words` are the seller's own: banned sites of `banned_source`, as hosts.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=SignalKind.choices)
    strictness = models.CharField(max_length=6, choices=SignalStrictness.choices)
    action = models.CharField(max_length=6, choices=SignalAction.choices)
    words = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind"], name="signal_setting_once")
        ]

    def __str__(self) -> str:
        return self.kind


class Signal(Record):
    """Something that looks like fraud, about one sale or about a partner in a span of days.

    `key` makes it once, whatever is looked at again. `facts` hold the numbers that its sentence
    is made of. A signal that holds keeps its lines (`SignalHold`) from being paid until somebody
    decides; one about a partner also holds what he earns meanwhile.
    """

    Kind = SignalKind
    Action = SignalAction
    Status = SignalStatus
    TRANSITIONS: Final[dict[str, set[str]]] = {
        "open": {"cleared", "confirmed"},
        "cleared": set(),
        "confirmed": set(),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=SignalKind.choices)
    key = models.CharField(max_length=160)
    action = models.CharField(max_length=6, choices=SignalAction.choices)
    status = models.CharField(max_length=9, choices=SignalStatus.choices, default=SignalStatus.OPEN)
    partner = TenantForeignKey(Partner, related_name="signals", db_index=False)
    program = TenantForeignKey(Program, null=True, blank=True, related_name="+")
    sale = TenantForeignKey(Sale, null=True, blank=True, related_name="signals", db_index=False)
    facts = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "key"], name="signal_once")]
        indexes = [
            models.Index(fields=["seller", "status", "-id"], name="signal_status"),
            models.Index(fields=["seller", "partner", "-id"], name="signal_partner"),
            models.Index(fields=["seller", "sale"], name="signal_sale"),
        ]

    def __str__(self) -> str:
        return self.key


class SignalHold(Record):
    """A line that a signal held; it is released when no open signal holds it any more."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    signal = TenantForeignKey(Signal, related_name="holds")
    commission = TenantForeignKey(Commission, related_name="signal_holds", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "commission", "signal"], name="signal_hold_once"
            )
        ]


class Unscreened(models.Model):
    """A sale whose commissions were not looked at yet; they do not become payable before.

    Rows are made by a trigger on the lines, so that no way of earning can forget it. `due_at` is
    when to look: at once, or later where the sale's click is still on its way.
    """

    pk = models.CompositePrimaryKey("seller_id", "sale_id")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sale_id = models.UUIDField()
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["seller", "due_at"], name="unscreened_due")]

    def __str__(self) -> str:
        return str(self.sale_id)


class ScreeningRound(Record):
    """When a seller's partners were last looked at as a whole."""

    seller = models.OneToOneField(Seller, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()
