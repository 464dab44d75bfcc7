"""What a refund would take back, computed as the engine does it and without writing."""

from dataclasses import dataclass

from django.db import transaction

from commissions.engine import late, reading, rulebooks
from commissions.engine.reading import World
from commissions.engine.standing import GONE, as_earned, standing
from commissions.models import CommissionStatus
from commissions.rules.refunds import Returned, refunded_parts
from commissions.rules.replaying import taken_of
from tracking.models import Refund, Sale


@dataclass(frozen=True)
class Back:
    """What one commission would lose, in minor units; `paid` says that it is paid out already."""

    line_id: str
    amount: int
    left: int
    currency: str
    paid: bool


@transaction.atomic
def takes_back(sale: Sale, refund: Returned) -> list[Back]:
    """What `refund`, on top of those that were recorded, takes back of each commission."""
    if sale.program_id is None or sale.state != Sale.State.COMPUTED:
        return []
    world = World.of(sale.seller_id, rulebooks.load([sale.program_id]))
    event = reading.select(world, "id = %s", [str(sale.pk)])[0].event
    if event is None:
        return []
    event.items = reading.items_of(sale.lines, sale.amount_minor)
    recorded = [late.returned(row) for row in sale.refunds.exclude(state=Refund.State.FAILED)]
    parts = refunded_parts(event.items, [*recorded, refund])
    rows = standing([str(sale.pk)]).get(str(sale.pk), [])
    found = []
    for row, earned in zip(rows, as_earned(world, event, rows), strict=True):
        taken = taken_of(earned, event, parts)
        back, earned.taken = taken - row.reversed, taken
        if back and row.status != CommissionStatus.REJECTED:
            left, paid = row.earned - row.reversed - back, row.status in GONE
            found.append(Back(row.id, back, left, row.currency, paid))
    return found
