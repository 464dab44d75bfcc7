"""Where somebody waits: the counts beside the navigation, for readers who may see them.

Each count is one small query of the app that knows; an app's line is added here.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Final

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
from sellers.reader import Reader
from tracking import selectors as tracking


@dataclass(frozen=True)
class Waiting:
    """Rows that wait in the seller's scope; asked only of readers with the right and, where it
    belongs to a room of program kinds, of sellers with such a program."""

    permission: str
    count: Callable[[], int]
    room: str = ""


# By key in portal/navigation.py.
WAITING: Final[Mapping[str, Waiting]] = {
    "applications": Waiting("partners.manage", campaigns.waiting_applications),
    "sales": Waiting("sales.manage", lambda: tracking.failed_count() + browser.waiting().count()),
    "claims": Waiting("sales.manage", claims.waiting_count),
    "sources": Waiting("sales.manage", inbound.failed_count),
    "deliverables": Waiting("commissions.manage", deliverables.waiting_count, kinds.DELIVERABLES),
    "settlements": Waiting("commissions.manage", settlements.waiting, kinds.SETTLEMENTS),
    "redemptions": Waiting("commissions.manage", loyalty.waiting_count, kinds.POINTS),
    "review": Waiting("commissions.manage", screening.waiting_count),
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
        found = {
            key: one.count()
            for key, one in WAITING.items()
            if reader.may(one.permission) and (not one.room or one.room in rooms)
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
