"""The front page sends everybody where he belongs."""

from sellers import services
from sellers.actors import Actor
from tests.cast import join_team, make_seller, make_team, make_user, signed_in, staff_of, stranger


def test_strangers_read_what_it_is() -> None:
    answer = stranger().get("/")
    assert answer.status_code == 200
    assert "Sign in" in answer.text
    assert "Open an account" in answer.text


def test_somebody_without_a_place_goes_to_the_switcher() -> None:
    assert signed_in(make_user()).get("/").headers["Location"] == "/switch/"


def test_the_only_room_opens_at_once() -> None:
    team = make_team()
    assert signed_in(team.owner).get("/").headers["Location"] == team.url()
    assert signed_in(team.auditor).get("/").headers["Location"].startswith(team.url("", "audit"))


def test_with_two_places_one_chooses() -> None:
    team, other = make_team(), make_seller(name="Other Roaster")
    join_team(team.seller, team.owner, person := make_user("Dwi Double"), "manager")
    owner = make_user()
    second = make_seller(owner, name="Second Roaster")
    join_team(second, owner, person, "auditor")
    assert signed_in(person).get("/").headers["Location"] == "/switch/"
    page = signed_in(person).get("/switch/").text
    assert "Second Roaster" in page
    assert team.seller.name in page
    assert other.name not in page


def test_who_left_has_no_place_any_more() -> None:
    team = make_team()
    with team.scope():
        services.remove_staff(staff=staff_of(team, team.manager), actor=Actor.person(team.owner))
    assert signed_in(team.manager).get("/").headers["Location"] == "/switch/"
    assert team.seller.name not in signed_in(team.manager).get("/switch/").text
    assert signed_in(team.manager).get(team.url("notifications/")).status_code == 404
