"""Reads about sales and refunds."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Min, Q, QuerySet

from prm.errors import NotFound
from tracking.models import Refund, Sale

_LAST: Final = "\U0010ffff"
"""Stands behind every other character."""


def sales() -> QuerySet[Sale]:
    """Sales with what a list shows."""
    return Sale.objects.select_related("partner", "program", "link", "customer", "seller")


def refunds() -> QuerySet[Refund]:
    """All refunds and credit notes of the seller in scope."""
    return Refund.objects.all()


def number_begins(text: str, path: str = "") -> Q:
    """Sales or refunds whose number begins with `text` as it is, in small or in capital letters.

    A range, not a pattern: row security lets an index serve a comparison only. Numbers are kept in
    the order of their characters for this. `path` leads to the sale or refund, as `sale__`.
    """
    found = Q()
    for start in sorted({text, text.lower(), text.upper()}):
        name = f"{path}external_id"
        found |= Q(**{f"{name}__gte": start, f"{name}__lt": start + _LAST})
    return found


@dataclass(frozen=True)
class Failed:
    """What the engine could not compute: how many, since when, and one message."""

    sales: int
    refunds: int
    oldest: datetime | None
    message: str

    @property
    def count(self) -> int:
        """All of them."""
        return self.sales + self.refunds


def failed() -> Failed:
    """Sales and refunds that need a look; two queries."""
    sold = Sale.objects.filter(state=Sale.State.FAILED).aggregate(
        n=Count("id"), oldest=Min("created_at"), message=Max("error")
    )
    back = Refund.objects.filter(state=Refund.State.FAILED).aggregate(
        n=Count("id"), oldest=Min("created_at"), message=Max("error")
    )
    moments = [moment for moment in (sold["oldest"], back["oldest"]) if moment]
    return Failed(
        sold["n"], back["n"], min(moments, default=None), sold["message"] or back["message"] or ""
    )


def failed_sales() -> QuerySet[Sale]:
    """Sales that could not be computed."""
    return Sale.objects.filter(state=Sale.State.FAILED)


def sale_by_id(sale_id: uuid.UUID | str) -> Sale:
    """The sale with what its page shows; raises NotFound."""
    found = sales().select_related("enrollment").filter(pk=sale_id).first()
    if found is None:
        raise NotFound("sale")
    return found


def refunds_of(sale: Sale) -> QuerySet[Refund]:
    """A sale's refunds, oldest first."""
    return Refund.objects.filter(sale=sale).order_by("id")


def refund_by_id(refund_id: uuid.UUID | str) -> Refund:
    """The refund or credit note; raises NotFound."""
    found = Refund.objects.select_related("seller", "sale").filter(pk=refund_id).first()
    if found is None:
        raise NotFound("refund")
    return found


def failed_refunds() -> QuerySet[Refund]:
    """Refunds and credit notes that could not be computed, oldest first."""
    return Refund.objects.filter(state=Refund.State.FAILED).select_related("sale").order_by("id")
