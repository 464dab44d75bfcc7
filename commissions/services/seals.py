"""Sealing a line that is written alone: the entry of the trail that its `batch` names."""

from activity.services import Entry, record_many
from commissions.models import Commission
from commissions.sealing import leaf_of, sealed_detail
from sellers.actors import SYSTEM, Actor


def record_sealed(*, line: Commission, told: Entry, actor: Actor) -> None:
    """Write what happened to a new line, and the entry that seals it under the id `line.batch`.

    Whoever checks a line reads the entry that seals it. So that is the system's own, which names
    no person and no address; where the system itself pays, one entry does for both.
    """
    seal = str(line.batch)
    sealed = sealed_detail([(str(line.pk), leaf_of(line))])
    if actor.kind == SYSTEM.kind:
        detail = {**told.detail, **sealed}
        one = Entry(told.verb, told.object, told.label, told.partner_id, detail=detail, id=seal)
        record_many(seller_id=line.seller_id, actor=actor, entries=[one])
        return
    record_many(seller_id=line.seller_id, actor=actor, entries=[told])
    one = Entry("commission.sealed", line, told.label, line.partner_id, detail=sealed, id=seal)
    record_many(seller_id=line.seller_id, actor=SYSTEM, entries=[one])
