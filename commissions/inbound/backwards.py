"""How much of a sale's net a refund takes back. Pure but for the sale it reads."""

from collections import defaultdict
from typing import Any

from commissions.inbound.meanings import Returned
from commissions.inputs import RefundInput, RefundLine
from prm.money import proportion
from tracking.models import Sale


def refund_of(
    returned: Returned, sale: Sale, facts: dict[str, Any], before: int
) -> RefundInput | None:
    """The refund as our intake takes it, without its id; None where nothing of net comes back.

    Where the system tells only what the customer got back, net is in proportion to what he paid:
    the parts of several refunds sum to the part of their sum, so a full refund takes all. More
    than is left is never taken. `before` is what came back so far, tax and shipping counted in.
    """
    left = sale.amount_minor - sale.refunded_minor
    amount = left
    if returned.gross:
        amount = _part(sale.amount_minor, returned.gross, int(facts.get("gross", 0)), before)
    elif not returned.all_left:
        amount = _of_goods(returned, facts)
    taken = max(min(amount, left), 0)
    if not taken:
        return None
    lines = _lines(returned, sale, facts) if taken == amount and not returned.extra else []
    return RefundInput(
        external_id=returned.id,
        sale_external_id=sale.external_id,
        amount=taken,
        lines=lines if sum(line.amount for line in lines) == taken else [],
        reason=returned.reason,
        occurred_at=max(returned.at, sale.occurred_at),
        source=sale.source,
    )


def _part(net: int, back: int, gross: int, before: int) -> int:
    if gross <= 0:
        return 0
    first, last = min(before, gross), min(before + back, gross)
    return proportion(net, last, gross) - proportion(net, first, gross)


def _of_goods(returned: Returned, facts: dict[str, Any]) -> int:
    included = bool(facts.get("tax_included"))
    goods = sum(one.amount - (one.tax if included else 0) for one in returned.goods)
    return goods + returned.extra


def _lines(returned: Returned, sale: Sale, facts: dict[str, Any]) -> list[RefundLine]:
    """By product, where the sale has each of them; a refund without lines is in proportion."""
    known = {line.get("sku") for line in sale.lines}
    if not returned.goods or any(not one.sku or one.sku not in known for one in returned.goods):
        return []
    included = bool(facts.get("tax_included"))
    quantities: defaultdict[str, int] = defaultdict(int)
    amounts: defaultdict[str, int] = defaultdict(int)
    for one in returned.goods:
        quantities[one.sku] += one.quantity
        amounts[one.sku] += one.amount - (one.tax if included else 0)
    return [RefundLine(sku, quantities[sku], amount) for sku, amount in amounts.items() if amount]
