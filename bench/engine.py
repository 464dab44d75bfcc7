"""The engine against set-based SQL for the same rows, and against the plain way."""

import multiprocessing
import multiprocessing.synchronize
import resource
import statistics
import uuid

from django.db import connections

from bench import ceiling
from bench.market import MIXED, SIMPLE, Market, make_market
from bench.measure import Measured, timed
from commissions.engine import sales as engine

SALES = 20_000
PLAIN = 400
SHARED = 40_000
ROUNDS = 5
WAITING = 200_000
MEGABYTES = 400.0


def compute(market: Market) -> None:
    """All that waits."""
    while engine.step(market.seller.pk):
        pass


def one_round() -> dict[str, float]:
    """Sales per second of each way, on sellers of their own, in turn."""
    by_hand, simple, mixed, plain = (
        make_market(rules) for rules in (SIMPLE, SIMPLE, MIXED, SIMPLE)
    )
    for market, count in ((by_hand, SALES), (simple, SALES), (mixed, SALES), (plain, PLAIN)):
        market.sell(count)
    return {
        "by hand": SALES / timed(lambda: ceiling.set_based(by_hand)),
        "simple": SALES / timed(lambda: compute(simple)),
        "mixed": SALES / timed(lambda: compute(mixed)),
        "plain": PLAIN / timed(lambda: ceiling.plain(plain)),
    }


def workers_round() -> dict[str, float]:
    """Sales per second of one worker and of two, on one seller's queue."""
    found = {}
    for name, count in (("one", 1), ("two", 2)):
        market = make_market(SIMPLE)
        market.sell(SHARED)
        connections.close_all()
        context = multiprocessing.get_context("fork")
        barrier = context.Barrier(count + 1)
        workers = [
            context.Process(target=_work, args=(market.seller.pk, barrier)) for _ in range(count)
        ]
        for worker in workers:
            worker.start()
        barrier.wait()
        found[name] = SHARED / timed(lambda workers=workers: [one.join() for one in workers])  # type: ignore[misc]
    return found


def _work(seller_id: uuid.UUID, barrier: "multiprocessing.synchronize.Barrier") -> None:
    connections["default"].ensure_connection()
    barrier.wait()
    while engine.step(seller_id):
        pass


def memory() -> float:
    """Megabytes at most of a process that computes WAITING sales."""
    market = make_market(MIXED)
    market.sell(WAITING)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[float] = context.Queue()
    worker = context.Process(target=_measured, args=(market.seller.pk, queue))
    worker.start()
    found = queue.get()
    worker.join()
    return found


def _measured(seller_id: uuid.UUID, queue: "multiprocessing.Queue[float]") -> None:
    while engine.step(seller_id):
        pass
    queue.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure() -> list[Measured]:
    """Medians of several rounds, each way in turn."""
    rounds = [one_round() for _round in range(ROUNDS)]
    median = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    pairs = [workers_round() for _round in range(3)]
    one, two = (statistics.median(each[name] for each in pairs) for name in ("one", "two"))
    used = memory()
    return [
        _compared("Engine, simple rules, against SQL by hand", median, "simple", "by hand", 0.35),
        _compared("Engine, mixed rules, against SQL by hand", median, "mixed", "by hand", 0.2),
        _compared("Engine, simple rules, against objects", median, "simple", "plain", 40.0),
        Measured("Two workers against one", two, one, "sales/s", two / one, 1.6),
        Measured(
            f"Memory with {WAITING:,} sales waiting, against {MEGABYTES:.0f} MB",
            used, MEGABYTES, "MB", used / MEGABYTES, 1.0,
        ),
    ]  # fmt: skip


def _compared(
    name: str, median: dict[str, float], ours: str, against: str, goal: float
) -> Measured:
    ratio = median[ours] / median[against]
    return Measured(name, median[ours], median[against], "sales/s", ratio, goal)
