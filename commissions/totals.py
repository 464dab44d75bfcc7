"""The sums of sales and earnings that pages show: folding them, making them anew, checking them."""

import uuid
from collections.abc import Iterable
from typing import Final

from activity import work
from commissions.models import EARNED_TOTALS
from commissions.performance import counting
from sellers.models import Seller
from sellers.scope import current_seller_id, seller_scope
from tracking.models import SALES_TOTALS

ALL: Final = (SALES_TOTALS, EARNED_TOTALS)


def rebuild(seller: Seller) -> None:
    """Count a seller's sums anew from his sales and lines."""
    with seller_scope(seller.pk):
        for totals in ALL:
            totals.rebuild(seller.pk, seller.time_zone)
        counting.forget(seller.pk)  # each day has its mark now; locks are taken in one order
    more = True
    while more:
        with seller_scope(seller.pk):
            more = counting.count(seller.pk, seller.time_zone)


def faults() -> Iterable[str]:
    """Where the sums of the seller in scope differ from his sales and lines, in words."""
    zone = _zone()
    for totals in ALL:
        yield from totals.faults(zone)
    yield from counting.faults()


def _zone() -> str:
    return Seller.objects.values_list("time_zone", flat=True).get(pk=current_seller_id())


def _waiting() -> Iterable[uuid.UUID]:
    return set().union(*(totals.waiting() for totals in ALL), counting.waiting())


def _step(seller_id: uuid.UUID) -> bool:
    with seller_scope(seller_id):
        for totals in ALL:
            totals.fold(seller_id)
        return counting.count(seller_id, _zone())


KIND: Final = work.Kind("totals", _waiting, _step, work.BACKGROUND_QUEUE)
