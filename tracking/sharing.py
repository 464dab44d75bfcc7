"""Sales that several partners share: what of a sale is whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.models import Enrollment
from prm.money import largest_remainder
from tracking.models import Link, Sale, SaleShare


@dataclass(frozen=True)
class Counted:
    """One click that counts for a shared sale; `weight` is above 0."""

    enrollment: Enrollment
    link: Link | None
    weight: int


def share_rows(sale: Sale, counted: Sequence[Counted]) -> list[SaleShare]:
    """The shares of a sale, unsaved, of its counted clicks in order; parts by largest remainder."""
    weights = [one.weight for one in counted]
    nets = largest_remainder(sale.amount_minor, weights)
    units = largest_remainder(units_of(sale.lines), weights)
    return [
        SaleShare(
            seller_id=sale.seller_id,
            sale=sale,
            position=position,
            enrollment=one.enrollment,
            partner_id=one.enrollment.partner_id,
            link=one.link,
            weight=one.weight,
            net_minor=nets[position],
            units=units[position],
        )
        for position, one in enumerate(counted)
    ]


def units_of(lines: Sequence[Mapping[str, Any]]) -> int:
    """Units of a sale; one that came without lines is one unit."""
    return sum(int(line.get("quantity", 1)) for line in lines) if lines else 1
