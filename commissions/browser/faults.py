"""What a program's pages sent and could not be kept, counted for the seller to see."""

from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Program
from commissions.browser.reading import ToldFields
from commissions.models import BrowserFault
from prm.errors import Refusal
from sellers.zones import zone_of

SHOWN_DAYS: Final = 30
KNOWN: Final = frozenset(ToldFields().fields)
_COUNT: Final = """
    INSERT INTO commissions_browserfault AS f
        (seller_id, program_id, day, channel, field, code, host, count, last_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 1, now())
    ON CONFLICT (seller_id, program_id, day, channel, field, code)
    DO UPDATE SET count = f.count + 1, host = excluded.host, last_at = excluded.last_at
"""


def count(program: Program, channel: str, refusal: Refusal, host: str) -> None:
    """One more of this fault today, in the seller's time zone.

    Names of fields are the sender's to choose, so only those that we know are kept.
    """
    first = refusal.errors[0] if refusal.errors else None
    top = first.field.partition("[")[0].partition(".")[0] if first else ""
    field, code = (first.field if top in KNOWN else "", first.code) if first else ("", "refused")
    day = timezone.now().astimezone(zone_of(program.seller.time_zone)).date()
    values: list[Any] = [
        program.seller_id,
        program.pk,
        day,
        channel,
        field[:60],
        code[:40],
        host[:253],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def recent(program: Program) -> "QuerySet[BrowserFault]":
    """The faults of the last thirty days, the newest first."""
    since = timezone.now() - timedelta(days=SHOWN_DAYS)
    rows = BrowserFault.objects.filter(program_id=program.pk, last_at__gte=since)
    return rows.order_by("-last_at", "field", "code")
