"""Sales that several partners share, at a market."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from commissions import services
from commissions.inputs import CustomerInput, LineInput, SaleInput
from tests.cast import token
from tests.portal.market import Market, Side
from tracking.models import Sale, SaleShare
from tracking.sharing import Counted, share_rows


def sell_shared(
    market: Market,
    clicks: Sequence[tuple[Side, int]],
    amount: int = 10_000,
    *,
    days_ago: float = 1,
    email: str = "",
    lines: list[LineInput] | None = None,
    compute: bool = True,
) -> Sale:
    """A sale that came by these clicks with these weights, credited to all of them."""
    best = max(clicks, key=lambda click: click[1])[0]
    with market.team.scope():
        taken = services.take_sale(
            seller=market.team.seller,
            actor=market.team.actor,
            sale=SaleInput(
                external_id=f"KN-{token()}",
                currency="EUR",
                amount=None if lines else amount,
                lines=lines or [],
                customer=CustomerInput(email=email),
                link=best.link.code,
                occurred_at=timezone.now() - timedelta(days=days_ago),
            ),
        )
        sale = Sale.objects.get(pk=taken.sale.pk)
        counted = [Counted(side.enrollment, side.link, weight) for side, weight in clicks]
        SaleShare.objects.bulk_create(share_rows(sale, counted))
        sale.is_shared = True
        sale.attribution = credit_by(clicks, sale)
        sale.save(update_fields=["is_shared", "attribution"])
    if compute:
        market.compute()
    return sale


def credit_by(clicks: Sequence[tuple[Side, int]], sale: Sale) -> dict[str, Any]:
    """A credit with the path of its clicks, as intake keeps it."""
    whole = sum(weight for _side, weight in clicks)
    at = (sale.occurred_at - timedelta(hours=2)).isoformat()
    path = [
        {
            "by": "click",
            "link": side.link.code,
            "partner": str(side.partner.pk),
            "at": at,
            "share": [weight, whole],
        }
        for side, weight in clicks
    ]
    best = max(clicks, key=lambda click: click[1])[0]
    return {
        "method": "click",
        "why": "linear",
        "link": best.link.code,
        "clicked_at": at,
        "window_days": 30,
        "path": path,
    }
