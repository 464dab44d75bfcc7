"""Who gets into a batch, and what happens to a draft meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Event, Notification
from campaigns import services as campaigns
from commissions import services as commissions
from commissions.models import Commission
from partners import services as partners
from payouts import selectors, services
from payouts.models import BatchItem, BatchLine
from prm.errors import Conflict, NotAllowed, Unacceptable
from sellers.actors import SYSTEM, Actor
from sellers.services import make_api_key
from tests.payouts.scene import Scene, make_program, make_scene


@pytest.fixture
def scene() -> Scene:
    return make_scene(minimum=5000)


def reasons(batch_left_out: list[dict[str, object]]) -> dict[str, object]:
    return {str(row["partner"]).rsplit(" ", 1)[0]: row["reason"] for row in batch_left_out}


def test_each_partner_who_is_due_gets_one_line(scene: Scene) -> None:
    rani, budi = scene.partner("Rani"), scene.partner("Budi")
    scene.earn(rani, 4000)
    scene.earn(rani, 1000)
    scene.earn(budi, 9000)
    batch = scene.draft()
    with scene.scope():
        lines = {line.partner_id: line for line in selectors.lines_of(batch)}
        assert {key: line.amount_minor for key, line in lines.items()} == {
            rani.pk: 5000,  # the minimum itself is enough
            budi.pk: 9000,
        }
        assert lines[rani.pk].item_count == 2  # type: ignore[attr-defined]
        assert selectors.batch_by_id(batch.pk).total_minor == 14000  # type: ignore[attr-defined]
        assert batch.number.startswith("P-20")
        assert batch.number.endswith("-A")
    assert scene.statuses(rani) == [(4000, "payable"), (1000, "payable")]


def test_whoever_is_left_out_is_listed_with_the_reason(scene: Scene) -> None:
    paid = scene.partner("Paid")
    few, homeless = scene.partner("Few"), scene.partner("Homeless", iban=None)
    suspended, owing = scene.partner("Suspended"), scene.partner("Owing")
    for partner, amount in ((paid, 5000), (few, 4999), (homeless, 8000), (suspended, 8000)):
        scene.earn(partner, amount)
    with scene.scope():
        partners.suspend_partner(partner=suspended, reason="Brand bidding", actor=scene.approver)
        commissions.adjust(
            enrollment=scene.enrollment(owing),
            amount_minor=-700,
            currency="EUR",
            reason="Paid twice by hand",
            actor=scene.approver,
        )
    batch = scene.draft()
    assert reasons(batch.left_out) == {
        "Few": "below_minimum",
        "Homeless": "no_method",
        "Suspended": "suspended",
        "Owing": "nothing_owed",
    }
    with scene.scope():
        assert [line.partner_id for line in selectors.lines_of(batch)] == [paid.pk]


def test_who_has_left_is_still_paid_what_he_earned(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 6000)
    with scene.scope():
        partners.terminate_partner(partner=partner, reason="Closed shop", actor=scene.approver)
    assert scene.draft().left_out == []


def test_the_cutoff_itself_counts_and_later_lines_wait(scene: Scene) -> None:
    partner = scene.partner()
    early = scene.earn(partner, 6000, days_ago=3)
    scene.earn(partner, 7000, days_ago=1)
    with scene.scope():
        cutoff = Commission.objects.get(sale__external_id=early).payable_at
    batch = scene.draft(cutoff=cutoff)
    with scene.scope():
        assert selectors.lines_of(batch).get().amount_minor == 6000


def test_a_line_whose_hold_just_ended_is_in_without_any_worker(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 6000)
    with scene.scope():
        assert [c.amount_minor for c in selectors.candidates("EUR", timezone.now())] == [6000]
    scene.draft()
    assert scene.statuses(partner) == [(6000, "payable")]


def test_the_smallest_minimum_of_a_partners_programs_holds(scene: Scene) -> None:
    second = make_program(scene.team, minimum=20000)
    partner = scene.partner()
    scene.earn(partner, 6000)
    with scene.scope():
        enrollment = campaigns.enroll(program=second, partner=partner, actor=scene.approver)
        commissions.adjust(
            enrollment=enrollment,
            amount_minor=100,
            currency="EUR",
            reason="Welcome",
            actor=scene.approver,
        )
    batch = scene.draft()
    with scene.scope():
        assert selectors.lines_of(batch).get().amount_minor == 6100


def test_nobody_due_is_a_conflict_and_leaves_nothing(scene: Scene) -> None:
    with pytest.raises(Conflict, match="Nobody is due"):
        scene.draft()
    with scene.scope():
        assert not selectors.batches().exists()


@pytest.mark.parametrize("currency", ["XXX", "eur", "", "EURO", "PTS"])
def test_an_unknown_currency_is_refused(scene: Scene, currency: str) -> None:
    with pytest.raises(Unacceptable) as refused:
        scene.draft(currency=currency)
    assert refused.value.errors[0].field == "currency"


def test_one_draft_per_currency(scene: Scene) -> None:
    scene.earn(scene.partner(), 6000)
    scene.draft()
    with pytest.raises(Conflict, match="still a draft"):
        scene.draft()


def test_nobody_but_a_person_drafts(scene: Scene) -> None:
    scene.earn(scene.partner(), 6000)
    with pytest.raises(NotAllowed):
        scene.draft(actor=SYSTEM)


def test_a_key_drafts_for_the_person_who_made_it(scene: Scene) -> None:
    scene.earn(scene.partner(), 6000)
    with scene.scope():
        key, _secret = make_api_key(
            seller=scene.team.seller,
            name="Books",
            scopes=["payouts:write"],
            actor=scene.approver,
        )
    batch = scene.draft(actor=Actor.key(key))
    assert batch.drafted_by == scene.team.owner


def test_those_who_may_approve_are_told(scene: Scene) -> None:
    scene.earn(scene.partner(), 6000)
    batch = scene.draft()
    with scene.scope():
        told = Notification.objects.filter(event__verb="payout.drafted")
        assert [each.user for each in told] == [scene.team.owner]
        assert selectors.approvers(batch) == [scene.team.owner]


# A draft can only sink


def amount_of(scene: Scene, batch: object) -> tuple[int, str]:
    with scene.scope():
        fresh = services.refresh_draft(batch=batch)  # type: ignore[arg-type]
        line = selectors.lines_of(fresh).get()
        return line.amount_minor, line.status


def test_a_refund_lowers_a_draft(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 8000)
    batch = scene.draft()
    scene.refund(order, 1000)
    assert amount_of(scene, batch) == (7000, "draft")
    scene.refund(order, 500)
    assert amount_of(scene, batch) == (6500, "draft")
    with scene.scope():
        lowered = Event.objects.filter(verb="payout.lowered").order_by("id")
        assert [event.changes["amount_minor"] for event in lowered] == [[8000, 7000], [7000, 6500]]


def test_a_commission_taken_back_whole_leaves_the_draft(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 8000)
    scene.earn(partner, 5000)
    batch = scene.draft()
    scene.refund(order, 3000)
    assert amount_of(scene, batch) == (10000, "draft")
    scene.refund(order, 5000)
    assert amount_of(scene, batch) == (5000, "draft")
    with scene.scope():
        current = BatchItem.objects.filter(is_current=True)
        assert [item.commission.status for item in current] == ["payable"]


def test_a_line_that_sinks_below_the_minimum_is_dropped(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 5000)
    batch = scene.draft()
    scene.refund(order, 1)
    assert amount_of(scene, batch) == (4999, "dropped")
    with scene.scope():
        batch.refresh_from_db()
        assert [row["reason"] for row in batch.left_out] == ["below_minimum"]
        assert not BatchItem.objects.filter(is_current=True).exists()


def test_a_held_line_leaves_and_does_not_come_back(scene: Scene) -> None:
    partner = scene.partner()
    order = scene.earn(partner, 8000)
    scene.earn(partner, 6000)
    batch = scene.draft()
    with scene.scope():
        commission = Commission.objects.get(sale__external_id=order)
        commissions.hold_commission(commission=commission, reason="Looks odd", actor=scene.approver)
    assert amount_of(scene, batch) == (6000, "draft")
    with scene.scope():
        commissions.release_commission(commission=commission, actor=scene.approver)
    assert amount_of(scene, batch) == (6000, "draft")


def test_a_suspended_partner_is_dropped(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.draft()
    with scene.scope():
        partners.suspend_partner(partner=partner, reason="Spam", actor=scene.approver)
    assert amount_of(scene, batch) == (8000, "dropped")


def test_later_earnings_wait_for_the_next_batch(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.draft(cutoff=timezone.now() + timedelta(days=1))
    scene.earn(partner, 8000)
    assert amount_of(scene, batch) == (8000, "draft")


def test_a_cancelled_draft_frees_its_lines(scene: Scene) -> None:
    partner = scene.partner()
    scene.earn(partner, 8000)
    batch = scene.draft()
    with scene.scope():
        services.cancel_batch(batch=batch, actor=scene.drafter)
        with pytest.raises(Conflict):
            services.cancel_batch(batch=batch, actor=scene.drafter)
    again = scene.draft()
    assert again.number.endswith("-B")
    with scene.scope():
        assert selectors.lines_of(again).get().amount_minor == 8000
        assert selectors.lines_of(batch).get().status == BatchLine.Status.DROPPED
