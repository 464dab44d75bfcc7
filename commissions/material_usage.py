"""What materials brought: banners shown, clicks, sales and earnings of the links inside them.

Everything is read from sums by day; nothing here reads a click, a sale or a line.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from campaigns.models import Material
from commissions.models import ResultDay
from prm.rows import fetched
from tracking.models import Link

WEEKS: Final = 8


@dataclass(frozen=True)
class Usage:
    """Of one material over days. Money by currency in minor units: net sold, and earned by it."""

    shown: int = 0
    clicks: int = 0
    sales: int = 0
    sold: dict[str, int] = field(default_factory=dict)
    earned: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float | None:
        """Sales for 100 clicks; None without clicks."""
        return self.sales * 100 / self.clicks if self.clicks else None


# A link belongs to one partner, so his id finds the day's rows by their key.
_CLICKS: Final = """
    SELECT l.material_id, sum(d.clicks)::bigint, sum(d.impressions)::bigint
    FROM tracking_link l
    JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    JOIN tracking_linkday d ON d.link_id = l.id AND d.seller_id = l.seller_id
    WHERE l.material_id = ANY(%s::uuid[]) AND d.day BETWEEN %s AND %s
      AND (%s::uuid IS NULL OR e.partner_id = %s::uuid)
    GROUP BY 1
"""
_RESULTS: Final = """
    SELECT l.material_id, r.currency, sum(r.sales)::bigint, sum(r.amount_minor)::bigint,
           sum(r.earned_minor)::bigint
    FROM tracking_link l
    JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    JOIN commissions_resultday r
      ON r.seller_id = l.seller_id AND r.partner_id = e.partner_id AND r.link_id = l.id
    WHERE l.material_id = ANY(%s::uuid[]) AND r.day BETWEEN %s AND %s
      AND (%s::uuid IS NULL OR e.partner_id = %s::uuid)
    GROUP BY 1, 2
"""
_BY_PARTNER: Final = """
    WITH links AS (
        SELECT l.id, l.seller_id, e.partner_id FROM tracking_link l
        JOIN campaigns_enrollment e ON e.id = l.enrollment_id WHERE l.material_id = %s
    ), clicked AS (
        SELECT partner_id, sum(d.clicks)::bigint AS clicks FROM links l
        JOIN tracking_linkday d ON d.link_id = l.id AND d.seller_id = l.seller_id
        WHERE d.day BETWEEN %s AND %s GROUP BY 1
    ), sold AS (
        SELECT partner_id, sum(r.sales)::bigint AS sales FROM links l
        JOIN commissions_resultday r
          USING (seller_id, partner_id) WHERE r.link_id = l.id AND r.day BETWEEN %s AND %s
        GROUP BY 1
    ), used AS (
        SELECT partner_id, sum(views)::bigint AS views, sum(downloads)::bigint AS downloads
        FROM campaigns_materialday WHERE material_id = %s AND day BETWEEN %s AND %s GROUP BY 1
    )
    SELECT p.id, p.name, COALESCE(views, 0), COALESCE(downloads, 0), COALESCE(clicks, 0),
           COALESCE(sales, 0)
    FROM used FULL JOIN clicked USING (partner_id) FULL JOIN sold USING (partner_id)
    JOIN partners_partner p ON p.id = partner_id
    ORDER BY COALESCE(sales, 0) DESC, COALESCE(clicks, 0) DESC, COALESCE(downloads, 0) DESC, p.name
    LIMIT %s
"""
_WEEKLY: Final = """
    SELECT date_trunc('week', d.day)::date, sum(d.clicks)::bigint
    FROM tracking_link l
    JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    JOIN tracking_linkday d ON d.link_id = l.id AND d.seller_id = l.seller_id
    WHERE l.material_id = %s AND d.day >= %s AND (%s::uuid IS NULL OR e.partner_id = %s::uuid)
    GROUP BY 1
"""


@dataclass(frozen=True)
class PartnerUsage:
    """One partner's use of a material."""

    partner_id: uuid.UUID
    name: str
    views: int
    downloads: int
    clicks: int
    sales: int


def span_to(today: date) -> tuple[date, date]:
    """The eight weeks up to `today`, whole calendar weeks from a Monday."""
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(weeks=WEEKS - 1), today


def usages(
    material_ids: Collection[uuid.UUID],
    first: date,
    last: date,
    *,
    partner_id: uuid.UUID | None = None,
) -> dict[uuid.UUID, Usage]:
    """What each material brought over days, to one partner or all; two queries."""
    values: list[Any] = [list(material_ids), first, last, partner_id, partner_id]
    clicks = {row[0]: (row[1], row[2]) for row in fetched(_CLICKS, values)}
    sales: dict[uuid.UUID, int] = defaultdict(int)
    sold: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    earned: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    for key, currency, count, amount, gained in fetched(_RESULTS, values):
        sales[key] += count
        sold[key][currency], earned[key][currency] = amount, gained
    found = {}
    for key in material_ids:
        clicked, shown = clicks.get(key, (0, 0))
        found[key] = Usage(shown, clicked, sales[key], sold[key], earned[key])
    return found


def by_partner(
    material_id: uuid.UUID, first: date, last: date, limit: int = 20
) -> list[PartnerUsage]:
    """Who uses the material and what it brings him, the most sales first; one query."""
    span = [first, last]
    values = [material_id, *span, *span, material_id, *span, limit]
    return [PartnerUsage(*row) for row in fetched(_BY_PARTNER, values)]


def weekly_clicks(
    material_id: uuid.UUID, today: date, *, partner_id: uuid.UUID | None = None
) -> list[int]:
    """Clicks of the last eight weeks, oldest first; one query."""
    first, _today = span_to(today)
    rows = dict(fetched(_WEEKLY, [material_id, first, partner_id, partner_id]))
    return [rows.get(first + timedelta(weeks=number), 0) for number in range(WEEKS)]


def with_sales(rows: QuerySet[Material], partner_id: uuid.UUID, first: date) -> QuerySet[Material]:
    """`rows` with `sale_count`, what the partner sold by each since a day; to sort by."""
    links = Link.objects.filter(
        material=OuterRef(OuterRef("pk")), enrollment__partner_id=partner_id
    )
    days = ResultDay.objects.filter(
        partner_id=partner_id, day__gte=first, link_id__in=links.values("pk")
    )
    summed = days.order_by().annotate(one=F("partner_id")).values("one").annotate(n=Sum("sales"))
    return rows.annotate(sale_count=Coalesce(Subquery(summed.values("n")), 0))


def total(usages: Sequence[Usage]) -> Usage:
    """Several taken together."""
    sold: dict[str, int] = defaultdict(int)
    earned: dict[str, int] = defaultdict(int)
    for one in usages:
        for code, amount in one.sold.items():
            sold[code] += amount
        for code, amount in one.earned.items():
            earned[code] += amount
    return Usage(
        sum(one.shown for one in usages),
        sum(one.clicks for one in usages),
        sum(one.sales for one in usages),
        dict(sold),
        dict(earned),
    )
