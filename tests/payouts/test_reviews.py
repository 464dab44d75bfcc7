"""Nothing of a partner whom a review stops is paid, of whatever kind the line is."""

import pytest
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Enrollment, Program
from commissions import services as commissions
from commissions.models import Commission, CommissionKind, OccasionKind, Signal
from commissions.screening import deciding, stopping
from commissions.screening import partners as looking
from commissions.services.occasions import OccasionInput, Settled, pay_once
from partners.models import Partner
from payouts import selectors, services
from payouts.models import Batch, BatchItem
from prm.errors import Conflict
from tests.cast import token
from tests.payouts.scene import IBANS, Scene, make_program, make_scene

Status = Commission.Status
KINDS = ("commission", "adjustment", "bonus", "settlement")


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def stop(scene: Scene, partner: Partner, program: Program | None = None) -> Signal:
    """A review about a partner himself, raised before he earns anything."""
    with scene.team.scope():
        return Signal.objects.create(
            seller=scene.team.seller,
            kind="duplicate_account",
            key=token(),
            action="hold",
            partner=partner,
            program=program,
            facts={"what": "email", "others": []},
        )


def give(scene: Scene, partner: Partner, kind: str, amount: int, program: Program) -> None:
    """A payable line of one kind, in a program."""
    if kind == "commission":
        scene.earn(partner, amount)
        return
    with scene.scope():
        rows = Enrollment.objects.select_related("program", "partner", "seller")
        member = rows.get(partner=partner, program=program)
        if kind == "adjustment":
            commissions.adjust(
                enrollment=member,
                amount_minor=amount,
                currency="EUR",
                reason="By hand",
                actor=scene.team.actor,
            )
            return
        pay_once(
            enrollment=member,
            occasion=OccasionInput(
                kind=OccasionKind.GOAL,
                key=f"{kind}:{token()}",
                label=kind,
                occurred_at=timezone.now(),
                currency="EUR",
            ),
            settled=Settled(CommissionKind(kind), amount, {"what": "goal"}, at_once=True),
            actor=scene.team.actor,
        )


def paid(scene: Scene, batch: Batch) -> dict[str, int]:
    """Partner's id to what the batch pays him now."""
    with scene.team.scope():
        rows = BatchItem.objects.filter(line__batch=batch, is_current=True)
        found: dict[str, int] = {}
        for partner, amount in rows.values_list("line__partner_id", "commission__amount_minor"):
            found[str(partner)] = found.get(str(partner), 0) + amount
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_line_is_paid_to_who_is_stopped(scene: Scene, kind: str) -> None:
    stopped, free = scene.partner("Stopped"), scene.partner("Free", iban=IBANS[1])
    signal = stop(scene, stopped)
    for partner in (stopped, free):
        give(scene, partner, kind, 5_000, scene.program)
    with scene.team.scope():
        due = selectors.candidates("EUR", timezone.now())
    assert [(each.partner, each.reason) for each in due] == [(free, ""), (stopped, "held")]
    assert {each.amount_minor for each in due} == {5_000}
    batch = scene.draft()
    assert [(row["partner"], row["reason"]) for row in batch.left_out] == [(stopped.name, "held")]
    assert paid(scene, batch) == {str(free.pk): 5_000}, "the control is paid"
    assert scene.statuses(stopped) == [(5_000, Status.HELD)]
    with scene.scope():
        services.approve_batch(batch=batch, actor=scene.approver)
        deciding.clear_signal(signal=signal, actor=scene.team.actor)
    assert scene.statuses(stopped) == [(5_000, Status.PAYABLE)]
    assert paid(scene, scene.draft()) == {str(stopped.pk): 5_000}, "and after the decision he is"


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_loses_who_is_stopped_before_it_is_approved(scene: Scene, kind: str) -> None:
    stopped, free = scene.partner("Stopped"), scene.partner("Free", iban=IBANS[1])
    for partner in (stopped, free):
        give(scene, partner, kind, 5_000, scene.program)
    batch = scene.draft()
    assert len(paid(scene, batch)) == 2
    stop(scene, stopped)
    with scene.scope():
        services.approve_batch(batch=batch, actor=scene.approver)
    assert paid(scene, batch) == {str(free.pk): 5_000}
    assert scene.statuses(stopped)[0][1] != Status.IN_PAYOUT
    with scene.team.scope():
        batch.refresh_from_db()
    told = [(row["partner"], row["reason"], row["amount_minor"]) for row in batch.left_out]
    assert told == [(stopped.name, "held", 5_000)]


def test_what_staff_released_by_hand_waits_for_the_review(scene: Scene) -> None:
    partner = scene.partner()
    stop(scene, partner)
    scene.earn(partner, 5_000)
    with scene.scope():
        stopping.hold_the_rest(scene.team.id)
        row = Commission.objects.get(partner=partner)
        commissions.release_commission(commission=row, actor=scene.team.actor)
    assert scene.statuses(partner) == [(5_000, Status.PAYABLE)]
    with pytest.raises(Conflict):
        scene.draft()


def test_a_review_of_one_program_leaves_the_others(scene: Scene) -> None:
    partner, other = scene.partner(), make_program(scene.team)
    with scene.scope():
        campaigns.enroll(program=other, partner=partner, actor=scene.team.actor)
    stop(scene, partner, scene.program)
    give(scene, partner, "bonus", 5_000, scene.program)
    give(scene, partner, "bonus", 700, other)
    assert paid(scene, scene.draft()) == {str(partner.pk): 700}


def test_a_review_that_is_only_noted_or_decided_stops_nothing(scene: Scene) -> None:
    partner = scene.partner()
    for fields in ({"action": "note"}, {"status": "cleared"}):
        signal = stop(scene, partner)
        with scene.team.scope():
            Signal.objects.filter(pk=signal.pk).update(**fields)
    give(scene, partner, "bonus", 5_000, scene.program)
    assert paid(scene, scene.draft()) == {str(partner.pk): 5_000}


def test_confirmed_fraud_takes_all_that_came_meanwhile(scene: Scene) -> None:
    partner = scene.partner()
    signal = stop(scene, partner)
    for kind in KINDS:
        give(scene, partner, kind, 5_000, scene.program)
    with scene.scope():
        deciding.confirm_signal(signal=signal, actor=scene.team.actor, note="Two of the same")
    assert {status for _amount, status in scene.statuses(partner)} == {Status.REJECTED}


def test_the_next_look_at_partners_holds_what_came_meanwhile(scene: Scene) -> None:
    partner = scene.partner()
    stop(scene, partner)
    give(scene, partner, "settlement", 5_000, scene.program)
    looking.step(scene.team.id)
    assert scene.statuses(partner) == [(5_000, Status.HELD)]
