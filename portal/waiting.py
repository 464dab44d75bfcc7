"""Where somebody waits: the counts beside the navigation, for readers who may see them.

Each count is one small query of the app that knows; an app's line is added here.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BigIntegerField, Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from activity import notifications
from campaigns import kinds
from campaigns import selectors as campaigns
from commissions import deliverable_selectors as deliverables
from commissions import selectors as commissions
from commissions.browser import selectors as browser
from commissions.claims import selectors as claims
from commissions.inbound import selectors as inbound
from commissions.loyalty import selectors as loyalty
from commissions.screening import selectors as screening
from commissions.settlements import selectors as settlements
from payouts import selectors as payouts
from sellers.models import Seller
from sellers.reader import Reader
from tracking import selectors as tracking


@dataclass(frozen=True)
class Waiting:
    """A count of a room of program kinds, asked only of readers with the right and of sellers
    with such a program."""

    permission: str
    count: Callable[[], int]
    room: str


# By key in portal/navigation.py. Rows are counted for all keys by one statement.
ROWS: Final[Mapping[str, tuple[str, Callable[[], Sequence[QuerySet[Any]]]]]] = {
    "applications": ("partners.manage", lambda: [campaigns.waiting_applications()]),
    "sales": (
        "sales.manage",
        lambda: [tracking.failed_sales(), tracking.failed_refunds(), browser.waiting()],
    ),
    "claims": ("sales.manage", lambda: [claims.waiting()]),
    "sources": ("sales.manage", lambda: [inbound.failed()]),
    "review": ("commissions.manage", lambda: [screening.waiting()]),
}
WAITING: Final[Mapping[str, Waiting]] = {
    "deliverables": Waiting("commissions.manage", deliverables.waiting_count, kinds.DELIVERABLES),
    "settlements": Waiting("commissions.manage", settlements.waiting, kinds.SETTLEMENTS),
    "redemptions": Waiting("commissions.manage", loyalty.waiting_count, kinds.POINTS),
}


# Those of the counts that the home page lists too.
LISTED: Final = ("applications", "sales", "claims", "held", "deliverables", "redemptions")


def counts(reader: Reader | None, rooms: Container[str]) -> dict[str, int]:
    """Every count that `reader` may see in a console with these `rooms`; nothing for a stranger.

    `home` is what the home page lists for staff, `unread` the reader's own notifications.
    """
    if reader is None or reader.user is None:
        return {}
    found = {}
    if reader.staff:
        found = _counted(reader) | {
            key: one.count()
            for key, one in WAITING.items()
            if reader.may(one.permission) and one.room in rooms
        }
        unapproved = 0
        if reader.may("commissions.manage"):
            found["held"], unapproved = commissions.stopped_lines()
        unpaid = 0
        if reader.may("payouts.manage"):
            batches = payouts.open_batches()
            found["payouts"] = sum(batches.values())
            unpaid = batches.get("draft", 0) + len(
                {one.partner_id for one in payouts.without_method()}
            )
        found["home"] = unapproved + unpaid + sum(found.get(key, 0) for key in LISTED)
    return {**found, "unread": unread(reader)}


def _counted(reader: Reader) -> dict[str, int]:
    """The counts of ROWS that the reader may see; one statement."""
    seen = {key: rows() for key, (permission, rows) in ROWS.items() if reader.may(permission)}
    if not seen:
        return {}
    sums = [sum(map(_number, rows), Value(0)) for rows in seen.values()]
    row = Seller.objects.filter(pk=reader.seller.pk).values_list(*sums).get()
    return dict(zip(seen, row, strict=True))


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many rows, as part of a statement."""
    one = rows.order_by().annotate(one=Value(1)).values("one")
    counted = one.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=BigIntegerField()), 0)


def rooms(reader: Reader | None, room: str) -> frozenset[str]:
    """Rooms of program kinds (campaigns/kinds.py) that mean something to `reader` in `room`.

    In the console those of the seller's programs, in the portal those of the partner's.
    """
    if reader is None:
        return frozenset()
    if room == "partner":
        return kinds.rooms_of(campaigns.kinds_joined(reader.seat.partner_id) if reader.seat else ())
    return kinds.rooms_of(campaigns.kinds_in_use())


def unread(reader: Reader | None) -> int:
    """How many notifications the reader has not read, in all his rooms at this seller."""
    if reader is None or reader.user is None or not (reader.staff or reader.seat):
        return 0
    return notifications.unread(reader.user).count()
