"""Sales that several partners share: what of a sale is whose."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Cast

from campaigns.models import Enrollment
from prm.money import largest_remainder
from tracking.models import Link, Sale, SaleShare

FEW: Final = 500
"""So many shared sales of a partner are named in a query."""


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


def sales_of(rows: QuerySet[Sale], partner_id: uuid.UUID) -> QuerySet[Sale]:
    """Sales that a partner has, alone or with others.

    Of a shared one `own_net`, `own_refunded`, `own_weight` of `all_weights` and `own_link` are his
    part of it. Asks at once which he shares: a few are named, so that they and his own are found by
    their indexes; one who has many is found in any stretch of sales.
    """
    every = SaleShare.objects.filter(sale=OuterRef("pk"))
    mine = every.filter(partner_id=partner_id)
    best = mine.order_by("-weight", "position").values("link__code")[:1]
    own = SaleShare.objects.filter(partner_id=partner_id)
    few = list(own.values_list("sale_id", flat=True).distinct()[: FEW + 1])
    shared = Q(is_shared=True) & (Q(pk__in=few) if len(few) <= FEW else Exists(mine))
    return rows.filter(Q(partner_id=partner_id) | shared).annotate(
        own_net=_sum(mine, "net_minor"),
        own_refunded=_part(F("refunded_minor"), every, partner_id),
        own_weight=_sum(mine, "weight"),
        all_weights=_sum(every, "weight"),
        own_link=Subquery(best),
    )


def _part(amount: F, shares: QuerySet[SaleShare], partner_id: uuid.UUID) -> Case:
    """A partner's part of an amount of the outer sale by largest remainder; null of an unshared."""
    places = shares.order_by("position").annotate(
        own=ExpressionWrapper(Q(partner_id=partner_id), output_field=BooleanField())
    )
    part = Func(
        Cast(amount, DecimalField(max_digits=40, decimal_places=0)),
        ArraySubquery(places.values("weight")),
        ArraySubquery(places.values("own")),
        function="tracking_part",
        output_field=BigIntegerField(),
    )
    return Case(When(is_shared=True, then=part), output_field=BigIntegerField())


def _sum(shares: QuerySet[SaleShare], name: str) -> Subquery:
    """The sum of a field over the outer sale's shares."""
    one = shares.order_by().values("sale").annotate(total=Sum(name)).values("total")
    return Subquery(one, output_field=BigIntegerField())


def units_of(lines: Sequence[Mapping[str, Any]]) -> int:
    """Units of a sale; one that came without lines is one unit."""
    return sum(int(line.get("quantity", 1)) for line in lines) if lines else 1
