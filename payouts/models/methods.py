"""Where partners want their money."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller

HOLD: Final = timedelta(days=3)
"""How long a changed account waits before a payout may use it."""


class MethodKind(models.TextChoices):
    IBAN = "iban", _("Bank account (IBAN)")
    PAYPAL = "paypal", _("PayPal")
    WISE = "wise", _("Wise")
    ACH = "ach", _("US bank account (ACH)")
    OTHER = "other", _("Other")


class PayoutMethod(Record):
    """Where a partner wants his money. A change is a new row; the one before is kept.

    What a person asks for in the portal starts as a request: without `confirmed_at` it counts
    for nothing. He confirms it through the link in his mail (`token_hash`, until `expires_at`);
    then it takes the place of the one before (`previous`), and payouts may use it from
    `usable_at` on. Until then it can be stopped (`withdrawn_at`), and `previous` counts again.

    `account` is encrypted and bound to this row (payouts/vault.py); `account_tail` is the part
    of it that people may see: `DE•• 9027`; `account_key` a keyed hash of it, to find two partners
    with one account.
    """

    Kind = MethodKind

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="payout_methods")
    kind = models.CharField(max_length=8, choices=MethodKind.choices)
    name = models.CharField(max_length=120)
    account = models.BinaryField()
    account_tail = models.CharField(max_length=40)
    account_key = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    token_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    usable_at = models.DateTimeField(null=True, blank=True)
    previous = TenantForeignKey("self", null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "partner"],
                condition=models.Q(replaced_at=None, confirmed_at__isnull=False),
                name="payout_method_one_current",
            ),
            models.UniqueConstraint(
                fields=["seller", "partner"],
                condition=models.Q(replaced_at=None, confirmed_at=None),
                name="payout_method_one_request",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, usable_at=None)
                | models.Q(confirmed_at__isnull=False, usable_at__gte=models.F("confirmed_at")),
                name="payout_method_usable_once_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """What may be shown of it in one line: `IBAN DE•• 9027`."""
        short = {MethodKind.IBAN: "IBAN", MethodKind.ACH: "ACH", MethodKind.OTHER: ""}
        kind = short.get(MethodKind(self.kind), self.get_kind_display())
        return f"{kind} {self.account_tail}".strip()

    @property
    def held_until(self) -> datetime | None:
        """When a payout may use it, while that is still to come."""
        waits = self.usable_at is not None and self.usable_at > timezone.now()
        return self.usable_at if waits else None
