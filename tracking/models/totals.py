"""Sales added up, for pages that show sums."""

from django.db import models

from prm.totals import Grain, Totals
from sellers.models import Seller


class SalesTotal(models.Model):
    """Computed sales that a partner brought, in one program and currency over one stretch.

    Money is net in minor units; `by_click` counts those that a click brought. A shared sale is
    whole with the partner who has the largest share. Kept by triggers on the sales (see
    prm/totals.py), `starts_on` in the seller's time zone.
    """

    Grain = Grain

    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    grain = models.CharField(max_length=5, choices=Grain.choices)
    starts_on = models.DateField()
    currency = models.CharField(max_length=3)
    program_id = models.UUIDField()
    partner_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    count = models.BigIntegerField()
    by_click = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "grain", "starts_on", "currency", "program_id", "partner_id"],
                condition=models.Q(grain__in=["day", "week", "month"]),
                name="sales_total_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["seller"], condition=models.Q(grain="fresh"), name="sales_total_fresh"
            )
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.starts_on}"


SALES_TOTALS = Totals(
    table="tracking_salestotal",
    keys=("currency", "program_id", "partner_id"),
    sums=("amount_minor", "count", "by_click"),
    counted="""
        SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS starts_on, currency, program_id,
               partner_id, sum(amount_minor)::bigint AS amount_minor, count(*) AS count,
               count(*) FILTER (WHERE attribution ->> 'method' = 'click') AS by_click
        FROM tracking_sale
        WHERE state = 'computed' AND partner_id IS NOT NULL AND program_id IS NOT NULL
        GROUP BY 1, 2, 3, 4
    """,
)
