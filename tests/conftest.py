"""Fixtures for every test. Tests commit for real as the application's own database role."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from prm.embedded import start
from tests.stack import Stack


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database is there already (tests/services.py); pytest-django must not make another."""


@pytest.fixture(scope="session", autouse=True)
def _database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Opens the database to every test: row security keeps them apart, not a rollback."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def _seldom_collected() -> None:
    """As the web server has it (prm/wsgi.py): what is loaded stays, so it is not looked through."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


_shared: list[Stack] = []


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The running product, started on first use and shared by the tests of this process."""
    running = Stack("stack")
    running.start()
    _shared.append(running)
    yield running
    _shared.remove(running)
    running.stop()


@pytest.fixture(autouse=True)
def _worker_rests(request: pytest.FixtureRequest) -> None:
    """Keeps the shared stack's worker from doing the work of tests that do theirs in-process."""
    for shared in _shared:
        if "stack" not in request.fixturenames:
            shared.worker.stop()
        elif not shared.worker.running:
            shared.worker.start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a real worker first, before others leave it work; then the long ones.

    Those of the demo come one after the other, so that one process loads it for all of them.
    """
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    names = getattr(item, "fixturenames", ())
    if item.get_closest_marker("demo"):
        return 1 if "stack" in names else 2
    if "stack" in names:
        return 0
    if "own_stack" in names:
        return 3
    return 4 if item.get_closest_marker("slow") else 5


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack with a Redis of its own (``.redis``), for tests that kill parts.

    It works on this process's database; the shared stack's worker, if any, rests meanwhile, so
    that it does not do the work that the killed one left.
    """
    resting = [shared for shared in _shared if shared.worker.running]
    for shared in resting:
        shared.worker.stop()
    with start(tmp_path / "servers", durable=False, with_postgres=False) as services:
        running = Stack(f"own-{tmp_path.name}", redis=services.redis)
        try:
            running.start()
            yield running
        finally:
            running.stop()
            for shared in resting:
                shared.worker.start()


@pytest.fixture(scope="session")
def rounds() -> int:
    """How often a fault or a race is tried: few in `make test`, many in `make test-long`."""
    return int(os.environ.get("PRM_TEST_ROUNDS", "2"))
