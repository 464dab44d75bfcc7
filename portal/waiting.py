"""Where somebody waits: the counts beside the navigation, for readers who may see them.

Each count is of rows that an app knows; an app's line is added here.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from activity import notifications
from campaigns import kinds
from campaigns import selectors as campaigns
from campaigns.announcements import selectors as announcements
from campaigns.materials import selectors as materials
from commissions import deliverable_selectors as deliverables
from commissions import selectors as commissions
from commissions.browser import selectors as browser
from commissions.claims import selectors as claims
from commissions.inbound import selectors as inbound
from commissions.loyalty import selectors as loyalty
from commissions.screening import selectors as screening
from commissions.settlements import selectors as settlements
from partners.conversations import selectors as talk
from partners.models import Side
from payouts import selectors as payouts
from payouts.selectors import Unreachable
from portal import navigation
from prm.counts import Counts, Rows
from sellers.models import User
from sellers.reader import Reader
from tracking import selectors as tracking


@dataclass(frozen=True)
class Waiting:
    """What is counted, asked only of readers with the right and, where it is of a room of program
    kinds, of sellers with such a program."""

    permission: str
    rows: Sequence[Rows]
    room: str = ""


# By key in portal/navigation.py; further keys tell the home page what there is to ask for.
WAITING: Final[Mapping[str, Waiting]] = {
    "applications": Waiting("partners.manage", [campaigns.waiting_applications]),
    "sales": Waiting(
        "sales.manage", [tracking.failed_sales, tracking.failed_refunds, browser.waiting]
    ),
    "reports": Waiting("sales.manage", [browser.waiting]),
    "claims": Waiting("sales.manage", [claims.waiting]),
    "sources": Waiting("sales.manage", [inbound.failed]),
    "review": Waiting("commissions.manage", [screening.waiting]),
    "held": Waiting("commissions.manage", [commissions.held_lines]),
    "unapproved": Waiting("commissions.manage", [commissions.unapproved_lines]),
    "branded": Waiting("materials.manage", [materials.waiting_branded]),
    "deliverables": Waiting("commissions.manage", [deliverables.waiting], kinds.DELIVERABLES),
    "settlements": Waiting(
        "commissions.manage",
        [settlements.waiting_drafts, settlements.waiting_entries],
        kinds.SETTLEMENTS,
    ),
    "redemptions": Waiting("commissions.manage", [loyalty.waiting], kinds.POINTS),
    "drafts": Waiting("payouts.manage", [payouts.drafts]),
    "payouts": Waiting("payouts.manage", [payouts.open_batches]),
}
_COUNTS: Final = Counts({key: one.rows for key, one in WAITING.items()})
# Those of the counts that the home page lists too.
LISTED: Final = (
    "applications", "sales", "claims", "held", "unapproved", "deliverables", "redemptions",
    "drafts",
)  # fmt: skip


def counts(
    reader: Reader | None, rooms: Container[str], unpaid: Sequence[Unreachable] | None = None
) -> dict[str, int]:
    """Every count that `reader` may see in a console with these `rooms`; nothing for a stranger.

    `home` is what the home page lists for staff, `unread` the reader's own notifications. `unpaid`
    is what `unreachable` gives, where the page has asked for it already.
    """
    if reader is None or reader.user is None:
        return {}
    found = {}
    if reader.staff:
        found = _COUNTS.of(
            [
                key
                for key, one in WAITING.items()
                if reader.may(one.permission) and (not one.room or one.room in rooms)
            ]
        )
        found["home"] = _unreachable(reader, unpaid) + sum(found.get(key, 0) for key in LISTED)
    return {**found, **_own(reader, reader.user)}


def _own(reader: Reader, user: User) -> dict[str, int]:
    """What the reader himself has not read: notifications, conversations, news; one statement.

    Who is staff and a partner's person at once has the conversations of both in one count.
    """
    rows: dict[str, list[Rows]] = {"unread": [lambda: notifications.unread(user)]}
    if not (reader.staff or reader.seat):
        return {"unread": 0}
    if reader.staff and reader.may("partners.manage"):
        rows["conversations"] = [lambda: talk.unread(user, Side.SELLER)]
    if reader.seat:
        of = reader.seat.partner_id
        rows.setdefault("conversations", []).append(lambda: talk.unread(user, Side.PARTNER, of))
        rows["news"] = [lambda: announcements.unread(of, user)]
    return Counts(rows).of(rows)


def _unreachable(reader: Reader, unpaid: Sequence[Unreachable] | None) -> int:
    if unpaid is not None:
        return len({one.partner_id for one in unpaid})
    return payouts.count_without_method() if reader.may("payouts.manage") else 0


def unreachable(reader: Reader) -> list[Unreachable]:
    """Partners with money and nowhere to send it, for who may pay; one statement."""
    return payouts.without_method() if reader.may("payouts.manage") else []


def rooms(reader: Reader | None, room: str) -> frozenset[str]:
    """Rooms of program kinds (campaigns/kinds.py) that mean something to `reader` in `room`.

    In the console those of the seller's programs, in the portal those of the partner's, and
    FIRST_STEPS where one of his programs has a check-list.
    """
    if reader is None:
        return frozenset()
    if room == "partner":
        if reader.seat is None:
            return frozenset()
        joined = campaigns.kinds_joined(reader.seat.partner_id)
        found = kinds.rooms_of(joined)
        return found | {navigation.FIRST_STEPS} if any(joined.values()) else found
    return kinds.rooms_of(campaigns.kinds_in_use())


def unread(reader: Reader | None) -> int:
    """How many notifications the reader has not read, in all his rooms at this seller."""
    if reader is None or reader.user is None or not (reader.staff or reader.seat):
        return 0
    return notifications.unread(reader.user).count()
