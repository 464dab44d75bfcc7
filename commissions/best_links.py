"""A partner's links and coupons that bring most, counted by one statement for all of them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from prm.rows import fetched
from tracking.models import Coupon, Link


@dataclass(frozen=True)
class LinkFigures:
    """What one link brought: people's clicks, sales, and earned in its program's currency."""

    link: Link
    clicks: int
    sales: int
    earned: int
    currency: str

    @property
    def rate(self) -> float | None:
        """Clicks that became sales, in per cent; None without clicks."""
        return self.sales * 100 / self.clicks if self.clicks else None


# A sale that partners share stands with the link of each one's first click, and with his part. His
# sales and lines of these days are read once for all links, not once for each.
_BEST: Final = """
    WITH own AS (
        SELECT l.id, p.currency FROM tracking_link l
        JOIN campaigns_enrollment e ON e.id = l.enrollment_id
        JOIN campaigns_program p ON p.id = e.program_id
        WHERE e.partner_id = %(partner)s AND l.disabled_at IS NULL
    ), clicked AS (
        SELECT d.link_id, sum(d.clicks) AS clicks FROM tracking_linkday d
        WHERE d.link_id IN (SELECT id FROM own) AND d.day >= %(day)s GROUP BY 1
    ), shared AS (
        SELECT DISTINCT ON (h.sale_id) h.sale_id, h.link_id FROM tracking_saleshare h
        JOIN tracking_sale s ON s.id = h.sale_id
        WHERE h.partner_id = %(partner)s AND s.occurred_at >= %(since)s
        ORDER BY h.sale_id, h.position
    ), brought AS (
        SELECT link_id, NULL AS currency, count(*) AS sales, 0 AS earned FROM tracking_sale
        WHERE partner_id = %(partner)s AND NOT is_shared AND occurred_at >= %(since)s GROUP BY 1
        UNION ALL
        SELECT link_id, NULL, count(*), 0 FROM shared GROUP BY 1
        UNION ALL
        SELECT s.link_id, c.currency, 0, sum(c.amount_minor) FROM commissions_commission c
        JOIN tracking_sale s ON s.id = c.sale_id AND NOT s.is_shared
        WHERE c.partner_id = %(partner)s AND c.occurred_at >= %(since)s AND c.status <> 'rejected'
        GROUP BY 1, 2
        UNION ALL
        SELECT h.link_id, c.currency, 0, sum(c.amount_minor) FROM shared h
        JOIN commissions_commission c ON c.sale_id = h.sale_id
        WHERE c.partner_id = %(partner)s AND c.status <> 'rejected' GROUP BY 1, 2
    )
    SELECT o.id, COALESCE(k.clicks, 0)::bigint, COALESCE(sum(b.sales), 0)::bigint,
           COALESCE(sum(b.earned), 0)::bigint, o.currency
    FROM own o LEFT JOIN clicked k ON k.link_id = o.id
    LEFT JOIN brought b ON b.link_id = o.id AND COALESCE(b.currency, o.currency) = o.currency
    GROUP BY o.id, o.currency, k.clicks ORDER BY 4 DESC, 2 DESC, 1 DESC LIMIT %(limit)s
"""


def best_links(partner_id: uuid.UUID, since: datetime, limit: int = 4) -> list[LinkFigures]:
    """A partner's live links that brought most since `since`, with their host; two queries."""
    values: dict[str, Any] = {
        "partner": partner_id, "since": since, "day": since.date(), "limit": limit,
    }  # fmt: skip
    rows = fetched(_BEST, values)
    found = Link.objects.select_related("domain").in_bulk([row[0] for row in rows])
    return [LinkFigures(found[key], *figures) for key, *figures in rows]


@dataclass(frozen=True)
class CouponFigures:
    """What one coupon brought at the till, without a link: sales, and earned in `currency`."""

    coupon: Coupon
    sales: int
    earned: int
    currency: str


# Codes are compared as `tracking.rules.coupon_key` writes them. A sale that came through a link
# as well stands with the link, so nothing is counted in two rows.
_COUPONS: Final = """
    WITH own AS (
        SELECT o.id, o.key, e.id AS enrollment_id, p.currency FROM tracking_coupon o
        JOIN campaigns_enrollment e ON e.id = o.enrollment_id
        JOIN campaigns_program p ON p.id = e.program_id
        WHERE e.partner_id = %(partner)s AND o.disabled_at IS NULL
    ), sold AS (
        SELECT id, enrollment_id, upper(btrim(coupon)) AS key FROM tracking_sale
        WHERE partner_id = %(partner)s AND occurred_at >= %(since)s
          AND coupon <> '' AND link_id IS NULL AND NOT is_shared
    ), earned AS (
        SELECT c.sale_id, c.currency, sum(c.amount_minor) AS amount FROM commissions_commission c
        WHERE c.partner_id = %(partner)s AND c.status <> 'rejected'
          AND c.sale_id IN (SELECT id FROM sold) GROUP BY 1, 2
    )
    SELECT o.id, count(DISTINCT s.id), COALESCE(sum(n.amount), 0)::bigint, o.currency
    FROM own o JOIN sold s ON s.key = o.key AND s.enrollment_id = o.enrollment_id
    LEFT JOIN earned n ON n.sale_id = s.id AND n.currency = o.currency
    GROUP BY o.id, o.currency ORDER BY 3 DESC, 2 DESC, 1 DESC LIMIT %(limit)s
"""


def best_coupons(partner_id: uuid.UUID, since: datetime, limit: int = 2) -> list[CouponFigures]:
    """A partner's coupons that sold since `since`; two queries, one where none did."""
    rows = fetched(_COUPONS, {"partner": partner_id, "since": since, "limit": limit})
    found = Coupon.objects.in_bulk([row[0] for row in rows]) if rows else {}
    return [CouponFigures(found[key], *figures) for key, *figures in rows]
