"""What the partner earned this month, and where his money is, by currency."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from campaigns.models import Enrollment
from commissions import reasons
from commissions import selectors as commissions
from commissions.selectors import Cost, Tile
from payouts import rules as payout_rules
from payouts import selectors as payouts
from payouts.services import method_events
from portal import money_format
from portal.partner.home_cards.place import Place
from prm import periods
from prm.money import LOYALTY_POINTS
from sellers.models import Seller
from sellers.zones import zone_of


@dataclass(frozen=True)
class Purse:
    """A partner's money in one currency. Minor units; `missing` is what the minimum still lacks."""

    currency: str
    earned: Cost
    pending: Tile
    held: Tile
    payable: Tile
    in_payout: Tile
    paid: Tile
    next_free: datetime | None
    minimum: int

    @property
    def missing(self) -> int:
        """How much is missing to the smallest payout; 0 when it is reached."""
        return max(0, self.minimum - self.payable.amount)

    @property
    def owed(self) -> int:
        """Everything earned and not yet paid."""
        places = (self.pending, self.held, self.payable, self.in_payout)
        return sum(place.amount for place in places)


def purses(partner_id: uuid.UUID, minimums: list[dict[str, int]]) -> list[Purse]:
    """The partner's money by currency, the one with most lines first; three queries.

    Points are no money and have a page of their own.
    """
    period = periods.month_so_far(timezone.localtime())
    tiles, free = commissions.tiles(partner_id), commissions.next_free(partner_id)
    earned = commissions.earned_of(partner_id, period)
    money = [code for code in tiles if code != LOYALTY_POINTS]
    by_use = sorted(money, key=lambda code: (-sum(t.lines for t in tiles[code].values()), code))
    return [
        _purse(code, earned.get(code), tiles[code], free.get(code), minimums) for code in by_use
    ]


def _purse(
    currency: str,
    earned: Cost | None,
    tiles: dict[str, Tile],
    next_free: datetime | None,
    minimums: list[dict[str, int]],
) -> Purse:
    return Purse(
        currency=currency,
        earned=earned or Cost(0, 0),
        pending=tiles.get("pending", Tile()),
        held=tiles.get("held", Tile()),
        payable=tiles.get("payable", Tile()),
        in_payout=tiles.get("in_payout", Tile()),
        paid=tiles.get("paid", Tile()),
        next_free=next_free,
        minimum=payout_rules.minimum(minimums, currency),
    )


def card(place: Place) -> dict[str, Any]:
    """The figures in the band, the notes on held money, and `Where your money is`."""
    if not place.reader.may("portal.earnings"):
        return {}
    partner_id, enrollments = place.partner_id, place.enrollments
    found = purses(partner_id, [one.program.minimum_payout for one in enrollments])
    if not found:
        currency = enrollments[0].program.currency if enrollments else place.reader.seller.currency
        found = [_purse(currency, None, {}, None, [])]
    main = found[0]
    period = periods.month_so_far(timezone.localtime())
    method, asked = payouts.methods_now(partner_id)
    seller = place.reader.seller
    return {
        "purse": main,
        "moved": _moved(main.earned),
        "other_purses": found[1:],
        "month": period,
        "hold_days": _one_hold(enrollments),
        "held_reason": _held_reason(partner_id, main),
        "method": method,
        "asked_method": asked,
        "next_payout": next_payout(seller),
        "missed_payout": method_events.missed_payout(seller, method) if method else None,
        "method_words": str(method) if method else "",
    }


def next_payout(seller: Seller) -> date | None:
    """The seller's next day of payouts in his own time; None where he has no fixed one."""
    today = timezone.localdate(timezone=zone_of(seller.time_zone))
    return payout_rules.next_day(seller.payout_day, today)


def _held_reason(partner_id: uuid.UUID, purse: Purse) -> str:
    """Why the newest held line is held; "" where none is."""
    held = commissions.held_reasons(partner_id, purse.currency) if purse.held.lines else []
    return reasons.stop_text(held[0]) if held else ""


def _moved(cost: Cost) -> str:
    """`↗ 17 %` against the month before; "" where nothing can be compared."""
    if cost.earned_before <= 0:
        return ""
    change = Decimal(cost.earned - cost.earned_before) * 100 / cost.earned_before
    arrow = "↗" if change > 0 else "↘" if change < 0 else "→"
    return f"{arrow} {money_format.percent(abs(change), 0)}"


def _one_hold(enrollments: list[Enrollment]) -> int | None:
    """The hold in days where all programs have the same, else None."""
    days = {one.program.hold_days for one in enrollments}
    return days.pop() if len(days) == 1 else None
