"""Sales added up, for pages that show sums."""

from django.db import models

from prm.totals import Grain, Totals
from sellers.models import Seller


class SalesTotal(models.Model):
    """Computed sales that a partner brought, in one program and currency over one stretch.

    Money is net in minor units; of a shared sale it is his part. `count` has each sale once, with
    the partner of the largest share, and `by_click` those of them that a click brought; `parts`
    are shared sales of which others have the largest share. So sums over all partners are the
    seller's, and a partner had `count + parts` sales. Kept by triggers on sales and shares (see
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
    parts = models.BigIntegerField()
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
    marks="tracking_changedday",
    sums=("amount_minor", "count", "parts", "by_click"),
    counted="""
        SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS starts_on, currency, program_id,
               partner_id, sum(amount_minor)::bigint AS amount_minor, sum(count)::bigint AS count,
               sum(parts)::bigint AS parts, sum(by_click)::bigint AS by_click
        FROM (
            SELECT occurred_at, currency, program_id, partner_id,
                   CASE WHEN is_shared THEN 0 ELSE amount_minor END AS amount_minor, 1 AS count,
                   0 AS parts, (attribution ->> 'method' IS NOT DISTINCT FROM 'click')::int
                   AS by_click
            FROM tracking_sale
            WHERE state = 'computed' AND partner_id IS NOT NULL AND program_id IS NOT NULL
            UNION ALL
            SELECT s.occurred_at, s.currency, s.program_id, h.partner_id, sum(h.net_minor), 0,
                   (h.partner_id <> s.partner_id)::int, 0
            FROM tracking_sale s JOIN tracking_saleshare h ON h.sale_id = s.id
            WHERE s.is_shared AND s.state = 'computed' AND s.partner_id IS NOT NULL
              AND s.program_id IS NOT NULL
            GROUP BY s.id, h.partner_id
        ) brought
        GROUP BY 1, 2, 3, 4
    """,
)
