"""What staff reject was not earned: it is taken out of the tallies and of the limits it used."""

import uuid
from collections.abc import Sequence

from commissions.engine import reading, rulebooks
from commissions.engine.reading import World
from commissions.engine.remembering import Growth
from commissions.models import Commission


def uncount(seller_id: uuid.UUID, rows: Sequence[Commission]) -> None:
    """Take rejected lines, each with what lies beside it, out of what is counted."""
    earned = [row for row in rows if row.rule_version_id and (row.sale_id or row.occasion_id)]
    if not earned:
        return
    world = World.of(seller_id, rulebooks.load({row.program_id for row in earned}))
    ids = [str(row.sale_id or row.occasion_id) for row in earned]
    found = reading.select(world, "id = ANY(%s::uuid[])", [ids], occasions="id = ANY(%s::uuid[])")
    events = {source.id: source.event for source in found}
    growth = Growth()
    for row in earned:
        event = events.get(str(row.sale_id or row.occasion_id))
        if event is not None:
            rule = world.rule(event.program, str(row.rule_version_id))
            partner, amount = str(row.partner_id), -row.amount_minor
            growth.pay(rule, event, partner, amount, row.currency)
            growth.earn(event, partner, amount, row.currency)
    growth.write(seller_id)
