"""How far clicks and impressions were brought to the rules."""

from django.db import models

from campaigns.models import Program
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class BroughtDay(Record):
    """A program's day as it was when its clicks (or impressions) were last brought to the rules.

    It only says whether to look again: what was brought stands in the occasions themselves.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    program = TenantForeignKey(Program, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    day = models.DateField()
    seen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "program", "kind", "day"], name="brought_day_once"
            )
        ]
