"""One log-in, several rooms."""

from prm.ids import new_id
from sellers import services
from tests.cast import (
    join_team,
    last_mail_to,
    link_in,
    make_partner,
    make_seller,
    make_team,
    make_user,
    signed_in,
    stranger,
)


def test_every_partner_seat_is_shown_and_can_be_taken() -> None:
    team, person = make_team(), make_user("Siti Seat")
    one = make_partner(team, person, name="Rumah Seduh")
    other = make_partner(team, person, name="Kedai Pojok")
    browser = signed_in(person)
    page = browser.get("/switch/").text
    assert one.name in page
    assert other.name in page
    for partner, missing in ((one, other), (other, one)):
        answer = browser.post("/switch/seat/", {"partner": str(partner.pk)})
        assert answer.headers["Location"] == team.url("", "portal")
        portal = browser.get(team.url("notifications/?q=nothing", "portal")).text
        assert partner.name in portal
        assert missing.name not in portal


def test_a_seat_of_somebody_else_cannot_be_taken() -> None:
    team, person = make_team(), make_user()
    make_partner(team, person)
    foreign = make_partner(team, make_user(), name="Kedai Pojok")
    browser = signed_in(person)
    for wanted in (foreign.pk, new_id()):
        assert browser.post("/switch/seat/", {"partner": str(wanted)}).status_code == 404
    for nonsense in ("", "x", "\x00"):
        answer = browser.post("/switch/seat/", {"partner": nonsense})
        assert answer.headers["Location"] == "/switch/"
    assert browser.get("/switch/seat/").status_code == 405


def test_a_partner_with_one_seat_goes_straight_to_his_portal() -> None:
    team, person = make_team(), make_user()
    make_partner(team, person)
    assert signed_in(person).get("/").headers["Location"] == team.url("", "portal")
    assert signed_in(person).get(team.url("notifications/")).status_code == 404, "no console"


def test_staff_here_and_partner_there() -> None:
    team, person = make_team(), make_user("Dwi Double")
    make_partner(team, person)
    owner = make_user()
    other = make_seller(owner, name="Other Roaster")
    join_team(other, owner, person, "manager")
    page = signed_in(person).get("/switch/").text
    assert "Other Roaster" in page
    assert "Rumah Seduh" in page


def test_an_invitation_to_a_partner_leads_into_the_portal() -> None:
    team, person = make_team(), make_user()
    partner = make_partner(team, make_user())
    with team.scope():
        services.offer_place(
            seller=team.seller,
            email=person.email,
            role="finance",
            actor=team.actor,
            place=partner.name,
            template="join_partner",
            partner_id=partner.pk,
        )
    link, browser = link_in(last_mail_to(person.email), "/join/"), signed_in(person)
    assert partner.name in browser.get(link).text
    assert browser.post(link).headers["Location"] == team.url("", "portal")


def test_strangers_sign_in_first() -> None:
    for address in ("/switch/", "/profile/"):
        assert stranger().get(address).headers["Location"].startswith("/accounts/login/")
    assert stranger().post("/switch/seat/").headers["Location"].startswith("/accounts/login/")
