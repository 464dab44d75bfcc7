"""Waiting sales and other events to commissions, a batch at a time.

A batch is read in order of time, evaluated in memory against the compiled rules and what stood
before, and written at once. Where the rules of a program look back, its events are taken by one
worker at a time, and an event that comes late is taken up at its own place (`late`).
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence

from commissions.engine import late, reading, remembering, rulebooks
from commissions.engine.locks import lock_programs
from commissions.engine.reading import SALE, Source, World
from commissions.engine.results import Results
from commissions.models import Occasion
from commissions.rules import Past
from commissions.rules.replaying import Fold
from sellers.scope import seller_scope
from tracking.models import Sale

logger = logging.getLogger(__name__)
BATCH = 4000


def step(seller_id: uuid.UUID) -> bool:
    """Compute one batch of what waits; whether there may be more.

    A batch that fails is taken one by one, so that one bad sale stops only itself.
    """
    try:
        with seller_scope(seller_id):
            world = World.of(seller_id, rulebooks.load())
            return compute(seller_id, world, reading.claim(world, BATCH)) >= BATCH
    except Exception:
        logger.exception("batch of sales failed, taking them one by one")
        with seller_scope(seller_id):
            world = World.of(seller_id, rulebooks.load())
            rows = [(one.table, one.id) for one in reading.claim(world, BATCH)]
    for table, row_id in rows:
        _compute_alone(seller_id, table, row_id)
    return bool(rows)


def _compute_alone(seller_id: uuid.UUID, table: str, row_id: str) -> None:
    try:
        with seller_scope(seller_id):
            world = World.of(seller_id, rulebooks.load())
            compute(seller_id, world, reading.claim_one(world, table, row_id))
    except Exception as error:
        logger.exception("%s %s failed", table, row_id)
        with seller_scope(seller_id):
            text = f"{type(error).__name__}: {error}"[:500]
            rows = Sale.objects if table == SALE else Occasion.objects
            rows.filter(pk=row_id, state=Sale.State.PENDING).update(
                state=Sale.State.FAILED, error=text
            )


def compute(seller_id: uuid.UUID, world: World, claimed: Sequence[Source]) -> int:
    """Evaluate in memory, then write all lines, transfers and outcomes of the batch."""
    if not claimed:
        return 0
    results = Results(seller_id, world, claimed)
    by_program: defaultdict[str, list[Source]] = defaultdict(list)
    for source in claimed:
        if results.is_credited(source):
            by_program[source.program].append(source)
    looking_back = [
        name for name in sorted(by_program) if name in world.books and world.books[name].looks_back
    ]
    lock_programs(looking_back)
    places = late.places(world, claimed)
    lock_programs(set(places) - set(looking_back))
    for program in sorted(by_program.keys() | places):
        sources = by_program.get(program, [])
        if program in places:
            late.rerun(world, results, program, places[program], sources)
        else:
            _run(world, results, program, sources)
    results.write()
    return len(claimed)


def _run(world: World, results: Results, program: str, sources: Sequence[Source]) -> None:
    """Events that come after all that was computed in their program."""
    book = world.books.get(program)
    if book is None:
        for source in sources:
            results.no_rule(source)
        return
    past = remembering.recall(world, sources) if book.looks_back else Past(world.zone)
    fold = Fold(world.books, past)
    fold.keeps_all = False
    for source in sources:
        if source.event is not None:
            results.add(source, fold.event(source.event))
