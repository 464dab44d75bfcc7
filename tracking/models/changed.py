"""Days of partners that must be counted anew, by link."""

from django.db import models

from sellers.models import Seller


class ChangedDay(models.Model):
    """A sale, refund or line of a partner's day came or changed since the day was last counted.

    Rows are only added, never changed, so that nobody waits: the fold of sums adds one for each day
    it met (prm/totals.py), a trigger one for each refund. Whoever counts a day drops its rows
    first. `day` is in the seller's time zone.
    """

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    partner_id = models.UUIDField()
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["seller", "day"], name="changed_day")]

    def __str__(self) -> str:
        return str(self.day)
