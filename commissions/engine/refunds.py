"""Refunds to negative lines, one transaction each: a refund locks its sale."""

import json
import logging
import uuid
from collections.abc import Callable, Sequence
from functools import partial

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from activity.services import Entry
from commissions.engine import late, reading, rulebooks, traces
from commissions.engine.late import LAST, returned
from commissions.engine.locks import lock_programs
from commissions.engine.reading import Source, World
from commissions.engine.results import Results
from commissions.engine.standing import OPEN, Standing, as_earned, standing
from commissions.models import Commission
from commissions.rules.refunds import refunded_parts
from commissions.rules.replaying import taken_of
from commissions.services.intake import book_refund
from prm.errors import Refusal
from sellers.scope import seller_scope
from tracking.models import Refund, Sale

logger = logging.getLogger(__name__)
BATCH = 200


def ready() -> QuerySet[Refund]:
    """Refunds that can be computed: their sale is known and computed."""
    by_id = Sale.objects.filter(
        seller_id=OuterRef("seller_id"),
        external_id=OuterRef("sale_external_id"),
        state=Sale.State.COMPUTED,
    )
    return Refund.objects.filter(
        Q(state=Refund.State.PENDING, sale__state=Sale.State.COMPUTED)
        | (Q(state=Refund.State.WAITING) & Exists(by_id))
    )


def step(seller_id: uuid.UUID) -> bool:
    """Compute one batch of refunds, one by one; whether there may be more."""
    with seller_scope(seller_id):
        ids = list(ready().order_by("id").values_list("id", flat=True)[:BATCH])
        books = rulebooks.load() if ids else {}
    for refund_id in ids:
        compute_alone(seller_id, refund_id, partial(_compute, books=books))
    return len(ids) == BATCH


def compute_alone(
    seller_id: uuid.UUID, refund_id: uuid.UUID, compute: Callable[[Refund], None]
) -> None:
    """Compute one refund in its own transaction; one that fails is put aside with its error."""
    try:
        with seller_scope(seller_id):
            refund = (
                Refund.objects.filter(
                    pk=refund_id, state__in=(Refund.State.PENDING, Refund.State.WAITING)
                )
                .select_for_update(skip_locked=True)
                .first()
            )
            if refund is not None:
                compute(refund)
    except Exception as error:
        logger.exception("refund %s failed", refund_id)
        reason = error.message if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        with seller_scope(seller_id):
            Refund.objects.filter(pk=refund_id).exclude(state=Refund.State.COMPUTED).update(
                state=Refund.State.FAILED, error=reason[:500]
            )


def _compute(refund: Refund, *, books: rulebooks.Books) -> None:
    found = refund.sale or Sale.objects.get(external_id=refund.sale_external_id)
    world = World.of(refund.seller_id, books)
    book = books.get(str(found.program_id))
    if book is not None and book.looks_back:
        lock_programs([str(found.program_id)])
    sale = Sale.objects.select_for_update().get(pk=found.pk)
    if sale.state != Sale.State.COMPUTED or sale.program_id != found.program_id:
        return  # credited to a partner meanwhile: the refund waits until it is computed anew
    if refund.sale_id is None:
        _book(refund, sale)
    refund.state, refund.error = Refund.State.COMPUTED, ""
    refund.save(
        update_fields=["state", "error", "sale", "partner", "program", "enrollment", "currency"]
    )
    source = reading.select(world, "id = %s", [str(sale.pk)])[0]
    results = Results(refund.seller_id, world, [])
    rows = _reverse(world, results, source, sale, refund)
    place = (max(refund.occurred_at, sale.occurred_at), LAST + refund.external_id)
    results.write()
    close_whole(rows)
    if book is not None and book.feels_refunds and late.has_later(source.program, place):
        following = Results(refund.seller_id, world, [])
        late.rerun(world, following, source.program, place, [])
        following.write()


def _book(refund: Refund, sale: Sale) -> None:
    """Book a refund that was there before its sale."""
    book_refund(sale, refund.amount_minor)
    refund.sale, refund.partner_id, refund.program_id = sale, sale.partner_id, sale.program_id
    refund.enrollment_id, refund.currency = sale.enrollment_id, sale.currency


def _reverse(
    world: World, results: Results, source: Source, sale: Sale, refund: Refund
) -> list[Standing]:
    """Take back each commission of the sale in proportion to what came back of its goods."""
    event = source.event
    if event is None:
        return []
    event.items = reading.items_of(sale.lines, sale.amount_minor)
    done = [returned(row) for row in sale.refunds.filter(state=Refund.State.COMPUTED)]
    parts = refunded_parts(event.items, done)
    so_far = sum(one.amount for one in done)
    rows = standing([source.id]).get(source.id, [])
    for row, earned in zip(rows, as_earned(world, event, rows), strict=True):
        taken = taken_of(earned, event, parts)
        back, earned.taken = taken - row.reversed, taken
        if back == 0 or row.status == Commission.Status.REJECTED:
            continue
        trace = traces.of_reversal(refund, sale, row.earned, row.reversed, so_far)
        line = row.beside(Commission.Kind.REVERSAL, -back, json.dumps(trace), refund.occurred_at)
        line.base, line.refund = -refund.amount_minor, str(refund.pk)
        results.batch.lines.append(line)
        results.growth.pay(earned.rule, event, row.partner, -back, row.currency)
        row.reversed += back
        Commission.objects.filter(pk=row.id).update(reversed_minor=row.reversed)
        results.growth.earn(event, row.partner, -back, row.currency)
    return rows


def close_whole(rows: Sequence[Standing]) -> None:
    """Finish what was taken back whole before it was paid: its lines cancel each other out."""
    ids = [row.id for row in rows if row.reversed == row.earned and row.status in OPEN]
    for row_id in ids:
        lines = Commission.objects.filter(Q(pk=row_id) | Q(reverses=row_id))
        found = list(lines.order_by("id").select_for_update().values_list("status", "amount_minor"))
        if len({status for status, _amount in found}) == 1 and not sum(x for _s, x in found):
            lines.update(status=Commission.Status.REVERSED, moves=F("moves") + 1)


def reversed_entry(row: Commission, refund: Refund) -> Entry:
    """What the trail says of a negative line."""
    return Entry(
        verb="commission.reversed",
        object=row,
        label=refund.external_id,
        partner_id=row.partner_id,
        detail={"amount_minor": row.amount_minor, "currency": row.currency},
    )
