"""Reading what is looked at, in bulk: some queries a batch, none a sale."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from commissions.engine.writing import OWN_PURCHASE
from commissions.models import Commission
from commissions.screening.rules import PartnerFacts, SaleFacts, shape_of
from tracking import evidence
from tracking.models import Sale

KNOWN_ORDERS: Final = 1_000
DAYS, COUPON_DAYS = timedelta(days=7), timedelta(days=30)

_TRAFFIC: Final = """
    SELECT partner_id, program_id, sum(clicks), sum(bots)
    FROM tracking_partnerday WHERE day >= %s AND dimension = ''
    GROUP BY 1, 2
"""
# A shared sale counts for each who shares it; only clicks share sales.
_SOLD: Final = """
    SELECT COALESCE(h.partner_id, s.partner_id), s.program_id,
           count(*) FILTER (WHERE attribution->>'method' = 'click' AND occurred_at >= %(week)s),
           count(*) FILTER (WHERE attribution->>'method' = 'coupon'),
           count(*) FILTER (WHERE attribution->>'method' = 'coupon' AND EXISTS (
               SELECT FROM jsonb_array_elements(attribution->'path') step
               WHERE step->>'by' = 'click' AND step->>'partner' <> s.partner_id::text))
    FROM tracking_sale s
    LEFT JOIN LATERAL (
        SELECT DISTINCT x.partner_id FROM tracking_saleshare x
        WHERE s.is_shared AND x.seller_id = s.seller_id AND x.sale_id = s.id) h ON true
    WHERE occurred_at >= %(month)s AND s.partner_id IS NOT NULL
    GROUP BY 1, 2
"""


def lines_of(sale_ids: Iterable[uuid.UUID]) -> list[Commission]:
    """The commissions of sales that may still be stopped, with sale, customer and program."""
    rows = Commission.objects.filter(
        sale_id__in=list(sale_ids),
        kind=Commission.Kind.COMMISSION,
        on=None,
        status__in=(Commission.Status.PENDING, Commission.Status.HELD, Commission.Status.PAYABLE),
    )
    return list(rows.select_related("sale__customer", "partner", "program").order_by("id"))


def last_click(sale: Sale, partner_id: uuid.UUID) -> tuple[uuid.UUID, datetime] | None:
    """The last of a partner's clicks that count for a sale: its id and instant."""
    found = None
    for step in sale.attribution.get("path", ()):
        at = parse_datetime(step.get("at") or "")
        if step.get("click") and step.get("partner") == str(partner_id) and "share" in step and at:
            found = uuid.UUID(step["click"]), at
    return found


def sale_facts(line: Commission, clicks: Mapping[uuid.UUID, evidence.ClickFacts]) -> SaleFacts:
    """What is looked at of a line's sale."""
    sale = line.sale
    if sale is None:
        raise LookupError("no sale")
    clicked = last_click(sale, line.partner_id)
    click = clicks.get(clicked[0]) if clicked else None
    return SaleFacts(
        order=sale.external_id,
        sold_at=sale.occurred_at,
        clicked_at=clicked[1] if clicked else None,
        own_purchase=line.reason == OWN_PURCHASE,
        disposable=bool(sale.customer and sale.customer.is_disposable),
        referrer=click.referrer if click else "",
        destination=click.destination if click else "",
    )


def order_shapes() -> Counter[str]:
    """How the seller's newest order numbers are made; one query of bounded size."""
    rows = Sale.objects.order_by("-id").values_list("external_id", flat=True)
    return Counter(shape_of(order) for order in rows[:KNOWN_ORDERS])


def partner_facts() -> dict[tuple[uuid.UUID, uuid.UUID], PartnerFacts]:
    """The figures of every partner and program of the seller in scope; three queries."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_TRAFFIC, [(now - DAYS).date()])
        traffic = cursor.fetchall()
        cursor.execute(_SOLD, {"week": now - DAYS, "month": now - COUPON_DAYS})
        sold = cursor.fetchall()
    found: dict[tuple[uuid.UUID, uuid.UUID], dict[str, Any]] = {}
    _note(found, traffic, ("clicks", "bots"))
    floods = evidence.floods(now - DAYS).items()
    _note(found, [(*key, count) for key, count in floods], ("flood",))
    _note(found, sold, ("click_sales", "coupon_sales", "coupon_of_others"))
    return {key: PartnerFacts(**fields) for key, fields in found.items()}


def _note(
    found: dict[tuple[uuid.UUID, uuid.UUID], dict[str, Any]],
    rows: Sequence[tuple[Any, ...]],
    names: Sequence[str],
) -> None:
    for partner, program, *figures in rows:
        fields = found.setdefault((partner, program), {})
        fields.update(zip(names, (int(one or 0) for one in figures), strict=True))
