"""What rules look at: events as they happened, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

NO_SUBS: Final = ("", "", "", "", "")


@dataclass(slots=True)
class Item:
    """One line of a sale. `net` in minor units; `cost` per unit, None where it was not sent."""

    net: int
    quantity: int = 1
    sku: str = ""
    category: str = ""
    cost: int | None = None


@dataclass(slots=True)
class Member:
    """A partner in a program, as the payee of an event or as a recruiter above him."""

    partner: str
    enrollment: str
    country: str = ""
    tier: str | None = None
    tier_key: str = ""
    group: str | None = None


@dataclass(slots=True)
class Share:
    """One counted click of an event that several members share; its share is `weight` of them all.

    `campaign` and `subs` are of the click's link. `barred` is the part of a member who bought
    himself: nobody gets it.
    """

    member: Member
    weight: int
    uplines: tuple[Member | None, ...] = ()
    campaign: str | None = None
    subs: tuple[str, ...] = NO_SUBS
    barred: bool = False


@dataclass(slots=True)
class Event:
    """One event of a program's member. Money in minor units of `currency`; net is after
    discount, before tax and shipping.

    `day` is the event's day in the seller's time zone; `key` orders events of the same instant.
    `items` is never empty: what was sold without lines is one item. `uplines` are the recruiters
    above the member, the nearest first, None where one does not take part. `shares` are in the
    order of their clicks; without any, the member has it alone.
    """

    id: str
    kind: str
    key: str
    at: datetime
    day: date
    program: str
    member: Member
    currency: str
    net: int
    items: tuple[Item, ...]
    tax: int = 0
    shipping: int = 0
    customer: str | None = None
    country: str = ""
    coupon: str = ""
    campaign: str | None = None
    source: str = ""
    subs: tuple[str, ...] = NO_SUBS
    metadata: Mapping[str, Any] = field(default_factory=dict)
    charge: int | None = None
    uplines: tuple[Member | None, ...] = ()
    shares: tuple[Share, ...] = ()

    @property
    def quantity(self) -> int:
        """Units sold."""
        return sum(item.quantity for item in self.items)

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place among the events: by time, then by key."""
        return self.at, self.key
