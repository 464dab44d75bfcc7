"""Clicks and impressions that earn: brought per link and closed day, never one by one.

What was brought before stands in the occasions, and only what is not among them is brought, under
the next number of that link and day. So a click that comes late, however late, is paid, and
nothing twice, whatever is run again. `BroughtDay` only says which days changed since.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Sum

from campaigns.models import Enrollment
from commissions.models import Occasion, RuleVersion
from commissions.models.occasions import OccasionKind
from commissions.services.occasions import OccasionInput, bring
from partners.models import Partner
from sellers.models import Seller
from sellers.scope import seller_scope
from tracking.models import Link, LinkDay

# What earns by the day: the event of its rules, which is the kind of its occasions too, and the
# sum of a day that counts it.
EARNING: Final[Mapping[str, str]] = {
    OccasionKind.CLICK.value: "clicks",
    OccasionKind.IMPRESSION.value: "impressions",
}
BATCH: Final = 20
_CHANGED: Final = """
    SELECT d.seller_id, r.program_id, d.day, d.{column}
    FROM (
        SELECT r.seller_id, r.program_id, s.time_zone, min(v.valid_from) AS since,
               max(COALESCE(r.ended_at, 'infinity')) AS until
        FROM commissions_ruleversion v
        JOIN commissions_rule r ON r.id = v.rule_id
        JOIN sellers_seller s ON s.id = r.seller_id
        WHERE v.event = %(kind)s
        GROUP BY 1, 2, 3
    ) r
    JOIN tracking_sellerday d ON d.seller_id = r.seller_id AND d.dimension = 'program'
        AND d.value = r.program_id::text
        AND d.day >= (r.since AT TIME ZONE r.time_zone)::date
        AND d.day < (now() AT TIME ZONE r.time_zone)::date
        AND (r.until = 'infinity' OR d.day <= (r.until AT TIME ZONE r.time_zone)::date)
    LEFT JOIN commissions_broughtday b ON b.seller_id = d.seller_id
        AND b.program_id = r.program_id AND b.kind = %(kind)s AND b.day = d.day
    WHERE d.{column} <> COALESCE(b.seen, 0)
    ORDER BY 1, 3, 2 LIMIT %(most)s
"""
# Whoever looks at a day first keeps others from it until what he brings is there.
_SEEN: Final = """
    INSERT INTO commissions_broughtday (id, created_at, seller_id, program_id, kind, day, seen)
    VALUES (gen_random_uuid(), now(), %s, %s, %s, %s, %s)
    ON CONFLICT (seller_id, program_id, kind, day) DO UPDATE SET seen = EXCLUDED.seen
"""


@dataclass(frozen=True)
class Due:
    """A closed day of a program whose sum changed since it was brought; `seen` is the sum now."""

    seller_id: uuid.UUID
    program_id: uuid.UUID
    day: date
    seen: int
    kind: str


def waiting() -> Iterable[uuid.UUID]:
    """Sellers with closed days that changed since they were brought."""
    if not RuleVersion.objects.filter(event__in=EARNING).exists():
        return set()
    return {due.seller_id for due in _changed(most=10_000)}


def step(seller_id: uuid.UUID) -> bool:
    """Bring one batch of closed days to the rules; whether there may be more."""
    with seller_scope(seller_id):
        found = _changed(most=BATCH)
        zone = ZoneInfo(Seller.objects.values_list("time_zone", flat=True).get(pk=seller_id))
        for due in found:
            _bring(due, zone)
    return len(found) >= BATCH


def _changed(most: int) -> list[Due]:
    found: list[Due] = []
    with connection.cursor() as cursor:
        for kind, column in EARNING.items():
            cursor.execute(_CHANGED.format(column=column), {"kind": kind, "most": most})
            found += [
                Due(seller_id, program_id, day, seen, kind)
                for seller_id, program_id, day, seen in cursor.fetchall()
            ]
    return found


def _bring(due: Due, zone: ZoneInfo) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [due.seller_id, due.program_id, due.kind, due.day, due.seen])
    links = {
        link.pk: link
        for link in Link.objects.filter(
            enrollment__program_id=due.program_id,
            enrollment__status=Enrollment.Status.ACTIVE,
            enrollment__partner__status=Partner.Status.ACTIVE,
        ).select_related("enrollment__program")
    }
    column = EARNING[due.kind]
    sums = LinkDay.objects.filter(day=due.day, link_id__in=links, **{f"{column}__gt": 0})
    before = _brought(due, zone)
    for link_id, total in sums.order_by("link_id").values_list("link_id", column):
        number, paid = before.get(link_id, (0, 0))
        if total > paid:
            occasion = _occasion(due, zone, links[link_id], number + 1, total - paid)
            bring(enrollment=links[link_id].enrollment, occasion=occasion)


def _brought(due: Due, zone: ZoneInfo) -> dict[uuid.UUID, tuple[int, int]]:
    """Link -> how many occasions of the day there are, and their quantity in all."""
    ends = _ends(due.day, zone)
    rows = Occasion.objects.filter(
        program_id=due.program_id,
        kind=due.kind,
        # a day of slack either side, lest the seller changed his time zone
        occurred_at__range=(ends - timedelta(days=2), ends + timedelta(days=1)),
        metadata__day=due.day.isoformat(),
        link__isnull=False,
    )
    counted = rows.values_list("link_id").annotate(Count("pk"), Sum("quantity"))
    return {link_id: (count, int(paid)) for link_id, count, paid in counted.order_by()}


def _occasion(due: Due, zone: ZoneInfo, link: Link, number: int, quantity: int) -> OccasionInput:
    column = EARNING[due.kind]
    again = f":{number}" if number > 1 else ""
    return OccasionInput(
        kind=due.kind,
        key=f"{column}:{link.pk}:{due.day}{again}",
        label=f"{link.code}, {due.day}",
        occurred_at=_ends(due.day, zone),
        quantity=quantity,
        link=link,
        attribution={"method": "link", "why": column, "link": link.code},
        metadata={"day": due.day.isoformat()},
    )


def _ends(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of the day: rules in force then apply to all of it."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return midnight - timedelta(microseconds=1)
