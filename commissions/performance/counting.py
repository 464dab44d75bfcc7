"""Results of partners by link and day, counted anew from the rows of each day that changed.

A mark (`ChangedDay`) says which days to count. It is dropped in a statement before the one that
counts, so what is committed between the two has left a mark that stays. Pages read the results,
never the rows.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

from commissions.models import ResultDay
from prm.money import LOYALTY_POINTS
from prm.rows import fetched
from tracking.models import ChangedDay

DAYS_AT_A_TIME: Final = 31

_TAKE: Final = """
    WITH gone AS (
        DELETE FROM tracking_changedday WHERE day IN (
            SELECT DISTINCT day FROM tracking_changedday ORDER BY 1 DESC LIMIT %s
        ) RETURNING partner_id, day
    )
    SELECT day, array_agg(DISTINCT partner_id) FROM gone GROUP BY 1 ORDER BY 1
"""
# Of a shared sale each partner has his part, with the link of his first click. A line stands with
# the sale's link only where the sale is its partner's own: a recruiter has none.
_ROWS: Final = """
    WITH bounds AS (
        SELECT %(day)s::date::timestamp AT TIME ZONE %(zone)s AS since,
               (%(day)s::date + 1)::timestamp AT TIME ZONE %(zone)s AS until
    ), sold AS (
        SELECT s.* FROM tracking_sale s, bounds b
        WHERE s.occurred_at >= b.since AND s.occurred_at < b.until AND s.state = 'computed'
          AND s.partner_id IS NOT NULL AND s.program_id IS NOT NULL
    ), given AS (
        SELECT r.id, r.currency, r.amount_minor, r.partner_id AS named, r.sale_id
        FROM tracking_refund r, bounds b
        WHERE r.occurred_at >= b.since AND r.occurred_at < b.until AND r.state = 'computed'
    ), earned AS (
        SELECT c.partner_id, c.currency, c.sale_id, c.amount_minor
        FROM commissions_commission c, bounds b
        WHERE c.occurred_at >= b.since AND c.occurred_at < b.until AND c.status <> 'rejected'
          AND c.currency <> %(points)s AND c.partner_id = ANY(%(partners)s)
    ), results AS (
        SELECT partner_id, currency, link_id, 1 AS sales,
               (attribution ->> 'method' IS NOT DISTINCT FROM 'click')::int AS by_click,
               amount_minor AS amount, 0 AS refunds, 0::bigint AS refunded, 0::bigint AS earned
        FROM sold WHERE NOT is_shared AND partner_id = ANY(%(partners)s)
        UNION ALL
        SELECT h.partner_id, s.currency, (array_agg(h.link_id ORDER BY h.position))[1], 1, 1,
               sum(h.net_minor), 0, 0, 0
        FROM sold s JOIN tracking_saleshare h ON h.sale_id = s.id
        WHERE s.is_shared AND h.partner_id = ANY(%(partners)s) GROUP BY s.id, s.currency, 1
        UNION ALL
        SELECT s.partner_id, s.currency, s.link_id, 0, 0, 0, 1, g.amount_minor, 0
        FROM given g JOIN tracking_sale s ON s.id = g.sale_id
        WHERE NOT s.is_shared AND s.partner_id = ANY(%(partners)s)
        UNION ALL
        SELECT h.partner_id, s.currency, (array_agg(h.link_id ORDER BY h.position))[1], 0, 0, 0, 1,
               tracking_part(g.amount_minor, w.weights,
                   array_agg(x.partner_id = h.partner_id ORDER BY x.position)), 0
        FROM given g JOIN tracking_sale s ON s.id = g.sale_id AND s.is_shared
        CROSS JOIN LATERAL (
            SELECT array_agg(weight ORDER BY position) AS weights
            FROM tracking_saleshare WHERE sale_id = s.id
        ) w
        CROSS JOIN LATERAL (
            SELECT partner_id, (array_agg(link_id ORDER BY position))[1] AS link_id,
                   min(position) AS position
            FROM tracking_saleshare WHERE sale_id = s.id GROUP BY 1
        ) h
        JOIN tracking_saleshare x ON x.sale_id = s.id
        WHERE h.partner_id = ANY(%(partners)s)
        GROUP BY g.id, g.amount_minor, w.weights, h.partner_id, s.currency
        UNION ALL
        SELECT named, currency, NULL, 0, 0, 0, 1, amount_minor, 0
        FROM given WHERE sale_id IS NULL AND named = ANY(%(partners)s)
        UNION ALL
        SELECT e.partner_id, e.currency,
               CASE WHEN s.is_shared THEN (
                   SELECT h.link_id FROM tracking_saleshare h
                   WHERE h.sale_id = s.id AND h.partner_id = e.partner_id
                   ORDER BY h.position LIMIT 1
               ) WHEN s.partner_id = e.partner_id THEN s.link_id END,
               0, 0, 0, 0, 0, e.amount_minor
        FROM earned e LEFT JOIN tracking_sale s ON s.id = e.sale_id
    )
    SELECT %(seller)s::uuid, partner_id, %(day)s::date, currency, COALESCE(link_id, %(none)s::uuid),
           sum(sales), sum(by_click), sum(amount), sum(refunds), sum(refunded), sum(earned)
    FROM results GROUP BY 2, 4, 5
"""
_COUNT: Final = f"""
    INSERT INTO commissions_resultday (seller_id, partner_id, day, currency, link_id, sales,
        by_click, amount_minor, refunds, refunded_minor, earned_minor)
    {_ROWS}
"""
# Compared where nothing waits to be folded or counted: sales and earnings by partner, in all.
_FAULTS: Final = """
    WITH busy AS (
        SELECT partner_id FROM tracking_changedday
        UNION SELECT partner_id FROM tracking_salestotal WHERE grain = 'fresh'
        UNION SELECT partner_id FROM commissions_earnedtotal WHERE grain = 'fresh'
    ), sums AS (
        SELECT partner_id, currency, sum(amount_minor) AS amount, 0 AS earned
        FROM tracking_salestotal WHERE grain = 'month' GROUP BY 1, 2
        UNION ALL
        SELECT partner_id, currency, 0, sum(amount_minor) FROM commissions_earnedtotal
        WHERE grain = 'month' AND status <> 'rejected' AND currency <> %s GROUP BY 1, 2
        UNION ALL
        SELECT partner_id, currency, -sum(amount_minor), -sum(earned_minor)
        FROM commissions_resultday GROUP BY 1, 2
    )
    SELECT partner_id, currency FROM sums WHERE partner_id NOT IN (SELECT partner_id FROM busy)
    GROUP BY 1, 2 HAVING sum(amount) <> 0 OR sum(earned) <> 0 LIMIT 20
"""


def waiting() -> set[uuid.UUID]:
    """Sellers with days to count; for all sellers under the maintenance scope."""
    return set(ChangedDay.objects.values_list("seller_id", flat=True).distinct())


def count(seller_id: uuid.UUID, zone: str) -> bool:
    """Count some days anew, the newest first, in the seller's scope; whether there may be more."""
    _lock(seller_id)
    days = fetched(_TAKE, [DAYS_AT_A_TIME])
    for day, partners in days:
        _count_day(seller_id, zone, day, partners)
    return len(days) == DAYS_AT_A_TIME


def forget(seller_id: uuid.UUID) -> None:
    """Drop all results before every day is counted anew; in the seller's scope."""
    _lock(seller_id)
    ResultDay.objects.all().delete()


def faults() -> Iterable[str]:
    """Where results differ from the sums of sales and earnings, in words; the first 20."""
    for partner_id, currency in fetched(_FAULTS, [LOYALTY_POINTS]):
        yield f"results of partner {partner_id} in {currency} differ from his sums"


def _count_day(seller_id: uuid.UUID, zone: str, day: date, partners: Sequence[uuid.UUID]) -> None:
    ResultDay.objects.filter(partner_id__in=partners, day=day).delete()
    values: dict[str, Any] = {
        "seller": seller_id,
        "zone": zone,
        "day": day,
        "partners": list(partners),
        "points": LOYALTY_POINTS,
        "none": uuid.UUID(int=0),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def _lock(seller_id: uuid.UUID) -> None:
    """Nobody else counts for this seller until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"results:{seller_id}"]
        )
