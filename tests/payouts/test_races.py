"""Nothing is paid twice, however two people or programs meet.

Each race is tried as it is, and again with the lock taken out and both held at the point where
they have read and not yet written: that shows the race is real, and that the guards behind the
lock (conditional updates, unique claims, the ledger's own) hold too.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from commissions import services as commissions
from commissions.models import Commission
from ledger.selectors import balances
from payouts import selectors, services
from payouts.models import Batch, BatchItem, BatchLine
from payouts.services import drafts
from prm.errors import Conflict
from sellers.actors import Actor
from sellers.models import Seller
from tests.cast import join_team, make_user
from tests.payouts.scene import Scene, at_once, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def in_scope(scene: Scene, act: Callable[..., Any], **values: Any) -> Callable[[], Any]:
    """The service call in a scope of its own, for another thread."""

    def run() -> Any:
        with scene.team.scope():
            return act(**values)

    return run


def won(results: list[Any]) -> list[Any]:
    return [each for each in results if not isinstance(each, Exception)]


def lost(results: list[Any]) -> list[Exception]:
    return [each for each in results if isinstance(each, Exception)]


class Meeting:
    """Stands in for a lock: reads without locking, and goes on when both have read."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(2)
        self.read: list[str] = []

    def batch(self, batch: Batch) -> Batch:
        found = Batch.objects.select_related("seller").get(pk=batch.pk)
        self.read.append(found.status)
        self.barrier.wait(10)
        return found

    def seller(self, seller: Seller) -> None:
        self.barrier.wait(10)

    def draft(self, currency: str) -> None:
        self.read.append("draft" if selectors.open_draft(currency) else "free")
        self.barrier.wait(10)


def test_two_drafts_at_once(scene: Scene, rounds: int) -> None:
    scene.earn(scene.partner(), 8000)
    for _ in range(rounds):
        results = at_once(scene.draft, scene.draft)
        assert [type(each) for each in lost(results)] == [Conflict]
        with scene.scope():
            assert BatchItem.objects.filter(is_current=True).count() == 1
            services.cancel_batch(batch=won(results)[0], actor=scene.drafter)


def test_two_drafts_that_both_saw_the_lines_free(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.earn(scene.partner(), 8000)
    meeting = Meeting()
    monkeypatch.setattr(drafts, "_one_at_a_time", meeting.seller)
    monkeypatch.setattr(drafts, "_refuse_second_draft", meeting.draft)
    results = at_once(scene.draft, scene.draft)
    assert meeting.read == ["free", "free"]
    assert [type(each) for each in lost(results)] == [Conflict]
    with scene.scope():
        assert Batch.objects.count() == 1
        assert BatchItem.objects.filter(is_current=True).count() == 1


def test_a_commission_cannot_be_in_two_batches(scene: Scene) -> None:
    scene.earn(scene.partner(), 8000)
    batch = scene.draft()
    with scene.team.scope():
        item = BatchItem.objects.select_related("line", "commission").get(line__batch=batch)
    again = BatchItem(seller_id=item.seller_id, line=item.line, commission=item.commission)
    with pytest.raises(IntegrityError, match="item_one_current_batch"), scene.team.scope():
        again.save(force_insert=True)


def two_approvals(scene: Scene, batch: Batch) -> list[Any]:
    second = join_team(scene.team.seller, scene.team.owner, make_user("Sri"), "finance")
    return at_once(
        *(
            in_scope(scene, services.approve_batch, batch=batch, actor=actor)
            for actor in (scene.approver, Actor.person(second))
        )
    )


def test_two_approvals_at_once(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.draft()
    results = two_approvals(scene, batch)
    assert [type(each) for each in lost(results)] == [Conflict]
    with scene.scope():
        assert balances(partner.pk)[0].in_payout == 8000


def test_two_approvals_that_both_saw_a_draft(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.draft()
    meeting = Meeting()
    monkeypatch.setattr(drafts, "lock", meeting.batch)
    results = two_approvals(scene, batch)
    assert meeting.read == ["draft", "draft"]
    assert len(won(results)) == 1
    with scene.scope():
        assert balances(partner.pk)[0].in_payout == 8000
        batch.refresh_from_db()
        assert batch.file_hash == won(results)[0].file_hash


def settle_and_return(scene: Scene, batch: Batch) -> list[Any]:
    with scene.scope():
        line = selectors.lines_of(batch).get()
    return at_once(
        in_scope(scene, services.settle_batch, batch=batch, actor=scene.drafter),
        in_scope(scene, services.return_line, line=line, reason="Closed", actor=scene.drafter),
    )


def assert_either_paid_or_back(scene: Scene, partner_id: Any) -> None:
    with scene.scope():
        (balance,) = balances(partner_id)
        assert (balance.paid, balance.payable, balance.in_payout) in {(8000, 0, 0), (0, 8000, 0)}
        line = BatchLine.objects.get()
        assert line.status == ("settled" if balance.paid else "returned")
        (status,) = Commission.objects.values_list("status", flat=True)
        assert status == ("paid" if balance.paid else "payable")


def test_settling_and_returning_at_once(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.approved()
    results = settle_and_return(scene, batch)
    assert [type(each) for each in lost(results)] == [Conflict]
    assert_either_paid_or_back(scene, partner.pk)


def test_settling_and_returning_that_both_saw_it_on_its_way(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.approved()
    meeting = Meeting()
    monkeypatch.setattr(drafts, "lock", meeting.batch)
    results = settle_and_return(scene, batch)
    assert meeting.read == ["approved", "approved"]
    assert len(won(results)) == 1
    assert_either_paid_or_back(scene, partner.pk)


def test_a_refund_while_the_batch_is_approved(scene: Scene, rounds: int) -> None:
    """Either the payout is lowered, or the refund is carried; never both, never neither."""
    for _ in range(rounds):
        partner = scene.partner()
        order = scene.earn(partner, 8000)
        batch = scene.draft()
        results = at_once(
            in_scope(scene, services.approve_batch, batch=batch, actor=scene.approver),
            partial(scene.take_back, order, 1000),
        )
        assert lost(results) == []
        with scene.scope():
            (balance,) = balances(partner.pk)
            assert (balance.in_payout, balance.payable) in {(7000, 0), (8000, -1000)}
            services.settle_batch(batch=batch, actor=scene.drafter)


def test_a_hold_while_the_batch_is_approved(scene: Scene, rounds: int) -> None:
    for _ in range(rounds):
        partner = scene.partner()
        scene.earn(partner, 8000)
        order = scene.earn(partner, 1000)
        batch = scene.draft()
        with scene.scope():
            commission = Commission.objects.get(sale__external_id=order)
        at_once(
            in_scope(scene, services.approve_batch, batch=batch, actor=scene.approver),
            in_scope(
                scene,
                commissions.hold_commission,
                commission=commission,
                reason="Odd",
                actor=scene.approver,
            ),
        )
        with scene.scope():
            (balance,) = balances(partner.pk)
            assert (balance.in_payout, balance.held) in {(8000, 1000), (9000, 0)}
            services.settle_batch(batch=batch, actor=scene.drafter)
