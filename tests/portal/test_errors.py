"""Error pages, in the room where the error happened."""

from django.test import Client

from tests.cast import make_team, make_user, signed_in, stranger


def test_an_unknown_address_reads_the_same_for_everybody() -> None:
    team = make_team()
    for browser in (stranger(), signed_in(make_user()), signed_in(team.owner)):
        for address in ("/nowhere/", "/nobody/console/", f"/{team.seller.slug}/nowhere/"):
            answer = browser.get(address)
            assert answer.status_code == 404
            assert "There is nothing here" in answer.text


def test_a_stranger_learns_nothing_of_the_seller() -> None:
    team = make_team(name="Secret Roaster")
    answer = signed_in(make_user()).get(team.url("settings/"))
    assert answer.status_code == 404
    assert "Secret Roaster" not in answer.text
    assert "Seller console" not in answer.text


def test_a_refusal_says_who_has_the_right_in_the_same_room() -> None:
    team = make_team()
    answer = signed_in(team.marketer).get(team.url("settings/staff/"))
    assert answer.status_code == 403
    assert "Seller console" in answer.text
    assert team.owner.name in answer.text
    assert "Owner" in answer.text


def test_an_expired_form_says_so() -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/language/", {"language": "id"})
    assert answer.status_code == 403
    assert "The form has expired" in answer.text


def test_a_fragment_gets_only_the_part() -> None:
    answer = stranger().get("/nowhere/", headers={"hx-request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text


def test_bad_requests_are_not_our_failures() -> None:
    team = make_team()
    browser = signed_in(team.owner)
    for query in ("?q=%00", "?sort=%ff", "?after=!!!", "?export=exe", "?state=nope"):
        assert browser.get(team.url("settings/staff/") + query).status_code < 500
