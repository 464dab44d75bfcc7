"""What the database keeps, and what the check of the books finds."""

import pytest
from django.db import DatabaseError, connection

from ledger import checks
from payouts import services
from tests.payouts.scene import Scene, make_scene
from tests.superuser import superuser


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payouts_batch SET file = ''",
        "UPDATE payouts_batch SET file_hash = repeat('0', 64)",
        "UPDATE payouts_batch SET approved_by_id = NULL",
        "UPDATE payouts_batch SET currency = 'USD'",
        "UPDATE payouts_batchline SET amount_minor = amount_minor + 1",
        "UPDATE payouts_batchline SET reference = 'x'",
    ],
)
def test_an_approved_batch_is_frozen_in_the_database(scene: Scene, sql: str) -> None:
    scene.earn(scene.partner(), 8000)
    scene.approved()
    with pytest.raises(DatabaseError, match="is frozen"), scene.team.scope():
        connection.cursor().execute(sql)


def test_a_line_pays_something(scene: Scene) -> None:
    scene.earn(scene.partner(), 8000)
    scene.draft()
    with pytest.raises(DatabaseError, match="line_pays_something"), scene.team.scope():
        connection.cursor().execute("UPDATE payouts_batchline SET amount_minor = 0")


PLANTED = {
    "an amount": (
        "UPDATE payouts_batchline SET amount_minor = 9 WHERE seller_id = %s",
        "is 9, its commissions sum to 8000",
    ),
    "paid twice": (
        "UPDATE payouts_batchitem SET is_current = false WHERE seller_id = %s",
        "is paid without a payout",
    ),
    "a status": (
        "UPDATE payouts_batchline SET status = 'approved' WHERE seller_id = %s",
        "is paid, its payout",
    ),
}


@pytest.mark.parametrize(("sql", "found"), PLANTED.values(), ids=PLANTED.keys())
def test_the_check_finds_payouts_that_do_not_agree(scene: Scene, sql: str, found: str) -> None:
    scene.earn(scene.partner(), 8000)
    batch = scene.approved()
    with scene.scope():
        services.settle_batch(batch=batch, actor=scene.drafter)
    with superuser() as cursor:
        cursor.execute(sql, [str(scene.team.id)])
    with scene.team.scope():
        told = "\n".join(checks.faults())
    assert found in told
