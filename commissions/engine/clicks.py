"""Clicks that earn: counted per link and closed day, never a line per click."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.db import connection

from campaigns.models import Enrollment
from commissions.models import OccasionKind, RuleVersion
from commissions.services.occasions import OccasionInput, bring
from sellers.scope import seller_scope
from tracking.models import Link

BATCH: Final = 500
# Clicks that reach the database more than eight days late are kept, but earn no more.
_DAYS: Final = """
    SELECT c.seller_id, c.link_id, (c.at AT TIME ZONE s.time_zone)::date AS day, count(*),
           max(c.at)
    FROM tracking_click c
    JOIN sellers_seller s ON s.id = c.seller_id
    JOIN tracking_link l ON l.id = c.link_id
    JOIN campaigns_enrollment e ON e.id = l.enrollment_id AND e.status = 'active'
    JOIN partners_partner p ON p.id = e.partner_id AND p.status = 'active'
    WHERE c.bot_reason = '' AND c.at >= now() - interval '8 days'
      AND c.at < date_trunc('day', now() AT TIME ZONE s.time_zone) AT TIME ZONE s.time_zone
      AND EXISTS (
          SELECT FROM commissions_rule r JOIN commissions_ruleversion v ON v.rule_id = r.id
          WHERE r.program_id = e.program_id AND v.event = 'click' AND r.ended_at IS NULL)
      AND NOT EXISTS (
          SELECT FROM commissions_occasion o
          WHERE o.seller_id = c.seller_id
            AND o.key = 'clicks:' || c.link_id || ':' || (c.at AT TIME ZONE s.time_zone)::date)
    GROUP BY 1, 2, 3 LIMIT %s
"""


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with closed days of clicks that were not counted yet."""
    sellers = RuleVersion.objects.filter(event="click", rule__ended_at=None)
    if not sellers.exists():
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [BATCH])
        return {row[0] for row in cursor.fetchall()}


def step(seller_id: uuid.UUID) -> bool:
    """Bring one batch of closed days to the rules; whether there may be more."""
    with seller_scope(seller_id):
        with connection.cursor() as cursor:
            cursor.execute(_DAYS, [BATCH])
            rows = cursor.fetchall()
        links = {
            link.pk: link
            for link in Link.objects.filter(pk__in=[row[1] for row in rows]).select_related(
                "enrollment__program"
            )
        }
        for _seller, link_id, day, count, last in rows:
            _bring(links[link_id], day, count, last)
    return len(rows) == BATCH


def _bring(link: Link, day: date, count: int, last: datetime) -> None:
    enrollment: Enrollment = link.enrollment
    occasion = OccasionInput(
        kind=OccasionKind.CLICK,
        key=f"clicks:{link.pk}:{day}",
        label=f"{link.code}, {day}",
        occurred_at=last,
        quantity=count,
        link=link,
        attribution={"method": "link", "why": "clicks", "link": link.code},
    )
    bring(enrollment=enrollment, occasion=occasion)
