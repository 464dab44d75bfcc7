"""Under which number a partner pays his taxes."""

from django.db import models

from partners.models import Partner
from prm.fields import TenantForeignKey
from prm.records import Record
from sellers.models import Seller


class TaxNumber(Record):
    """A partner's tax number in one country. Replaced by a new row, never changed.

    `number` is encrypted and bound to this row; `tail` is what people may see of it: `•••• 4560`;
    `number_key` a keyed hash, to find two partners with one number. `scheme` names the kind of
    number by the country's own word, like NPWP or VAT.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    partner = TenantForeignKey(Partner, related_name="tax_numbers", db_index=False)
    country = models.CharField(max_length=2)
    scheme = models.CharField(max_length=12)
    number = models.BinaryField()
    tail = models.CharField(max_length=40)
    number_key = models.CharField(max_length=64)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "partner"],
                condition=models.Q(replaced_at=None),
                name="tax_number_one_current",
            )
        ]
        indexes = [models.Index(fields=["seller", "partner", "-id"], name="tax_number_partner")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.tail}"
