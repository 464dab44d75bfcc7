"""kill -9 of the worker in the middle of an import, again and again, and Redis lost meanwhile.

Nothing may be lost and nothing doubled: the end is compared with an import that nobody disturbed.
`PRM_TEST_ROUNDS=20 pytest tests/faults` kills twenty times, over the real orders where the machine
has them.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from activity.models import Job
from commissions.engine import queue
from commissions.models import Commission
from ledger.models import Transfer
from tests.commissions.imported import REAL, Shop, expected_totals, make_shop, write_orders
from tests.stack import Stack
from tracking.models import Refund, Sale

PATIENCE = 180
MANY = 10


@pytest.fixture
def _short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work of a dead worker is taken over within two seconds; needed before the stack starts."""
    monkeypatch.setenv("PRM_LEASE_SECONDS", "1.5")
    monkeypatch.setenv("PRM_SWEEP_SECONDS", "0.5")


@pytest.fixture
def disturbed(_short_leases: None, own_stack: Stack) -> Stack:
    """A running product with a Redis of its own, for killing."""
    return own_stack


@pytest.fixture
def orders(tmp_path: Path, rounds: int) -> Path:
    """Orders enough for every kill to hit the middle of the work."""
    if rounds >= MANY and REAL.exists():
        return REAL
    return write_orders(tmp_path / "orders.csv", max(4000, rounds * 1000))


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """The moments of the kills; a failure shows the seed, to do them again."""
    seed = time.time_ns() % 10**6
    request.node.add_report_section("setup", "seed", str(seed))
    return random.Random(seed)


def progress(shop: Shop, job: Job) -> tuple[int, int]:
    """How far the import and the engine are."""
    done = shop.read(job)
    with shop.team.scope():
        return done.position, Sale.objects.filter(state=Sale.State.COMPUTED).count()


def is_over(shop: Shop, job: Job) -> bool:
    """Whether everything is taken and computed."""
    with shop.team.scope():
        waiting = queue.waiting_count()
    return shop.read(job).status == Job.Status.DONE and waiting == 0


def wait_until(what: Callable[[], bool], stack: Stack) -> None:
    """Wait; the worker's log says why when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, stack.worker.text()[-4000:]
        time.sleep(0.05)


def wait_for_progress(shop: Shop, job: Job, stack: Stack) -> None:
    """Wait until a batch more is taken or computed."""
    before = progress(shop, job)
    wait_until(lambda: progress(shop, job) > before, stack)


def lose_redis(stack: Stack) -> None:
    """kill -9 of Redis, and a new start after a while."""
    assert stack.redis is not None
    stack.redis.kill()
    time.sleep(0.5)
    stack.redis.start()


def assert_whole(shop: Shop, orders: Path) -> None:
    """As an undisturbed import of the same orders, to the penny, and the books in order."""
    calm = make_shop()
    calm.bring(orders)
    assert shop.picture() == calm.picture()
    assert shop.totals() == calm.totals() == expected_totals(orders)
    assert shop.faults() == []
    with shop.team.scope():
        lines = Commission.objects.count()
        assert Transfer.objects.filter(kind="accrue").count() == lines
        assert not Sale.objects.exclude(state=Sale.State.COMPUTED).exists()
        assert not Refund.objects.exclude(state=Refund.State.COMPUTED).exists()


@pytest.mark.slow
def test_an_import_survives_killed_workers_and_a_lost_redis(
    disturbed: Stack, orders: Path, rounds: int, dice: random.Random
) -> None:
    shop = make_shop()
    job = shop.queue(orders)
    for number in range(rounds):
        wait_for_progress(shop, job, disturbed)
        time.sleep(dice.uniform(0, 0.4))
        assert not is_over(shop, job), f"over before kill {number + 1}: too few orders"
        disturbed.worker.kill()
        if number % 2:
            lose_redis(disturbed)
        disturbed.worker.start()
    wait_for_progress(shop, job, disturbed)
    lose_redis(disturbed)
    wait_until(lambda: is_over(shop, job), disturbed)
    disturbed.worker.stop()  # it would take part in the comparison
    assert_whole(shop, orders)
