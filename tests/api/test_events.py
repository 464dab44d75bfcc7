"""What earns besides a plain sale, over the API: leads, clicks, charges, coupons, payments."""

from datetime import timedelta

from django.utils import timezone

from activity import work
from campaigns.models import Program
from commissions.models import Commission
from ledger import checks as ledger_checks
from sellers.scope import seller_scope
from tests.api.scene import Scene, make_scene
from tests.cast import token
from tests.tracking.clicks import MACHINE, click, clicks, impressions
from tracking.models import Link
from tracking.spool import IMPRESSION


def rule(scene: Scene, **content: object) -> None:
    """One more rule of the scene's program, in force for its past too."""
    since = (timezone.now() - timedelta(days=60)).isoformat()
    body = {"name": "Rule", "valid_from": since, **content}
    scene.api.made(f"programs/{scene.program['id']}/rules", body)


def earned(scene: Scene) -> list[int]:
    """All amounts of the scene's seller, oldest first."""
    scene.compute()
    with seller_scope(scene.api.seller.pk):
        return list(Commission.objects.order_by("id").values_list("amount_minor", flat=True))


def test_a_lead_is_taken_once_and_paid_by_its_rule() -> None:
    scene = make_scene()
    rule(scene, event="lead", reward={"type": "flat", "amount": 350})
    lead = {"external_id": f"lead-{token()}", "link": scene.link["code"]}
    first = scene.api.post("leads", lead)
    again = scene.api.post("leads", lead)
    other = scene.api.post("leads", {**lead, "metadata": {"form": "b"}})
    assert (first.status, again.status, other.status) == (201, 200, 409)
    assert first.body["partner"] == scene.partner["id"]
    assert earned(scene) == [350]
    assert scene.commission()["reason"]


def test_a_lead_without_a_partner_is_kept_and_earns_nothing() -> None:
    scene = make_scene()
    rule(scene, event="signup", reward={"type": "flat", "amount": 350})
    lead = scene.api.made("leads", {"external_id": f"s-{token()}", "kind": "signup"})
    assert lead["partner"] is None
    assert earned(scene) == []
    assert scene.api.get(f"leads/{lead['id']}").body["commission_state"] == "computed"


def test_clicks_earn_once_per_link_and_closed_day() -> None:
    scene = make_scene()
    rule(scene, event="click", reward={"type": "per_unit", "amount": 5})
    yesterday = timezone.now() - timedelta(days=1)
    with seller_scope(scene.api.seller.pk):
        link = Link.objects.get(pk=scene.link["id"])
    clicks(link, 3, at=yesterday)
    click(link, at=yesterday, agent=MACHINE)
    click(link)
    for _time in range(2):
        work.drain("clicks", scene.api.seller.pk)
        assert earned(scene) == [15]


def test_banners_shown_earn_per_thousand_of_a_link_and_closed_day() -> None:
    scene = make_scene()
    rule(scene, event="impression", reward={"type": "per_thousand", "amount": 999})
    yesterday = timezone.now() - timedelta(days=1)
    with seller_scope(scene.api.seller.pk):
        link = Link.objects.get(pk=scene.link["id"])
    impressions(link, 5, at=yesterday)
    click(link, at=yesterday, agent=MACHINE, kind=IMPRESSION)
    click(link, at=yesterday)
    for _time in range(2):
        work.drain("clicks", scene.api.seller.pk)
        assert earned(scene) == [5], "5 x 9.99 / 1,000 is 0.04995"
    assert "per 1,000" in scene.commission()["reason"]


def test_a_later_charge_stays_with_the_partner_of_the_first() -> None:
    scene = make_scene()
    rule(scene, event="renewal", reward={"type": "percent", "rate": "3"})
    charge = {"subscription_id": f"sub-{token()}", "number": 1}
    scene.sell(10_000, charge=charge)
    second = {"external_id": f"c-{token()}", "currency": "EUR", "amount": 10_000}
    sale = scene.api.made("sales", {**second, "charge": {**charge, "number": 2}})
    assert sale["partner"] == scene.partner["id"]
    assert sale["attribution"]["method"] == "subscription"
    assert earned(scene) == [1_000, 300]


def test_a_coupon_meets_the_condition_of_a_rule() -> None:
    scene = make_scene()
    condition = {"all": [{"field": "coupon", "op": "eq", "value": "BEANS"}]}
    reward = {"type": "percent", "rate": "20"}
    rule(scene, reward=reward, conditions=condition, priority=5)
    scene.sell(1_000, coupon="BEANS")
    scene.sell(1_000)
    assert sorted(earned(scene)) == [100, 200]


def test_the_hold_begins_with_the_payment_where_the_program_says_so() -> None:
    scene = make_scene(hold_days=10, hold_from="payment")
    sale = scene.sell(1_000)
    scene.compute()
    assert scene.commission()["payable_at"] is None
    now = timezone.now()
    before = scene.api.post(f"sales/{sale['id']}/payments", {"paid_at": "2020-01-01T00:00:00Z"})
    assert (before.status, before.body["errors"][0]["field"]) == (422, "paid_at")
    paid = {"paid_at": now.isoformat()}
    assert scene.api.post(f"sales/{sale['id']}/payments", paid).status == 200
    assert scene.api.post(f"sales/{sale['id']}/payments", paid).status == 200
    later = {"paid_at": (now + timedelta(seconds=1)).isoformat()}
    assert scene.api.post(f"sales/{sale['id']}/payments", later).status == 409
    due = scene.commission()["payable_at"]
    assert due[:10] == (now + timedelta(days=10)).date().isoformat()


def test_what_a_recruiter_earned_is_rejected_with_what_it_was_earned_on() -> None:
    scene = make_scene()
    api, program = scene.api, scene.program["id"]
    recruiter = api.made("partners", {"name": "Recruiter"})
    api.made(f"partners/{recruiter['id']}/enrollments", {"program": program})
    changed = api.patch(f"partners/{scene.partner['id']}", {"recruited_by": recruiter["id"]})
    assert changed.status == 200
    reward = {"type": "percent", "rate": "10"}
    rule(scene, event="commission", override={"level": 1}, reward=reward)
    with seller_scope(api.seller.pk):
        Program.objects.update(auto_approve_commissions=False)
    scene.sell(10_000)
    assert earned(scene) == [1_000, 100]
    with seller_scope(api.seller.pk):
        own = Commission.objects.get(on=None)
    assert api.post(f"commissions/{own.pk}/reject", {"reason": "Not ours"}).status == 200
    with seller_scope(api.seller.pk):
        assert set(Commission.objects.values_list("status", flat=True)) == {"rejected"}
        assert ledger_checks.faults() == []
