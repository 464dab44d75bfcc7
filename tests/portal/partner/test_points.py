"""A member's points and a referrer's friends in the portal."""

import pytest
from django.test import Client

from commissions.models import Redemption
from tests.cast import signed_in
from tests.commissions.loyalty.scene import Club, ago, make_club
from tests.commissions.loyalty.test_stamps import card
from tests.commissions.test_referrals import Circle
from tests.portal.console.test_loyalty import text
from tests.portal.market import make_market


@pytest.fixture
def club() -> Club:
    made = make_club()
    made.live(12, remind=(30,))
    return made


@pytest.fixture
def member(club: Club) -> Client:
    return signed_in(club.user)


def test_the_page_says_what_there_is_and_why(club: Club, member: Client) -> None:
    card(club, every=10, starts_at=ago(50))
    club.buy(7, days_ago=5)
    club.earn(250, days_ago=340)
    club.redeem(club.reward(50))
    dear = club.reward(1_000)
    page = text(member, club.team.url("points/", "portal"))
    assert "200\u00a0beans" in page
    assert "7 of 10" in page
    assert "good until" in page
    assert "800\u00a0beans more" in page
    assert dear.name in page
    assert "50\u00a0beans used" in page
    assert "Refer a friend" not in page
    used = text(member, club.team.url("points/?kind=used", "portal"))
    assert "50\u00a0beans used" in used
    assert "Test" not in used


def test_a_member_redeems_once(club: Club, member: Client) -> None:
    club.earn(150)
    reward = club.reward(100, picture=None)
    path = club.team.url(f"points/rewards/{reward.pk}/", "portal")
    assert "Get it for 100\u00a0beans" in text(member, path)
    answer = member.post(path)
    assert answer.status_code == 302
    assert "Asked for" in text(member, answer["Location"])
    refused = member.post(path)
    assert refused.status_code == 422
    assert "50\u00a0beans more" in refused.content.decode()
    with club.team.scope():
        assert Redemption.objects.get().asked_by == club.user
    assert club.spendable() == 50


def test_a_voucher_shows_its_code(club: Club, member: Client) -> None:
    club.earn(100)
    reward = club.reward(100, kind="voucher", codes=["CUP-77"])
    member.post(club.team.url(f"points/rewards/{reward.pk}/", "portal"))
    assert "CUP-77" in text(member, club.team.url("points/", "portal"))


def test_another_programs_reward_is_not_found(club: Club) -> None:
    reward = club.reward(100)
    stranger = make_club()
    outsider = signed_in(stranger.user)
    path = stranger.team.url(f"points/rewards/{reward.pk}/", "portal")
    assert outsider.get(path).status_code == 404


def test_without_points_the_page_says_so(club: Club, member: Client) -> None:
    page = text(member, club.team.url("points/", "portal"))
    assert "No points yet" in page
    assert "No rewards on offer now" in page


def test_points_are_not_taken_for_money_at_home(club: Club, member: Client) -> None:
    club.earn(9_000)
    club.buy(2)
    page = text(member, club.team.url("", "portal"))
    assert "PTS" not in page
    assert "EUR" in page


def test_points_stand_apart_from_money_among_the_earnings(club: Club, member: Client) -> None:
    club.earn(9_000)
    club.buy(2)
    address = club.team.url("earnings/", "portal")
    page = member.get(address)
    assert page.context["currency"] == "EUR"
    assert [code for code, _url in page.context["currencies"]] == ["EUR"]
    points = member.get(page.context["points_url"])
    assert points.context["currency"] == "PTS"
    shown = points.content.decode()
    assert "PTS " not in shown
    assert ">PTS<" not in shown
    assert "9,000 points" in shown


def test_friends_have_no_names_in_the_portal() -> None:
    market = make_market()
    circle = Circle(market)
    with market.team.scope():
        type(market.program).objects.filter(pk=market.program.pk).update(kind="referral")
    circle.terms()
    circle.buy("Secret Ann")
    rani = signed_in(market.rani.user)
    page = text(rani, market.team.url("friends/", "portal"))
    assert "A customer of" in page
    assert "A discount of EUR\u00a05.00" in page
    assert "With my link you get a discount" in page
    assert market.rani.link.code in page
    assert "Secret" not in page
    (reward,) = circle.rewards()
    assert reward.code not in page
    sekar = signed_in(market.sekar.user)
    assert "No friend has bought yet" in text(sekar, market.team.url("friends/", "portal"))
