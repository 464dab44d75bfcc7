"""Credit notes to negative lines, a batch at a time."""

import logging
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import QuerySet

from activity.services import record_many
from campaigns.models import Enrollment
from commissions import rules
from commissions.engine import refunds, rulebooks, traces
from commissions.models import Commission
from commissions.services import moving
from prm.ids import new_id
from sellers.actors import SYSTEM
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
    enrollments = {
        row.pk: row
        for row in Enrollment.objects.filter(
            pk__in={note.enrollment_id for note in notes if note.enrollment_id}
        ).select_related("program")
    }
    books = rulebooks.load(row.program_id for row in enrollments.values())
    taken: list[tuple[Commission, Refund]] = []
    for note in notes:
        enrollment = enrollments.get(note.enrollment_id) if note.enrollment_id else None
        if enrollment is not None and note.amount_minor:
            row = _take_back(note, enrollment, books.get(enrollment.program_id, []))
            taken += [(row, note)] if row else []
    rows = [row for row, _note in taken]
    Commission.objects.bulk_create(rows)
    moving.accrue(seller_id=seller_id, rows=rows)
    record_many(
        seller_id=seller_id,
        actor=SYSTEM,
        entries=[refunds.reversed_entry(row, note) for row, note in taken],
    )
    Refund.objects.filter(pk__in=[note.pk for note in notes]).update(
        state=Refund.State.COMPUTED, error=""
    )


def _take_back(
    note: Refund, enrollment: Enrollment, book: Sequence[rules.CompiledRule]
) -> Commission | None:
    """The negative line of one note; None where no rule paid at its date."""
    facts = rules.SaleFacts(
        partner_id=str(enrollment.partner_id),
        currency=note.currency,
        net=note.amount_minor,
        tax=0,
        shipping=0,
        occurred_at=note.occurred_at,
    )
    choice = rules.choose(book, facts)
    amount = rules.earn(choice.winner, facts) if choice.winner else None
    if choice.winner is None or amount is None or amount.final == 0:
        return None
    return Commission(
        id=new_id(),
        seller_id=note.seller_id,
        kind=Commission.Kind.CREDIT_NOTE,
        program_id=enrollment.program_id,
        partner_id=enrollment.partner_id,
        enrollment=enrollment,
        refund=note,
        rule_version_id=uuid.UUID(choice.winner.version_id),
        occurred_at=note.occurred_at,
        base_minor=-amount.base,
        amount_minor=-amount.final,
        currency=note.currency,
        payable_at=note.occurred_at + timedelta(days=enrollment.program.hold_days),
        trace=traces.of_credit_note(choice, choice.winner, amount),
    )
