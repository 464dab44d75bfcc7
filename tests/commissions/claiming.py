"""Claims of missing sales, and the sales of nobody that they are about."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from commissions import services
from commissions.claims import filing
from commissions.inputs import SaleInput
from commissions.models import Claim
from sellers.actors import Actor
from tests.cast import token
from tests.portal.market import Market, Side
from tracking.models import Sale


def claim(market: Market, side: Side | None = None, **given: Any) -> Claim:
    """A claim filed by a side's person."""
    side = side or market.rani
    fields = {
        "order": f"KN-{token()}",
        "bought_on": timezone.localdate() - timedelta(days=2),
        "amount_minor": 10_000,
        "currency": "EUR",
        "statement": "She told me that she ordered",
        **given,
    }
    with market.team.scope():
        return filing.file_claim(
            program=market.program,
            partner=side.partner,
            actor=Actor.person(side.user),
            **fields,
        )


def sale_of_nobody(market: Market, amount: int = 10_000, **given: Any) -> Sale:
    """A sale that came without a click, computed."""
    with market.team.scope():
        sale = SaleInput(
            external_id=f"KN-{token()}",
            currency="EUR",
            amount=amount,
            occurred_at=timezone.now() - timedelta(days=2),
            **given,
        )
        taken = services.take_sale(seller=market.team.seller, actor=market.team.actor, sale=sale)
    market.compute()
    return taken.sale
