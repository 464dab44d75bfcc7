"""Facts of many partners at once, from sums: what engagement and health are decided on."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from commissions.performance.rules import DAYS, Facts
from prm.rows import fetched

_FACTS: Final = """
    WITH one AS (
        SELECT id, (created_at AT TIME ZONE %(zone)s)::date AS joined_on
        FROM partners_partner WHERE id = ANY(%(partners)s)
    ), bounds AS (
        SELECT %(first)s::date::timestamp AT TIME ZONE %(zone)s AS since,
               (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s AS until
    ), clicked AS (
        SELECT partner_id, COALESCE(sum(n) FILTER (WHERE day >= %(first)s), 0) AS clicks,
               COALESCE(sum(n) FILTER (WHERE day < %(first)s), 0) AS clicks_before,
               count(*) FILTER (WHERE day >= %(first)s AND n > 0) AS days
        FROM (
            SELECT partner_id, day, sum(clicks) AS n FROM tracking_partnerday
            WHERE partner_id = ANY(%(partners)s) AND dimension = ''
              AND program_id IN (SELECT id FROM campaigns_program)
              AND day BETWEEN %(before)s AND %(last)s GROUP BY 1, 2
        ) d GROUP BY 1
    ), sold AS (
        SELECT partner_id, currency,
               COALESCE(sum(sales) FILTER (WHERE day >= %(first)s), 0) AS sales,
               COALESCE(sum(sales) FILTER (WHERE day < %(first)s), 0) AS sales_before,
               COALESCE(sum(amount_minor) FILTER (WHERE day >= %(first)s), 0) AS amount,
               COALESCE(sum(amount_minor) FILTER (WHERE day < %(first)s), 0) AS before,
               COALESCE(sum(earned_minor) FILTER (WHERE day >= %(first)s), 0) AS earned,
               COALESCE(sum(refunded_minor) FILTER (WHERE day >= %(first)s), 0) AS refunded,
               count(DISTINCT day) FILTER (WHERE day >= %(first)s AND sales > 0) AS days,
               sum(sales) AS every
        FROM commissions_resultday
        WHERE partner_id = ANY(%(partners)s) AND day BETWEEN %(before)s AND %(last)s
        GROUP BY 1, 2
    ), main AS (
        SELECT DISTINCT ON (partner_id) * FROM sold ORDER BY partner_id, every DESC, currency
    ), counted AS (
        SELECT partner_id, sum(sales) AS sales, sum(sales_before) AS sales_before
        FROM sold GROUP BY 1
    ), present AS (
        SELECT partner_id, count(DISTINCT day) AS days FROM partners_portalday
        WHERE partner_id = ANY(%(partners)s) AND day BETWEEN %(first)s AND %(last)s GROUP BY 1
    ), linked AS (
        SELECT e.partner_id, count(*) AS n FROM bounds b, campaigns_enrollment e
        JOIN tracking_link l ON l.enrollment_id = e.id
        WHERE e.partner_id = ANY(%(partners)s)
          AND l.created_at >= b.since AND l.created_at < b.until
        GROUP BY 1
    ), taken AS (
        SELECT partner_id, sum(downloads) AS n FROM campaigns_materialday
        WHERE partner_id = ANY(%(partners)s) AND day BETWEEN %(first)s AND %(last)s GROUP BY 1
    ), informed AS (
        SELECT r.partner_id, count(DISTINCT r.announcement_id) AS n
        FROM campaigns_receipt r, bounds b
        WHERE r.partner_id = ANY(%(partners)s) AND r.read_at >= b.since AND r.read_at < b.until
        GROUP BY 1
    ), wrote AS (
        SELECT c.partner_id, count(*) AS n FROM bounds b, partners_conversation c
        JOIN partners_message m ON m.conversation_id = c.id
        WHERE c.partner_id = ANY(%(partners)s) AND c.last_message_at >= b.since
          AND m.side = 'partner' AND m.created_at >= b.since AND m.created_at < b.until
        GROUP BY 1
    )
    SELECT o.id, o.joined_on, COALESCE(m.currency, ''), COALESCE(c.clicks, 0)::bigint,
           COALESCE(c.clicks_before, 0)::bigint, COALESCE(t.sales, 0)::bigint,
           COALESCE(t.sales_before, 0)::bigint, COALESCE(m.amount, 0)::bigint,
           COALESCE(m.before, 0)::bigint, COALESCE(m.earned, 0)::bigint,
           COALESCE(m.refunded, 0)::bigint, COALESCE(p.days, 0), COALESCE(c.days, 0),
           COALESCE(m.days, 0), COALESCE(l.n, 0), COALESCE(k.n, 0)::bigint, COALESCE(i.n, 0),
           COALESCE(w.n, 0), (
               SELECT day FROM commissions_resultday r
               WHERE r.partner_id = o.id AND r.sales > 0 AND r.day <= %(last)s
               ORDER BY day DESC LIMIT 1
           )
    FROM one o LEFT JOIN clicked c ON c.partner_id = o.id
    LEFT JOIN main m ON m.partner_id = o.id LEFT JOIN counted t ON t.partner_id = o.id
    LEFT JOIN present p ON p.partner_id = o.id LEFT JOIN linked l ON l.partner_id = o.id
    LEFT JOIN taken k ON k.partner_id = o.id LEFT JOIN informed i ON i.partner_id = o.id
    LEFT JOIN wrote w ON w.partner_id = o.id
"""


def facts_of(partner_ids: Iterable[uuid.UUID], as_of: date, zone: str) -> dict[uuid.UUID, Facts]:
    """Each partner's facts as of the day `as_of` in the seller's `zone`; one query."""
    first = as_of - timedelta(days=DAYS - 1)
    values: dict[str, Any] = {
        "partners": list(partner_ids),
        "zone": zone,
        "before": first - timedelta(days=DAYS),
        "first": first,
        "last": as_of,
    }
    return {row[0]: _read(as_of, row) for row in fetched(_FACTS, values)}


def _read(as_of: date, row: Sequence[Any]) -> Facts:
    (_key, joined_on, currency, clicks, clicks_before, sales, sales_before, amount, before, earned,
     refunded, portal_days, click_days, sale_days, new_links, taken, news_read,
     messages, last_sale_on) = row  # fmt: skip
    return Facts(
        as_of=as_of,
        joined_on=joined_on,
        currency=currency,
        clicks=clicks,
        clicks_before=clicks_before,
        sales=sales,
        sales_before=sales_before,
        amount=amount,
        before=before,
        earned=earned,
        refunded=refunded,
        portal_days=portal_days,
        click_days=click_days,
        sale_days=sale_days,
        new_links=new_links,
        taken=taken,
        news_read=news_read,
        messages=messages,
        last_sale_on=last_sale_on,
    )
