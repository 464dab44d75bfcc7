"""Who was in the portal on which day."""

from django.db import models

from sellers.models import Seller


class PortalDay(models.Model):
    """A person opened a page of a partner's portal on this day of the seller's time zone."""

    pk = models.CompositePrimaryKey("seller_id", "partner_id", "day", "user_id")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    partner_id = models.UUIDField()
    day = models.DateField()
    user_id = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.day)
