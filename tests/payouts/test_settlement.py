"""From approval to the bank and back."""

import csv
import hashlib
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Event, Notification
from ledger.selectors import balances
from payouts import selectors, services
from payouts.models import Batch, BatchItem, BatchLine
from prm.errors import Conflict, NotAllowed, Unacceptable
from tests.payouts.scene import IBANS, Scene, make_scene

FAR = timezone.now() + timedelta(days=365)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_who_drafted_cannot_approve(scene: Scene) -> None:
    scene.earn(scene.partner(), 8000)
    batch = scene.draft()
    with scene.scope(), pytest.raises(NotAllowed, match="someone else approves"):
        services.approve_batch(batch=batch, actor=scene.drafter)
    with scene.scope():
        batch.refresh_from_db()
        assert batch.status == "draft"


def test_the_database_too_wants_two_people(scene: Scene) -> None:
    scene.earn(scene.partner(), 8000)
    batch = scene.draft()
    with pytest.raises(Exception, match="batch_two_people"), scene.scope():
        Batch.objects.filter(pk=batch.pk).update(approved_by=batch.drafted_by)


def test_approval_moves_the_money_into_the_payout(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 8000)
    scene.refund(order, 500)
    batch = scene.approved()
    assert (batch.status, batch.approved_by) == ("approved", scene.team.owner)
    assert scene.statuses(partner) == [(8000, "in_payout"), (-500, "in_payout")]
    with scene.scope():
        (balance,) = balances(partner.pk)
        assert (balance.payable, balance.in_payout, balance.owed) == (0, 7500, 7500)
        with pytest.raises(Conflict):
            services.approve_batch(batch=batch, actor=scene.approver)
        services.export_file(batch=batch, actor=scene.drafter)
        with pytest.raises(Conflict):
            services.cancel_batch(batch=batch, actor=scene.drafter)


def test_approval_pays_what_is_left_not_what_was_drafted(scene: Scene) -> None:
    partner, other = scene.partner(), scene.partner("Gone")
    order, gone = scene.earn(partner, 8000), scene.earn(other, 3000)
    batch = scene.draft()
    scene.refund(order, 1000)
    scene.refund(gone, 3000)
    with scene.scope():
        services.approve_batch(batch=batch, actor=scene.approver)
        lines = {line.partner_id: line for line in selectors.lines_of(batch)}
        assert (lines[partner.pk].amount_minor, lines[partner.pk].status) == (7000, "approved")
        assert lines[other.pk].status == "dropped"


def test_a_draft_with_nothing_left_cannot_be_approved(scene: Scene) -> None:
    order = scene.earn(scene.partner(), 8000)
    batch = scene.draft()
    scene.refund(order, 8000)
    with scene.scope(), pytest.raises(Conflict, match="Nothing is left"):
        services.approve_batch(batch=batch, actor=scene.approver)


def test_a_refund_after_approval_is_carried_into_the_next_batch(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 8000)
    batch = scene.approved()
    scene.refund(order, 1000)
    with scene.scope():
        assert selectors.lines_of(batch).get().amount_minor == 8000
        services.settle_batch(batch=batch, actor=scene.drafter)
    assert scene.statuses(partner) == [(8000, "paid"), (-1000, "payable")]
    with pytest.raises(Conflict):  # the sum is below zero: nothing is paid, it is carried on
        scene.draft()
    scene.earn(partner, 5000)
    with scene.scope():
        assert [c.amount_minor for c in selectors.candidates("EUR", FAR)] == [4000]


def test_the_file_is_written_once_and_safe_to_open(scene: Scene) -> None:
    evil = scene.partner("=cmd|' /C calc'!A0")
    scene.earn(evil, 8000)
    scene.earn(scene.partner("Budi", iban=IBANS[1]), 1234)
    batch = scene.approved()
    with scene.scope():
        first = services.export_file(batch=batch, actor=scene.drafter)
        second = services.export_file(batch=batch, actor=scene.approver)
        assert first == second
        assert hashlib.sha256(first).hexdigest() == batch.file_hash
        batch.refresh_from_db()
        assert batch.exported_at is not None
        assert batch.shown_status == "exported"
        exports = Event.objects.filter(verb="payout.exported").order_by("id")
        assert [event.detail["first"] for event in exports] == [True, False]
        # the account numbers in it are not readable in the database
        assert IBANS[0].encode() not in bytes(batch.file or b"")
    rows = list(csv.DictReader(io.StringIO(first.decode())))
    by_account = {row["account"]: row for row in rows}
    assert by_account[IBANS[0]]["partner"].startswith("'=cmd")
    assert by_account[IBANS[0]]["amount"] == "80.00"
    assert by_account[IBANS[1]]["amount"] == "12.34"
    assert {row["currency"] for row in rows} == {"EUR"}
    assert len({row["reference"] for row in rows}) == 2


def test_the_file_stays_as_approved_when_accounts_change(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.approved()
    with scene.scope():
        before = services.export_file(batch=batch, actor=scene.drafter)
        services.set_payout_method(
            partner=partner, kind="iban", name="New", account=IBANS[2], actor=scene.approver
        )
        assert services.export_file(batch=batch, actor=scene.drafter) == before


def test_a_draft_has_no_file(scene: Scene) -> None:
    scene.earn(scene.partner(), 8000)
    batch = scene.draft()
    with scene.scope(), pytest.raises(Conflict):
        services.export_file(batch=batch, actor=scene.drafter)


def test_settling_pays_everybody_and_tells_them(scene: Scene) -> None:
    partner = scene.partner()
    person = scene.person(partner)
    scene.person(partner, "member")
    scene.earn(partner, 8000)
    batch = scene.approved()
    with scene.scope():
        services.settle_batch(batch=batch, actor=scene.drafter)
        (balance,) = balances(partner.pk)
        assert (balance.paid, balance.owed) == (8000, 0)
        told = Notification.objects.filter(event__verb="payout.paid")
        assert [each.user for each in told] == [person]
        assert "80.00 is on its way to DE•• 3000" in told[0].subject
        with pytest.raises(Conflict):
            services.settle_batch(batch=batch, actor=scene.drafter)
    assert scene.statuses(partner) == [(8000, "paid")]


def test_a_returned_line_is_payable_again(scene: Scene) -> None:
    rani, budi = scene.partner("Rani"), scene.partner("Budi")
    scene.person(rani)
    scene.earn(rani, 8000)
    scene.earn(budi, 3000)
    batch = scene.approved()
    with scene.scope():
        line = selectors.lines_of(batch).get(partner=rani)
        services.return_line(line=line, reason="Account closed, 100 % sure", actor=scene.drafter)
        assert Notification.objects.get(event__verb="payout.returned").body.startswith("Account")
        with pytest.raises(Conflict):
            services.return_line(line=line, reason="Again", actor=scene.drafter)
        services.settle_batch(batch=batch, actor=scene.drafter)
        statuses = {each.partner_id: each.status for each in selectors.lines_of(batch)}
        assert statuses == {rani.pk: "returned", budi.pk: "settled"}
    assert scene.statuses(rani) == [(8000, "payable")]
    again = scene.draft()
    with scene.scope():
        assert selectors.lines_of(again).get().partner_id == rani.pk
        services.approve_batch(batch=again, actor=scene.approver)
        services.settle_batch(batch=again, actor=scene.drafter)
        assert balances(rani.pk)[0].paid == 8000


def test_a_return_says_why(scene: Scene) -> None:
    scene.earn(scene.partner(), 8000)
    batch = scene.approved()
    with scene.scope():
        line = selectors.lines_of(batch).get()
        for reason in ("  ", "x" * 301):
            with pytest.raises(Unacceptable) as refused:
                services.return_line(line=line, reason=reason, actor=scene.drafter)
            assert refused.value.errors[0].field == "reason"


def test_the_last_line_finishes_the_batch(scene: Scene) -> None:
    rani, budi = scene.partner("Rani"), scene.partner("Budi")
    scene.earn(rani, 8000)
    scene.earn(budi, 3000)
    batch = scene.approved()
    with scene.scope():
        services.settle_line(line=selectors.lines_of(batch).get(partner=rani), actor=scene.drafter)
        batch.refresh_from_db()
        assert batch.status == "approved"
        services.return_line(
            line=selectors.lines_of(batch).get(partner=budi), reason="No", actor=scene.drafter
        )
        batch.refresh_from_db()
        assert batch.status == "settled"


def test_a_refund_between_approval_and_return_lowers_the_next_payout(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 8000)
    batch = scene.approved()
    scene.refund(order, 1000)
    with scene.scope():
        line = selectors.lines_of(batch).get()
        services.return_line(line=line, reason="Closed", actor=scene.drafter)
    again = scene.draft()
    with scene.scope():
        assert selectors.lines_of(again).get().amount_minor == 7000


def test_many_lines_with_many_reversals_pass_the_guards(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In chunks of two the payout account would fall below zero if the order were another."""
    monkeypatch.setattr("payouts.services.money.CHUNK", 2)
    partner = scene.partner()
    orders = [scene.earn(partner, 1000) for _ in range(4)]
    for order in orders:
        scene.refund(order, 900)
    batch = scene.approved()
    with scene.scope():
        assert selectors.lines_of(batch).get().amount_minor == 400
        services.settle_batch(batch=batch, actor=scene.drafter)
        assert balances(partner.pk)[0].paid == 400
        assert BatchItem.objects.filter(is_current=True).count() == 8
        assert BatchLine.objects.get().status == "settled"
