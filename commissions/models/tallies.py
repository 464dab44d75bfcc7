"""What rules count, added up in advance, so that a sale costs the same however many came before.

Both tables are derived from sales and lines: `engine/recounting.py` makes them anew, and
`check_ledger` proves that tallies agree.
"""

from django.db import models

from campaigns.models import Program
from commissions.models.rules import Rule
from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class Grain(models.TextChoices):
    DAY = "day"
    MONTH = "month"


class Tally(Record):
    """A partner's sales in a program over one day or month of the seller's time zone.

    `starts_on` is the day or the month's first; money in minor units of `currency`.
    """

    Grain = Grain

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="+")
    currency = models.CharField(max_length=3)
    grain = models.CharField(max_length=5, choices=Grain.choices)
    starts_on = models.DateField()
    sales_minor = models.BigIntegerField(default=0)
    sales_count = models.BigIntegerField(default=0)
    quantity = models.BigIntegerField(default=0)
    leads = models.BigIntegerField(default=0)
    clicks = models.BigIntegerField(default=0)
    commission_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "program", "partner", "currency", "grain", "starts_on"],
                name="tally_once",
            )
        ]


class LimitUse(Record):
    """What a rule paid within one of its limits: `key` is the customer, partner or program.

    `window` and `starts_on` name the period; rolling windows are kept by day.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = TenantForeignKey(Rule, related_name="+", db_index=False)
    per = models.CharField(max_length=8)
    key = models.UUIDField()
    window = models.CharField(max_length=16)
    starts_on = models.DateField()
    unit = models.CharField(max_length=3)
    paid_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "rule", "per", "key", "window", "starts_on", "unit"],
                name="limit_use_once",
            )
        ]
