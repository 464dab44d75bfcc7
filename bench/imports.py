"""What importing and computing sales costs, against COPY and against one by one. Medians."""

import io
import statistics

from django.db import connection

from bench.measure import Bench, Measured, make_bench, timed
from commissions import services
from commissions.engine import sales as engine
from commissions.inputs import SaleInput
from sellers.scope import seller_scope

SALES = 3000
ROUNDS = 5


def take(bench: Bench, items: list[SaleInput], batch: int) -> None:
    """Take sales in batches; a batch of 1 goes the way of the API."""
    for place in range(0, len(items), batch):
        with seller_scope(bench.seller.pk):
            if batch == 1:
                services.take_sale(seller=bench.seller, sale=items[place], actor=bench.actor)
            else:
                part = items[place : place + batch]
                services.take_many(seller=bench.seller, sales=part, actor=bench.actor)


def compute(bench: Bench, batch: int) -> None:
    """Compute all that waits."""
    before, engine.BATCH = engine.BATCH, batch
    try:
        while engine.step(bench.seller.pk):
            pass
    finally:
        engine.BATCH = before


def copy_rows(bench: Bench) -> float:
    """Seconds of a plain COPY of the same sales, commissions, transfers and events: the ceiling."""
    tables = ("tracking_sale", "commissions_commission", "ledger_transfer", "activity_event")
    seconds = 0.0
    with seller_scope(bench.seller.pk), connection.cursor() as cursor:
        for table in tables:
            rows = io.StringIO()
            cursor.copy_expert(f"COPY (SELECT * FROM {table}) TO STDOUT", rows)
            cursor.execute(f"CREATE TEMP TABLE bench_{table} (LIKE {table}) ON COMMIT DROP")
            rows.seek(0)
            copy = f"COPY bench_{table} FROM STDIN"
            seconds += timed(lambda copy=copy, rows=rows: cursor.copy_expert(copy, rows))  # type: ignore[misc]
    return seconds


def one_round(count: int) -> dict[str, float]:
    """Every figure once, each on a seller of its own."""
    batched, single = make_bench(), make_bench()
    few = count // 10
    items, alone = batched.inputs(count), single.inputs(few)
    return {
        "take": timed(lambda: take(batched, items, 500)),
        "engine": timed(lambda: compute(batched, 500)),
        "copy": copy_rows(batched),
        "take one by one": timed(lambda: take(single, alone, 1)) * count / few,
        "engine one by one": timed(lambda: compute(single, 1)) * count / few,
    }


def measure(count: int = SALES) -> list[Measured]:
    """Taking and computing sales as an import does, over several rounds."""
    one_round(500)
    rounds = [one_round(count) for _round in range(ROUNDS)]
    return compared(rounds, count)


def compared(rounds: list[dict[str, float]], count: int) -> list[Measured]:
    """Medians, side by side."""
    median = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    both = median["take"] + median["engine"]
    pairs = (
        ("Import and compute, against COPY", both, median["copy"], 60.0),
        ("Take in batches, against one by one", median["take"], median["take one by one"], 0.5),
        (
            "Engine in batches, against one by one",
            median["engine"],
            median["engine one by one"],
            0.2,
        ),
    )
    unit = f"s for {count:,} sales"
    return [
        Measured(name, round(ours, 3), round(against, 3), unit, round(ours / against, 3), goal)
        for name, ours, against, goal in pairs
    ]
