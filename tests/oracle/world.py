"""What happened, as plain facts. Money in minor units, times with a zone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.numbers import share

Content = Mapping[str, Any]
"""A reward, a duration, a limit and so on, in the stored shape of a rule."""


@dataclass(frozen=True)
class Partner:
    """Somebody who sells; `recruiter` is the key of who brought him."""

    key: str
    country: str = ""
    tier: str = ""
    group: str = ""
    recruiter: str = ""
    active: bool = True


@dataclass(frozen=True)
class Version:
    """A rule's content from `valid_from` on."""

    valid_from: datetime
    reward: Content
    event: str = "sale"
    conditions: Content | None = None
    brackets: Content | None = None
    duration: Content | None = None
    limits: Sequence[Content] = ()
    adds: bool = False
    override_level: int | None = None


@dataclass(frozen=True)
class Rule:
    """`scope` is empty or has one of partner, group, campaign and tier, with its key."""

    key: str
    versions: Sequence[Version]
    scope: Mapping[str, str] = field(default_factory=dict)
    priority: int = 0
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One product of a sale; `discount` is for the whole line, `cost` per unit."""

    quantity: int = 1
    unit_amount: int = 0
    discount: int = 0
    cost: int | None = None
    sku: str = ""
    category: str = ""

    @property
    def net(self) -> int:
        """What it brought, before tax."""
        return self.quantity * self.unit_amount - self.discount


@dataclass(frozen=True)
class Share:
    """One click that counts for a sale; its part is `weight` of all weights."""

    partner: str
    weight: int
    campaign: str = ""
    subs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sale:
    """A sale; without lines `amount` is its net. `charge` counts a subscription's charges.

    Several partners may share it; then `partner` is who has the heaviest click, the earlier first.
    With `impressions` it is no sale but so many views of a partner's banners on a closed day.
    """

    key: str
    partner: str
    at: datetime
    currency: str
    amount: int = 0
    lines: Sequence[Line] = ()
    tax: int = 0
    shipping: int = 0
    customer: str = ""
    country: str = ""
    coupon: str = ""
    charge: int | None = None
    subscription: str = ""
    campaign: str = ""
    source: str = "api"
    subs: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    shares: Sequence[Share] = ()
    impressions: int = 0

    @property
    def partners(self) -> list[str]:
        """Who takes part in it, in the order of their first clicks."""
        if not self.shares:
            return [self.partner] if self.partner else []
        return list(dict.fromkeys(click.partner for click in self.shares))

    def part(self, partner: str, total: int) -> int:
        """A partner's part of a total: all his clicks' together."""
        if not self.shares:
            return total
        parts = share(total, [click.weight for click in self.shares])
        return sum(
            part for click, part in zip(self.shares, parts, strict=True) if click.partner == partner
        )

    def alone(self, partner: str) -> "Sale":
        """The same sale, had this partner brought it alone, by his heaviest click."""
        if not self.shares:
            return self
        own = [click for click in self.shares if click.partner == partner]
        best = max(own, key=lambda click: click.weight)  # the first of equals
        return replace(self, partner=partner, campaign=best.campaign, subs=best.subs, shares=())

    @property
    def goods(self) -> list[Line]:
        """Its lines; a sale without lines is one line of one unit."""
        if self.impressions:
            return [Line(quantity=self.impressions)]
        return list(self.lines) or [Line(quantity=1, unit_amount=self.amount)]

    @property
    def net(self) -> int:
        """What it brought, before tax and shipping."""
        return sum(line.net for line in self.goods)

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it stands in the order of events."""
        return (self.at, self.key)


@dataclass(frozen=True)
class RefundLine:
    """What came back of one product."""

    sku: str
    amount: int
    quantity: int = 1


@dataclass(frozen=True)
class Refund:
    """Money given back on a sale: an amount, or lines."""

    key: str
    sale: str
    at: datetime
    amount: int = 0
    lines: Sequence[RefundLine] = ()


@dataclass(frozen=True)
class World:
    """A program with everything that happened in it. Rules stand in the order of their age."""

    currency: str
    zone: ZoneInfo
    partners: Sequence[Partner]
    rules: Sequence[Rule]
    sales: Sequence[Sale]
    refunds: Sequence[Refund] = ()

    def partner(self, key: str) -> Partner:
        """The partner of that key."""
        return next(partner for partner in self.partners if partner.key == key)

    def sale(self, key: str) -> Sale:
        """The sale of that key."""
        return next(sale for sale in self.sales if sale.key == key)

    def in_order(self) -> list[Sale]:
        """All sales in the order of their own times."""
        return sorted(self.sales, key=lambda sale: sale.place)

    def before(self, sale: Sale) -> list[Sale]:
        """All sales that happened before this one."""
        return [other for other in self.in_order() if other.place < sale.place]
