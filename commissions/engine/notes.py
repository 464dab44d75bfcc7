"""Credit notes to negative lines, a batch at a time."""

import json
import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet

from commissions.engine import reading, refunds, rulebooks, traces
from commissions.engine.reading import World
from commissions.engine.results import Results
from commissions.engine.writing import NewLine
from commissions.models import Commission
from commissions.rules import Event, Past
from prm.ids import new_text_id
from sellers.scope import seller_scope
from tracking.models import Refund

logger = logging.getLogger(__name__)
BATCH = 500


def ready() -> QuerySet[Refund]:
    """Credit notes that wait; they need no sale."""
    return Refund.objects.filter(state=Refund.State.PENDING, kind=Refund.Kind.CREDIT_NOTE)


def step(seller_id: uuid.UUID) -> bool:
    """Compute one batch; whether there may be more. A batch that fails is taken one by one."""
    with seller_scope(seller_id):
        ids = list(ready().order_by("id").values_list("id", flat=True)[:BATCH])
    if not ids:
        return False
    try:
        with seller_scope(seller_id):
            rows = ready().filter(pk__in=ids).order_by("id").defer("lines")
            _compute(seller_id, list(rows.select_for_update(skip_locked=True)))
    except Exception:
        logger.exception("batch of credit notes failed, taking them one by one")
        for note_id in ids:
            refunds.compute_alone(seller_id, note_id, lambda note: _compute(seller_id, [note]))
    return len(ids) == BATCH


def _compute(seller_id: uuid.UUID, notes: Sequence[Refund]) -> None:
    """Take commission back at the rule in force at each note's own date."""
    world = World.of(seller_id, rulebooks.load())
    world.learn({str(note.enrollment_id) for note in notes if note.enrollment_id}, ())
    results = Results(seller_id, world, [])
    for note in notes:
        if note.enrollment_id is not None and note.amount_minor:
            _take_back(world, results, note)
    results.write()
    Refund.objects.filter(pk__in=[note.pk for note in notes]).update(
        state=Refund.State.COMPUTED, error=""
    )


def _take_back(world: World, results: Results, note: Refund) -> None:
    """The negative lines of one note; none where no rule paid at its date."""
    enrollment = world.enrollments[str(note.enrollment_id)]
    book = world.books.get(str(enrollment.program_id))
    if book is None:
        return
    event = Event(
        id=str(note.pk),
        kind="sale",
        key=note.external_id,
        at=note.occurred_at,
        day=note.occurred_at.astimezone(world.zone).date(),
        program=str(enrollment.program_id),
        member=world.member_at(str(enrollment.pk), note.occurred_at),
        currency=note.currency,
        net=note.amount_minor,
        items=reading.items_of(note.lines, note.amount_minor),
        source=note.source,
    )
    for earned in book.compute(event, Past(world.zone)).earned:
        results.batch.lines.append(
            NewLine(
                id=new_text_id(),
                kind=Commission.Kind.CREDIT_NOTE,
                program=event.program,
                partner=earned.member.partner,
                enrollment=earned.member.enrollment,
                version=earned.rule.version_id,
                at=note.occurred_at,
                base=-earned.amount.base,
                amount=-earned.amount.final,
                currency=note.currency,
                status=Commission.Status.PENDING,
                needs_approval=False,
                payable_at=note.occurred_at + timedelta(days=enrollment.program.hold_days),
                trace=json.dumps(traces.of_credit_note(earned, event)),
                refund=str(note.pk),
            )
        )
