"""Double-entry kernel: one transfer moves one amount between two accounts in one unit.

After TigerBeetle's data model: it balances by construction.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class AccountKind(models.TextChoices):
    EXPENSE = "expense", _("Commission cost")
    PENDING = "pending", _("Pending")
    HELD = "held", _("Held")
    PAYABLE = "payable", _("Payable")
    IN_PAYOUT = "in_payout", _("In payout")
    PAID = "paid", _("Paid out")


class Account(Record):
    """One side of transfers. Totals are kept by a trigger, never written by the app.

    Credit-normal: balance = credits - debits. A `guarded` account refuses, in the database, a
    transfer that would take its balance below zero.
    """

    Kind = AccountKind

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=AccountKind.choices)
    partner_id = models.UUIDField(null=True, blank=True)
    unit = models.CharField(max_length=3)
    guarded = models.BooleanField(default=False)
    debits_minor = models.BigIntegerField(default=0)
    credits_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "kind", "partner_id", "unit"],
                nulls_distinct=False,
                name="account_once",
            ),
            models.CheckConstraint(
                condition=models.Q(guarded=False)
                | models.Q(credits_minor__gte=models.F("debits_minor")),
                name="account_guard",
            ),
        ]

    @property
    def balance_minor(self) -> int:
        """Credits less debits."""
        return self.credits_minor - self.debits_minor


class Transfer(Record):
    """An amount moved from `debit` to `credit`. Append-only; corrected by new rows only.

    `key` makes it happen once: `commission:<id>:accrue`. `at` is when it happened, `source`
    what it is about.
    """

    # its keys to the accounts (seller_id, x_id) hold the seller too
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    debit = TenantForeignKey(Account, related_name="debit_transfers", db_index=False)
    credit = TenantForeignKey(Account, related_name="credit_transfers", db_index=False)
    amount_minor = models.BigIntegerField()
    unit = models.CharField(max_length=3)
    at = models.DateTimeField()
    partner_id = models.UUIDField(null=True, blank=True)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "key"], name="transfer_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="transfer_amount_positive"
            ),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="transfer_two_accounts"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "partner_id", "-id"], name="transfer_partner"),
            models.Index(fields=["seller", "source_id"], name="transfer_source"),
            models.Index(fields=["seller", "debit"], name="transfer_debit"),
            models.Index(fields=["seller", "credit"], name="transfer_credit"),
        ]
