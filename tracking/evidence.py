"""What single clicks looked like, for a look at the sales that they led to, and floods of them.

The only reader of stored clicks besides shipping: by id and instant, so it opens one month each,
or by an index that holds nothing but floods.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from tracking.models import Click
from tracking.rules import SUB_IDS
from tracking.shipping.classifying import TOO_MANY

TICK: Final = timedelta(milliseconds=1)
"""How far a stored instant may lie before the one told: clicks are kept to the millisecond."""

_FLOODS = """
    SELECT e.partner_id, e.program_id, count(*)
    FROM tracking_click c
    JOIN tracking_link l ON l.id = c.link_id
    JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    WHERE c.bot_reason = %s AND c.at >= %s
    GROUP BY 1, 2
"""


@dataclass(frozen=True)
class ClickFacts:
    """Where a click came from and led to; `destination` is "" where it was the link's own."""

    referrer: str
    destination: str


def facts_of(clicks: Mapping[uuid.UUID, datetime]) -> dict[uuid.UUID, ClickFacts]:
    """The clicks of these ids and instants that were shipped; one query."""
    if not clicks:
        return {}
    rows = Click.objects.filter(id__in=list(clicks), at__in=list(clicks.values()))
    return {
        click: ClickFacts(referrer, destination)
        for click, referrer, destination in rows.values_list("id", "referrer", "destination")
    }


@dataclass(frozen=True)
class Kept:
    """What a stored click says, but for its address, of which the policy keeps little."""

    link_id: uuid.UUID
    agent: str
    referrer: str
    subs: tuple[str, ...]


def kept(clicks: Mapping[uuid.UUID, datetime]) -> dict[uuid.UUID, Kept]:
    """Those of these ids and instants that are stored; one query, in the months that they name."""
    if not clicks:
        return {}
    moments = list(clicks.values())
    rows = Click.objects.filter(
        id__in=list(clicks), at__gte=min(moments) - TICK, at__lte=max(moments)
    )
    names = ("id", "link_id", "agent", "referrer", *SUB_IDS)
    return {
        click: Kept(link, agent, referrer, tuple(subs))
        for click, link, agent, referrer, *subs in rows.values_list(*names)
    }


def floods(since: datetime) -> dict[tuple[uuid.UUID, uuid.UUID], int]:
    """Clicks since `since` that came too fast from one address, by partner and program; one query
    in the seller's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOODS, [TOO_MANY.decode(), since])
        return {(partner, program): count for partner, program, count in cursor.fetchall()}
