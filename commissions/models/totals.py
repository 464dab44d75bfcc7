"""Earnings added up, for pages that show sums."""

from django.db import models

from prm.totals import Grain, Totals
from sellers.models import Seller


class EarnedTotal(models.Model):
    """A partner's lines of one kind, status and currency over one stretch of their own time.

    Kept by triggers on the lines (see prm/totals.py), `starts_on` in the seller's time zone.
    """

    Grain = Grain

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    grain = models.CharField(max_length=5, choices=Grain.choices)
    starts_on = models.DateField()
    currency = models.CharField(max_length=3)
    partner_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    status = models.CharField(max_length=10)
    amount_minor = models.BigIntegerField()
    lines = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "seller", "grain", "starts_on", "currency", "partner_id", "kind", "status",
                ],
                condition=models.Q(grain__in=["day", "week", "month"]),
                name="earned_total_once",
            )
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["seller"], condition=models.Q(grain="fresh"), name="earned_total_fresh"
            ),
            models.Index(
                fields=["seller", "partner_id", "grain", "starts_on"], name="earned_total_partner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.starts_on}"


EARNED_TOTALS = Totals(
    table="commissions_earnedtotal",
    keys=("currency", "partner_id", "kind", "status"),
    marks="tracking_changedday",
    sums=("amount_minor", "lines"),
    counted="""
        SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS starts_on, currency, partner_id, kind,
               status, sum(amount_minor)::bigint AS amount_minor, count(*) AS lines
        FROM commissions_commission
        GROUP BY 1, 2, 3, 4, 5
    """,
)
