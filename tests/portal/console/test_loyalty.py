"""Loyalty in the console: catalogue, redemptions, stamp cards, friends' rewards."""

import pytest
from django.test import Client

from activity.models import Notification
from campaigns import services as campaigns
from commissions.models import FriendReward, LoyaltyReward, LoyaltySettings, Redemption, StampCard
from tests.cast import signed_in
from tests.commissions.loyalty.scene import Club, make_club
from tests.commissions.test_referrals import Circle
from tests.permissions.club import png
from tests.portal.market import make_market


@pytest.fixture
def club() -> Club:
    return make_club()


@pytest.fixture
def staff(club: Club) -> Client:
    return signed_in(club.team.manager)


def text(client: Client, path: str, status: int = 200) -> str:
    """A page's text."""
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_a_program_of_its_kind_has_its_page(club: Club, staff: Client) -> None:
    answer = staff.get(club.team.url("loyalty/"))
    assert answer.status_code == 302
    club.earn(1_234)
    club.redeem(club.reward(34))
    page = text(staff, answer["Location"])
    assert "Points outstanding" in page
    assert "1,200" in page
    assert "1 reward to hand over" in page


def test_settings_are_saved_and_mistakes_stand_by_the_field(club: Club, staff: Client) -> None:
    path = club.team.url(f"programs/{club.program.pk}/loyalty/settings/")
    good = {
        "point_name": "bean",
        "points_name": "beans",
        "value_hint": "100 beans are a cup",
        "expire_months": "12",
        "remind_days": "7, 30",
    }
    assert staff.post(path, {**good, "remind_days": "soon"}).status_code == 422
    assert staff.post(path, {**good, "points_name": ""}).status_code == 422
    assert staff.post(path, good).status_code == 302
    with club.team.scope():
        found = LoyaltySettings.objects.get()
        assert (found.point_name, found.expire_months, found.remind_days) == ("bean", 12, [30, 7])
    assert "7, 30" not in text(staff, path)


def test_a_reward_is_added_changed_and_withdrawn(club: Club, staff: Client) -> None:
    base = club.team.url(f"programs/{club.program.pk}/loyalty/rewards/")
    assert "No rewards yet" in text(staff, base)
    fields = {"kind": "gift", "name": "Tote bag", "cost": "300", "stock": "5"}
    assert staff.post(f"{base}new/", {**fields, "cost": "0"}).status_code == 422
    assert staff.post(f"{base}new/", {**fields, "picture": png()}).status_code == 302
    with club.team.scope():
        reward = LoyaltyReward.objects.get()
    one = club.team.url(f"loyalty/rewards/{reward.pk}/")
    picture = staff.get(f"{one}picture/")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert staff.post(one, {"name": "Tote", "cost": "250", "stock": ""}).status_code == 302
    assert "Tote" in text(staff, base)
    staff.post(f"{one}withdraw/")
    assert "Withdrawn" in text(staff, one)
    staff.post(f"{one}restore/")
    with club.team.scope():
        reward.refresh_from_db()
        assert (reward.cost, reward.stock, reward.withdrawn_at) == (250, None, None)
        assert reward.picture


def test_codes_of_a_voucher_are_added(club: Club, staff: Client) -> None:
    reward = club.reward(100, kind="voucher", codes=["A"])
    one = club.team.url(f"loyalty/rewards/{reward.pk}/")
    staff.post(f"{one}codes/", {"codes": "A\nB\n\nC"})
    assert "2 new codes." in text(staff, one)


def test_redemptions_are_handed_over_and_cancelled(club: Club, staff: Client) -> None:
    club.earn(1_000)
    reward = club.reward(100)
    first, second = club.redeem(reward), club.redeem(reward)
    queue = club.team.url("loyalty/redemptions/")
    assert reward.name in text(staff, queue)
    assert "Hand over" in text(staff, f"{queue}?open={first.pk}")
    assert "What happens" in text(staff, f"{queue}{first.pk}/fulfil/")
    staff.post(f"{queue}{first.pk}/fulfil/", {"code": "PICK-1"})
    assert staff.post(f"{queue}{second.pk}/cancel/", {"reason": ""}).status_code == 422
    staff.post(f"{queue}{second.pk}/cancel/", {"reason": "Sold out"})
    assert "decided already" in text(staff, f"{queue}{second.pk}/cancel/")
    with club.team.scope():
        rows = dict(Redemption.objects.values_list("pk", "status"))
        assert rows == {first.pk: "fulfilled", second.pk: "cancelled"}
        assert Redemption.objects.get(pk=first.pk).code == "PICK-1"
    assert club.spendable() == 900
    assert "PICK-1" in b"".join(staff.get(f"{queue}?export=csv")).decode()


@pytest.mark.parametrize(
    ("act", "status", "left"), [("fulfil", "fulfilled", 800), ("cancel", "cancelled", 1_000)]
)
def test_many_at_once(club: Club, staff: Client, act: str, status: str, left: int) -> None:
    club.earn(1_000)
    reward = club.reward(100)
    rows = [club.redeem(reward), club.redeem(reward)]
    queue = club.team.url("loyalty/redemptions/")
    chosen = {"act": act, "chosen": [str(row.pk) for row in rows]}
    assert b"2 rewards" in staff.post(queue, chosen).content
    if act == "cancel":
        assert staff.post(queue, {**chosen, "sure": "1"}).status_code == 422
    done = staff.post(queue, {**chosen, "sure": "1", "reason": "Broken"})
    assert done.status_code == 302
    with club.team.scope():
        assert set(Redemption.objects.values_list("status", flat=True)) == {status}
    assert club.spendable() == left
    assert b"None of the chosen" in staff.post(queue, chosen).content
    assert staff.post(queue, {**chosen, "act": "burn"}).status_code == 404


def test_a_stamp_card_is_started_and_ended(club: Club, staff: Client) -> None:
    path = club.team.url(f"programs/{club.program.pk}/loyalty/cards/new/")
    fields = {"name": "Tenth bag", "counts": "items", "every": "10", "gift": "fixed"}
    assert staff.post(path, fields).status_code == 422
    assert staff.post(path, {**fields, "amount": "1.234"}).status_code == 422
    assert staff.post(path, {**fields, "amount": "12.50", "skus": "bag, cup"}).status_code == 302
    with club.team.scope():
        card = StampCard.objects.get()
        assert (card.amount, card.skus) == (1250, ["bag", "cup"])
    home = club.team.url(f"programs/{club.program.pk}/loyalty/")
    assert "Tenth bag" in text(staff, home)
    staff.post(club.team.url(f"loyalty/cards/{card.pk}/end/"))
    assert "Ended" in text(staff, home)


def test_friends_rewards_are_set_listed_and_cancelled() -> None:
    circle = Circle(make_market())
    team = circle.market.team
    staff = signed_in(team.manager)
    terms = team.url(f"programs/{circle.market.program.pk}/friends/")
    fields = {"kind": "voucher", "amount": "5", "minimum": "", "moment": "at_once"}
    assert staff.post(terms, {**fields, "amount": ""}).status_code == 422
    assert staff.post(terms, fields).status_code == 302
    assert staff.post(terms, {"codes": "SPRING"}).status_code == 302
    assert "1 left" in text(staff, terms)
    circle.buy("buyer-annika-77")
    (reward,) = circle.rewards()
    page = text(staff, team.url("friends/"))
    assert reward.code in page
    assert "annika" not in page.lower(), "who the friend is stays with the shop"
    assert "Not used yet" in text(staff, team.url(f"friends/?open={reward.pk}"))
    cancel = team.url(f"friends/{reward.pk}/cancel/")
    assert staff.post(cancel, {"reason": ""}).status_code == 422
    assert staff.post(cancel, {"reason": "Sent twice"}).status_code == 302
    with team.scope():
        assert FriendReward.objects.get().status == "cancelled"


def test_who_only_reads_changes_nothing(club: Club) -> None:
    reader = signed_in(club.team.auditor)
    reward = club.reward(100)
    one = club.team.url(f"loyalty/rewards/{reward.pk}/")
    assert "Save reward" not in text(reader, one)
    assert reader.post(one, {"name": "X", "cost": "1"}).status_code == 403
    assert reader.post(club.team.url("loyalty/redemptions/"), {"act": "fulfil"}).status_code == 403


def test_home_lists_what_is_to_be_handed_over(club: Club, staff: Client) -> None:
    club.earn(1_000)
    club.redeem(club.reward(100))
    page = text(staff, club.team.url())
    assert "1 reward to hand over" in page
    assert "no payout method" not in page.lower()


def test_several_programs_are_chosen_from(club: Club, staff: Client) -> None:
    club.earn(1_234)
    with club.team.scope():
        campaigns.create_program(
            seller=club.team.seller,
            actor=club.team.actor,
            name="Tea club",
            slug="tea",
            kind="loyalty",
            currency="EUR",
            landing_url="https://shop.example/",
        )
    page = text(staff, club.team.url("loyalty/"))
    assert "Tea club" in page
    assert "1,234 points outstanding" in page
    assert "1 member" in page


def test_the_member_is_told(club: Club, staff: Client) -> None:
    club.earn(1_000)
    found = club.redeem(club.reward(100))
    staff.post(club.team.url(f"loyalty/redemptions/{found.pk}/cancel/"), {"reason": "100% gone"})
    with club.team.scope():
        told = Notification.objects.filter(user=club.user).latest("id")
        assert told.subject.endswith("was cancelled, the points are back")
        assert told.body == "100% gone"
