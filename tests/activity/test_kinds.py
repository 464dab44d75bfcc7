"""Every kind of work, swept and drained by a real worker: none fails, none is left out."""

import time
import uuid
from collections.abc import Iterator

import pytest
from django.utils import timezone

from activity import work
from activity.models import WorkLease
from sellers.scope import maintenance_scope
from tests.portal.market import Market, make_market
from tests.stack import Stack

BROKEN = "broken in a test"
SECONDS = 60


@pytest.fixture
def broken() -> Iterator[str]:
    """A kind of work whose step fails."""

    def step(_seller: object) -> bool:
        raise RuntimeError(BROKEN)

    work.register(work.Kind(BROKEN, list, step))
    yield BROKEN
    del work._kinds[BROKEN]


def leases(market: Market) -> dict[str, WorkLease]:
    """By kind, what is known of the last worker."""
    with market.team.scope():
        return {row.kind: row for row in WorkLease.objects.all()}


def leases_over(market: Market) -> set[str]:
    """Kinds that a worker took in hand and let go again."""
    now = timezone.now()
    return {kind for kind, row in leases(market).items() if row.leased_until <= now}


def test_every_kind_can_say_what_waits() -> None:
    market = make_market()
    market.sell()
    for kind in work.kinds():
        with maintenance_scope():
            sellers = set(kind.waiting())
        assert all(isinstance(one, uuid.UUID) for one in sellers), kind.name


def test_a_worker_drains_every_kind_without_an_error(stack: Stack) -> None:
    market = make_market()
    market.refund(market.sell(), 1_000)
    wanted = {kind.name for kind in work.kinds()}
    for name in wanted:
        work._send(name, market.team.id)
    end = time.monotonic() + SECONDS
    while wanted - leases_over(market) and time.monotonic() < end:
        time.sleep(0.05)  # the worker is another process; nothing tells us
    assert wanted - leases_over(market) == set()
    assert {name: row.last_error for name, row in leases(market).items() if row.failures} == {}
    assert "what waits cannot be read" not in stack.worker.text()


def test_a_step_that_fails_would_be_seen(broken: str) -> None:
    market = make_market()
    with pytest.raises(RuntimeError, match=BROKEN):
        work.drain(broken, market.team.id)
    row = leases(market)[broken]
    assert row.failures == 1
    assert BROKEN in row.last_error
