"""Counts people: different visitors of each day that has changed, some minutes late.

The hash of a visitor holds for one day of one seller, so people are counted by the day; a month's
visitors are the sum of its days'.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from activity import work
from sellers.models import Seller
from sellers.scope import maintenance_scope
from tracking.models.shipping import TrafficDay
from tracking.shipping import days, sums
from tracking.shipping.days import Day
from tracking.shipping.rebuilding import recount_month
from tracking.shipping.sums import Division

AGAIN: Final = timedelta(minutes=10)
_OF_PARTNER: Final = Division([*sums.DIVIDED, "campaign_id::text"])
_OF_SELLER: Final = Division(["program_id::text", "country", "device", "host"])
_PEOPLE: Final = f"""
WITH seen AS MATERIALIZED (SELECT * FROM ({days.SOURCE}) s WHERE bot_reason = '' AND visitor <> '')
INSERT INTO prm_people
SELECT 'link', link_id, NULL, '', '', count(DISTINCT visitor) FROM seen GROUP BY link_id
UNION ALL
SELECT 'partner', partner_id, program_id, {_OF_PARTNER.dimension}, {_OF_PARTNER.value},
       count(DISTINCT visitor)
FROM seen GROUP BY partner_id, program_id, {_OF_PARTNER.sets}
UNION ALL
SELECT 'seller', NULL, NULL, {_OF_SELLER.dimension}, {_OF_SELLER.value}, count(DISTINCT visitor)
FROM seen GROUP BY {_OF_SELLER.sets}
"""  # noqa: S608  names of columns, all ours
_KEPT: Final = (
    """UPDATE tracking_linkday t SET visitors = people FROM prm_people p
       WHERE p.of = 'link' AND t.link_id = p.first
       AND t.seller_id = %(seller)s AND t.day = %(day)s AND t.visitors <> people""",
    """UPDATE tracking_partnerday t SET visitors = people FROM prm_people p
       WHERE p.of = 'partner' AND t.partner_id = p.first AND t.program_id = p.second
       AND t.dimension = p.dimension AND t.value = p.value
       AND t.seller_id = %(seller)s AND t.day = %(day)s AND t.visitors <> people""",
    """UPDATE tracking_sellerday t SET visitors = people FROM prm_people p
       WHERE p.of = 'seller' AND t.dimension = p.dimension AND t.value = p.value
       AND t.seller_id = %(seller)s AND t.day = %(day)s AND t.visitors <> people""",
)


def _due() -> QuerySet[TrafficDay]:
    """Days that changed since they were counted, and were not counted just now."""
    stale = Q(counted_at__lt=F("changed_at")) & Q(counted_at__lt=timezone.now() - AGAIN)
    return TrafficDay.objects.filter(Q(counted_at=None) | stale)


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with days to count; under the maintenance scope."""
    return list(_due().order_by().values_list("seller_id", flat=True).distinct())


def step(seller_id: uuid.UUID) -> bool:
    """Count one day of a seller; whether there may be more."""
    with maintenance_scope():
        rows = list(_due().filter(seller_id=seller_id).order_by("day")[:2])
        seller = Seller.objects.get(pk=seller_id)
    if rows:
        count(Day(seller_id, rows[0].day, seller.time_zone))
    return len(rows) > 1


def count(day: Day) -> None:
    """Count the visitors of one day, whole and by everything that it is divided by."""
    begun = _moment_without_shippers()
    if day.day < days.oldest_day():
        _note(day, begun)
        return
    with maintenance_scope(), connection.cursor() as cursor:
        days.load(cursor, day)
        cursor.execute(_PEOPLE, day.values)
        sums.own(cursor)
        for statement in _KEPT:
            cursor.execute(statement, day.values)
        recount_month(cursor, day)
        _note(day, begun)


def _moment_without_shippers() -> datetime:
    """A moment when nobody is in the middle of shipping: whoever ships later says so later."""
    with maintenance_scope(), connection.cursor() as cursor:
        sums.own(cursor)
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def _note(day: Day, begun: datetime) -> None:
    with maintenance_scope():
        TrafficDay.objects.filter(seller_id=day.seller_id, day=day.day).update(counted_at=begun)


KIND: Final = work.Kind("visitors", waiting, step, work.BACKGROUND_QUEUE)
