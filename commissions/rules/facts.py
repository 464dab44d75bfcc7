"""What rules look at: events as they happened, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


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
class Event:
    """One event of a program's member. Money in minor units of `currency`; net is after
    discount, before tax and shipping.

    `day` is the event's day in the seller's time zone; `key` orders events of the same instant.
    `items` is never empty: what was sold without lines is one item. `uplines` are the recruiters
    above the member, the nearest first, None where one does not take part.
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
    subs: tuple[str, ...] = ("", "", "", "", "")
    metadata: Mapping[str, Any] = field(default_factory=dict)
    charge: int | None = None
    uplines: tuple[Member | None, ...] = ()

    @property
    def quantity(self) -> int:
        """Units sold."""
        return sum(item.quantity for item in self.items)

    @property
    def place(self) -> tuple[datetime, str]:
        """Its place among the events: by time, then by key."""
        return self.at, self.key
