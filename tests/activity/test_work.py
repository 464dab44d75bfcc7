"""The sweeper finds what waits, whatever one kind of work does."""

import uuid
from collections.abc import Iterator

import pytest

from activity import work
from activity.services import record
from sellers.actors import SYSTEM
from tests.cast import make_team

BROKEN = "broken in a test"


@pytest.fixture
def broken() -> Iterator[str]:
    """A kind of work that cannot say what waits."""

    def waiting() -> list[uuid.UUID]:
        raise RuntimeError(BROKEN)

    work.register(work.Kind(BROKEN, waiting, lambda _seller: False))
    yield BROKEN
    del work._kinds[BROKEN]


def test_a_kind_that_fails_to_say_what_waits_stops_no_other(
    broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    team = make_team()
    with team.scope():
        record(seller=team.seller, actor=SYSTEM, verb="seller.changed", object=team.seller)
    assert work.sweep() >= 1, "the trail of that seller waits"
    assert broken in caplog.text
