"""What was sold under an agreement, by month in its time zone: one query for all its periods.

Sales count on their day, refunds on theirs. A refund without lines falls on the agreed goods, and
on units, in proportion; such parts are cumulative by sale, so that refunds of all of it take back
exactly all. A refund dated after the agreement's end counts in its last month.

Of a sale that partners share, each has his part of net and units by largest remainder, and of what
came back the part of all that came back so far less that of all before: so the parts are exactly
the whole, at any moment. Nobody has the part of a partner who bought himself. For all of a program
a shared sale is one sale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from commissions.models import Agreement
from commissions.settlements.calendar import first_instant
from commissions.settlements.terms import Goods
from tracking.models import Sale, SaleShare

FAR: Final = date(9999, 12, 31)


@dataclass(frozen=True)
class Sold:
    """Net sales of a stretch of time in minor units, units, and how many sales and refunds."""

    sold: int = 0
    refunded: int = 0
    units: int = 0
    units_back: int = 0
    sales: int = 0
    refunds: int = 0

    def __add__(self, other: "Sold") -> "Sold":
        return Sold(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )

    @property
    def net(self) -> int:
        """Sold less refunded."""
        return self.sold - self.refunded

    @property
    def units_net(self) -> int:
        """Units moved less units that came back."""
        return self.units - self.units_back


_MATCH: Final = "(l->>'sku' = ANY(%(skus)s) OR l->>'category' = ANY(%(categories)s))"
_ALL_NET: Final = "s.amount_minor"
_ALL_UNITS: Final = """COALESCE((
  SELECT SUM((l->>'quantity')::bigint) FROM jsonb_array_elements(s.lines) l), 1)"""
_GOODS_JOIN: Final = """JOIN LATERAL (
  SELECT SUM((l->>'net')::bigint) AS net, SUM((l->>'quantity')::bigint) AS units
  FROM jsonb_array_elements(s.lines) l WHERE {match}) g ON g.net IS NOT NULL"""
_GOODS_BACK: Final = """CASE WHEN jsonb_array_length(lines) > 0 THEN (
    SELECT COALESCE(SUM((b->>'amount')::bigint), 0) FROM jsonb_array_elements(lines) b
    WHERE b->>'sku' IN (
      SELECT l->>'sku' FROM jsonb_array_elements(sale_lines) l WHERE {match}))
  ELSE round(sale_net * so_far / NULLIF(whole, 0))
    - round(sale_net * (so_far - amount) / NULLIF(whole, 0)) END"""
_GOODS_UNITS_BACK: Final = """AND b->>'sku' IN (
  SELECT l->>'sku' FROM jsonb_array_elements(sale_lines) l WHERE {match})"""
_NOTE_GOODS: Final = """(SELECT COALESCE(SUM((l->>'{name}')::bigint), 0)
  FROM jsonb_array_elements(r.lines) l WHERE {match})"""
_NOTE_UNITS: Final = """(SELECT COALESCE(SUM((l->>'quantity')::bigint), 0)
  FROM jsonb_array_elements(r.lines) l)"""
_PART: Final = """CASE WHEN weights IS NULL THEN {0}
    ELSE tracking_part(({0})::numeric, weights, mine) END"""
_PART_BACK: Final = """CASE WHEN weights IS NULL THEN {0}
    ELSE tracking_part({0}_so_far, weights, mine)
      - tracking_part({0}_so_far - {0}, weights, mine) END"""
_QUERY: Final = """
WITH found AS (
  SELECT s.id, s.occurred_at, s.amount_minor AS whole, {net} AS net, {units} AS units, s.lines,
    h.weights, h.mine
  FROM tracking_sale s {join}
  LEFT JOIN LATERAL (
    SELECT array_agg(x.weight ORDER BY x.position) AS weights, array_agg(
      NOT x.barred {whose_share} ORDER BY x.position) AS mine
    FROM tracking_saleshare x
    WHERE s.is_shared AND x.seller_id = s.seller_id AND x.sale_id = s.id) h ON true
  WHERE s.program_id = %(program)s AND s.currency = %(currency)s
    AND s.occurred_at >= %(since)s AND s.occurred_at < %(until)s
    AND s.outcome <> 'self_purchase'
    AND CASE WHEN h.weights IS NULL THEN true {whose_sale} ELSE true = ANY(h.mine) END
), back AS (
  SELECT r.occurred_at AS at, r.external_id, r.lines, r.amount_minor AS amount, f.id, f.whole,
    f.net AS sale_net, f.units AS sale_units, f.lines AS sale_lines, f.weights, f.mine,
    SUM(r.amount_minor) OVER (
      PARTITION BY r.sale_id ORDER BY r.occurred_at, r.external_id) AS so_far
  FROM tracking_refund r JOIN found f ON f.id = r.sale_id
  WHERE r.kind = 'refund' AND r.state IN ('pending', 'computed') AND r.occurred_at < %(known)s
), came AS (
  SELECT id, at, external_id, weights, mine, COALESCE({back}, 0)::numeric AS net,
    COALESCE(CASE WHEN jsonb_array_length(lines) > 0 THEN (
      SELECT COALESCE(SUM((b->>'quantity')::bigint), 0)
      FROM jsonb_array_elements(lines) b WHERE true {units_back})
    ELSE floor(sale_units * so_far / NULLIF(whole, 0))
      - floor(sale_units * (so_far - amount) / NULLIF(whole, 0)) END, 0)::numeric AS units
  FROM back
), summed AS (
  SELECT *, SUM(net) OVER so_far AS net_so_far, SUM(units) OVER so_far AS units_so_far
  FROM came WINDOW so_far AS (PARTITION BY id ORDER BY at, external_id)
), counted AS (
  SELECT at, {net_back} AS net, {moved_back} AS units FROM summed
  UNION ALL
  SELECT r.occurred_at, {note_net}, {note_units}
  FROM tracking_refund r
  WHERE r.kind = 'credit_note' AND r.state IN ('pending', 'computed')
    AND r.program_id = %(program)s AND r.currency = %(currency)s
    AND r.occurred_at >= %(since)s AND r.occurred_at < %(known)s {whose_note}
)
SELECT date_trunc('month', occurred_at AT TIME ZONE %(zone)s)::date,
  SUM({net_part}), 0, SUM({units_part}), 0, COUNT(*), 0
FROM found GROUP BY 1
UNION ALL
SELECT date_trunc('month', LEAST((at AT TIME ZONE %(zone)s)::date, %(last)s))::date,
  0, SUM(net), 0, SUM(units), 0, COUNT(*)
FROM counted WHERE net <> 0 OR units <> 0 GROUP BY 1
"""


def by_month(
    agreement: Agreement, goods: Goods, until: date, enrollments: Sequence[UUID] | None
) -> dict[date, Sold]:
    """First day of each month -> what was sold of `goods` up to `until`, that day included.

    `enrollments` are whose sales count; None counts all of the program.
    """
    found: dict[date, Sold] = {}
    with connection.cursor() as cursor:
        cursor.execute(_query(goods, enrollments), _values(agreement, goods, until, enrollments))
        for month, *figures in cursor.fetchall():
            row = Sold(*(int(one) for one in figures))
            found[month] = found.get(month, Sold()) + row
    return found


def in_other_currencies(
    agreement: Agreement, since: date, until: date, enrollments: Sequence[UUID] | None
) -> int:
    """How many sales of a stretch are not counted, since they are in another currency."""
    rows = Sale.objects.filter(
        program_id=agreement.program_id,
        occurred_at__gte=first_instant(since, agreement.time_zone),
        occurred_at__lt=first_instant(until + timedelta(days=1), agreement.time_zone),
    ).exclude(currency=agreement.currency)
    if enrollments is not None:
        shares = SaleShare.objects.filter(sale=OuterRef("pk"), enrollment_id__in=enrollments)
        alone = Q(is_shared=False, enrollment_id__in=enrollments)
        rows = rows.filter(alone | Q(is_shared=True) & Exists(shares))
    return rows.count()


def _query(goods: Goods, enrollments: Sequence[UUID] | None) -> str:
    whose = "AND {}.enrollment_id = ANY(%(enrollments)s::uuid[])" if enrollments is not None else ""
    text = _QUERY.format(
        net="g.net" if goods else _ALL_NET,
        units="g.units" if goods else _ALL_UNITS,
        join=_GOODS_JOIN if goods else "",
        back=_GOODS_BACK if goods else "amount",
        units_back=_GOODS_UNITS_BACK if goods else "",
        note_net=_NOTE_GOODS.replace("{name}", "net") if goods else "r.amount_minor",
        note_units=_NOTE_GOODS.replace("{name}", "quantity") if goods else _NOTE_UNITS,
        net_back=_PART_BACK.format("net"),
        moved_back=_PART_BACK.format("units"),
        net_part=_PART.format("net"),
        units_part=_PART.format("units"),
        whose_share=whose.format("x"),
        whose_sale=whose.format("s"),
        whose_note=whose.format("r"),
    )
    return text.replace("{match}", _MATCH)


def _values(
    agreement: Agreement, goods: Goods, until: date, enrollments: Sequence[UUID] | None
) -> dict[str, Any]:
    zone, last = agreement.time_zone, agreement.ends_on or FAR
    return {
        "program": agreement.program_id,
        "currency": agreement.currency,
        "zone": zone,
        "since": first_instant(agreement.starts_on, zone),
        "until": first_instant(min(until, last) + timedelta(days=1), zone),
        "known": first_instant(until + timedelta(days=1), zone),
        "last": last,
        "skus": list(goods.skus),
        "categories": list(goods.categories),
        "enrollments": [str(one) for one in enrollments or ()],
    }
