"""Prospects over the API."""

import uuid

import pytest

from campaigns.services import wanted
from tests.api.caller import Caller, make_caller
from tests.cast import token

BODY = {
    "name": "Blue Parrot",
    "email": "ana@parrot.example",
    "kind": "person",
    "country": "DE",
    "languages": ["de", "en"],
    "niches": ["coffee"],
    "content_kinds": ["videos"],
    "website": "https://parrot.example/",
    "source": "Fair",
    "notes": "Films espresso machines",
}
CHANNEL = {
    "platform": "youtube", "handle": "@parrot", "url": "", "audience": 48_000,
    "engagement": "3.50",
}  # fmt: skip
SAID = {"kind": "testimonial", "name": "Guild", "text": "On time.", "given_on": "2026-01-02"}


@pytest.fixture(scope="module")
def api() -> Caller:
    """A key with every scope."""
    return make_caller()


def program_of(api: Caller) -> str:
    """An open program."""
    made = api.made(
        "programs",
        {"name": "Friends", "slug": f"p-{token()}", "currency": "EUR",
         "landing_url": "https://shop.example/", "terms": "Be honest."},
    )  # fmt: skip
    opened = api.post(f"programs/{made['id']}/open", {})
    assert opened.status == 200, opened.raw
    return str(made["id"])


def test_a_prospect_is_created_read_listed_and_changed(api: Caller) -> None:
    sent = {**BODY, "external_id": "c-1", "channels": [CHANNEL], "references": [SAID]}
    made = api.post("prospects", sent)
    assert made.status == 201, made.raw
    assert {name: made.body[name] for name in BODY} == BODY
    assert (made.body["stage"], made.body["audience"]) == ("found", 48_000)
    assert made.body["channels"] == [CHANNEL]
    assert made.body["references"][0]["name"] == "Guild"
    path = f"prospects/{made.body['id']}"
    assert api.get(path).body == made.body
    assert api.get("prospects", external_id="c-1").body["results"] == [made.body]
    changed = api.patch(path, {"country": "FR", "channels": []})
    assert (changed.body["country"], changed.body["audience"]) == ("FR", 0)
    assert changed.body["references"] == made.body["references"]
    assert api.post("prospects", sent).status == 409


def test_wrong_bodies_are_refused_by_the_path(api: Caller) -> None:
    wrong = api.post("prospects", {**BODY, "channels": [{**CHANNEL, "url": "x"}, {"platform": 1}]})
    assert wrong.status in {400, 422}
    assert set(wrong.fields) >= {"channels[0].url", "channels[1].platform"}
    twice = api.post("prospects", {**BODY, "channels": [CHANNEL, CHANNEL]})
    assert (twice.status, twice.fields) == (422, {"channels[1].handle": "repeated"})
    assert not api.get("prospects", email="ana@parrot.example", stage="talking").body["results"]
    assert api.post("prospects", {**BODY, "languages": ["klingon"]}).status in {400, 422}
    assert api.post("prospects", {**BODY, "stage": "joined"}).fields == {"stage": "unknown_field"}
    assert api.get(f"prospects/{uuid.uuid4()}").status == 404


def test_a_refused_channel_leaves_no_prospect(api: Caller) -> None:
    """A control for the transaction: both or neither."""
    sent = {**BODY, "external_id": "c-2", "channels": [{"platform": "x"}]}
    assert api.post("prospects", sent).fields == {"channels[0].handle": "required"}
    assert api.get("prospects", external_id="c-2").body["results"] == []


def test_staff_stages_only(api: Caller) -> None:
    path = f"prospects/{api.made('prospects', BODY)['id']}"
    moved = api.post(f"{path}/move", {"stage": "talking"})
    assert (moved.status, moved.body["stage"]) == (200, "talking")
    assert api.post(f"{path}/move", {"stage": "dropped"}).fields == {"reason": "invalid"}
    assert api.post(f"{path}/move", {"stage": "joined"}).status == 422
    done = api.post(f"{path}/move", {"stage": "dropped", "reason": "Too far"})
    assert done.body["stage_reason"] == "Too far"


def test_the_fit_comes_with_its_reasons(api: Caller) -> None:
    program = program_of(api)
    path = f"programs/{program}/wanted-profile"
    assert api.get(path).body["niches"] == []
    sent = {
        "niches": ["Coffee"],
        "countries": ["ID"],
        "least_engagement": "3.5",
        "weights": {"countries": "little"},
    }
    profile = api.patch(path, sent)
    assert profile.status == 200, profile.raw
    assert (profile.body["niches"], profile.body["countries"]) == (["coffee"], ["ID"])
    again = api.patch(path, {"least_audience": 10})
    assert again.body["niches"] == ["coffee"]
    assert api.patch(path, {"most_audience": 5}).fields == {"most_audience": "invalid"}
    wanted.step(api.seller.pk)
    prospect = api.made("prospects", {**BODY, "channels": [CHANNEL]})
    found = api.get(f"prospects/{prospect['id']}/fits").body["fits"]
    mine = next(one for one in found if one["program"] == program)
    assert mine["score"] == 86  # 2 + 2 + 2 of 7
    assert {one["criterion"]: one["state"] for one in mine["reasons"]} == {
        "niches": "met", "countries": "missed", "audience": "met", "engagement": "met",
    }  # fmt: skip


def test_an_invitation_goes_out_and_is_withdrawn(api: Caller) -> None:
    program = program_of(api)
    prospect = api.made("prospects", BODY)
    path = f"prospects/{prospect['id']}/invitations"
    made = api.post(path, {"program": program, "message": "Hello"})
    assert made.status == 201, made.raw
    assert (made.body["state"], made.body["email"]) == ("waiting", "ana@parrot.example")
    assert "token" not in made.raw.decode()
    assert api.post(path, {"program": program}).status == 409
    assert api.get(f"prospects/{prospect['id']}").body["stage"] == "invited"
    over = api.post(f"{path}/{made.body['id']}/withdraw", {})
    assert over.body["state"] == "withdrawn"
    assert api.get(path).body["results"] == [over.body]
    assert api.post(f"{path}/{made.body['id']}/withdraw", {}).status == 409


def test_a_partners_reach_is_set_and_read(api: Caller) -> None:
    partner = api.made("partners", {"name": f"Reach {token()}"})
    path = f"partners/{partner['id']}/reach"
    assert api.get(path).body == {"partner": partner["id"], "channels": [], "references": []}
    done = api.patch(path, {"channels": [CHANNEL], "references": [SAID]})
    assert done.status == 200, done.raw
    assert done.body["channels"] == [CHANNEL]
    first = done.body["references"][0]
    kept = api.patch(path, {"references": [{"id": first["id"], "kind": "works_with", "name": "G"}]})
    assert kept.body["references"][0]["id"] == first["id"]
    assert kept.body["channels"] == [CHANNEL]
