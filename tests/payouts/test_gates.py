"""What stops a partner is read for the draft, at its approval, and again when the money goes."""

from collections.abc import Callable

import pytest

from campaigns.services import onboarding
from commissions.models import Commission, Signal
from partners import services as partners
from partners.models import Partner
from payouts import rules, selectors, services
from payouts.models import Batch, BatchLine
from prm.errors import Conflict
from tests.cast import token
from tests.payouts.scene import IBANS, Scene, make_program, make_scene

Stop = Callable[[Scene, Partner], None]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def suspend(scene: Scene, partner: Partner) -> None:
    partners.suspend_partner(partner=partner, reason="Brand bidding", actor=scene.approver)


def change_account(scene: Scene, partner: Partner) -> None:
    services.set_payout_method(
        partner=partner, kind="iban", name="New", account=IBANS[2], actor=scene.approver
    )


def ask_for_a_step(scene: Scene, partner: Partner) -> None:
    """A first step without which this program pays nobody: to have read the terms."""
    program = scene.enrollment(partner).program
    onboarding.set_checklist(
        program=program, steps=[{"kind": "terms", "gates": ["payouts"]}], actor=scene.approver
    )


def review_partner(scene: Scene, partner: Partner) -> None:
    review(scene, partner)


def review(scene: Scene, partner: Partner, order: str = "") -> Signal:
    lines = Commission.objects.filter(partner=partner)
    return Signal.objects.create(
        seller=scene.team.seller,
        kind="duplicate_account",
        key=token(),
        action="hold",
        partner=partner,
        program=scene.program if order else None,
        sale=lines.get(sale__external_id=order).sale if order else None,
        facts={"what": "email", "others": []},
    )


STOPS: dict[str, Stop] = {
    rules.SUSPENDED: suspend,
    rules.NEW_METHOD: change_account,
    rules.ONBOARDING: ask_for_a_step,
    rules.HELD: review_partner,
}
stops = pytest.mark.parametrize(("reason", "stop"), STOPS.items(), ids=STOPS.keys())


def two(scene: Scene) -> tuple[Partner, Partner]:
    """Somebody to stop, and somebody of another program whom nothing stops."""
    rani = scene.partner("Rani")
    scene.earn(rani, 8000)
    with scene.team.scope():
        other = make_program(scene.team)
    budi = scene.partner("Budi", iban=IBANS[1], program=other)
    scene.earn(budi, 3000)
    return rani, budi


def lines(batch: Batch) -> dict[object, tuple[str, str]]:
    rows = BatchLine.objects.filter(batch=batch)
    return {line.partner_id: (line.status, line.reason) for line in rows}


@stops
def test_approval_reads_them_again(scene: Scene, reason: str, stop: Stop) -> None:
    rani, budi = two(scene)
    batch = scene.draft()
    with scene.scope():
        assert set(lines(batch).values()) == {("draft", "")}
        stop(scene, rani)
        approved = services.approve_batch(batch=batch, actor=scene.approver)
        assert lines(batch) == {rani.pk: ("dropped", reason), budi.pk: ("approved", "")}
        assert [row["reason"] for row in approved.left_out] == [reason]
        assert IBANS[0].encode() not in services.export_file(batch=batch, actor=scene.drafter)


@stops
def test_nothing_is_sent_while_one_is_stopped(scene: Scene, reason: str, stop: Stop) -> None:
    rani, budi = two(scene)
    batch = scene.approved()
    with scene.scope():
        stop(scene, rani)
        line, other = (selectors.lines_of(batch).get(partner=one) for one in (rani, budi))
        for act in (
            lambda: services.export_file(batch=batch, actor=scene.drafter),
            lambda: services.settle_batch(batch=batch, actor=scene.drafter),
            lambda: services.settle_line(line=line, actor=scene.drafter),
        ):
            with pytest.raises(Conflict, match="Rani") as refused:
                act()
            assert str(rules.REASONS[reason]) in str(refused.value)
        services.settle_line(line=other, actor=scene.drafter)
        assert lines(batch) == {rani.pk: ("approved", ""), budi.pk: ("settled", "")}


@stops
def test_what_the_bank_has_is_a_fact(scene: Scene, reason: str, stop: Stop) -> None:
    rani, _budi = two(scene)
    batch = scene.approved()
    with scene.scope():
        first = services.export_file(batch=batch, actor=scene.drafter)
        assert IBANS[0].encode() in first
        stop(scene, rani)
        assert services.export_file(batch=batch, actor=scene.drafter) == first
        services.settle_batch(batch=batch, actor=scene.drafter)
        assert {status for status, _reason in lines(batch).values()} == {"settled"}


def test_a_review_of_a_sale_since_the_approval_stops_the_file(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 8000)
    batch = scene.approved()
    with scene.scope():
        signal = review(scene, partner, order)
        with pytest.raises(Conflict, match="Held"):
            services.export_file(batch=batch, actor=scene.drafter)
        Signal.objects.filter(pk=signal.pk).update(status=Signal.Status.CLEARED)
        assert services.export_file(batch=batch, actor=scene.drafter)


def test_a_batch_that_did_not_go_out_is_cancelled_whole(scene: Scene) -> None:
    rani, budi = two(scene)
    batch = scene.approved()
    with scene.scope():
        suspend(scene, rani)
        services.cancel_batch(batch=batch, actor=scene.approver)
        assert {status for status, _reason in lines(batch).values()} == {"dropped"}
    assert scene.statuses(rani) == [(8000, "payable")]
    again = scene.draft()
    with scene.scope():
        assert list(lines(again)) == [budi.pk]
        services.approve_batch(batch=again, actor=scene.approver)
        services.export_file(batch=again, actor=scene.drafter)
        with pytest.raises(Conflict, match="gone out"):
            services.cancel_batch(batch=again, actor=scene.approver)


def test_a_file_that_would_pay_a_returned_line_is_not_given_out(scene: Scene) -> None:
    rani, _budi = two(scene)
    batch = scene.approved()
    with scene.scope():
        line = selectors.lines_of(batch).get(partner=rani)
        services.return_line(line=line, reason="Wrong number", actor=scene.drafter)
        with pytest.raises(Conflict, match="returned before"):
            services.export_file(batch=batch, actor=scene.drafter)
        with pytest.raises(Conflict, match="gone out"):
            services.cancel_batch(batch=batch, actor=scene.approver)
        services.settle_batch(batch=batch, actor=scene.drafter)
