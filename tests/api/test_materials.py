"""Materials, landing pages, partners' pages and many links at once over the API."""

import uuid
from typing import Any

import pytest

from tests.api.caller import Answered, form_of
from tests.api.routes import LANDING_PAGE
from tests.api.scene import LANDING, Scene, make_scene
from tests.campaigns.scene import image
from tests.cast import token

FEED = f"id,title,link\n1,Gayo,{LANDING}gayo\n".encode()


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A program with a partner in it."""
    return make_scene()


def letter(scene: Scene, **changes: Any) -> dict[str, Any]:
    """The body of a text."""
    names = {"program": scene.program["id"], "kind": "text", "name": "Letter"}
    return {**names, "text": "Order at {link}", **changes}


def send(scene: Scene, words: dict[str, Any], file: bytes, name: str) -> Answered:
    """A material with its file, as a form."""
    raw, content_type = form_of({**words, "file": file}, name)
    return scene.api.call("POST", "materials", raw=raw, content_type=content_type)


def test_a_text_is_put_up_changed_renewed_and_withdrawn(scene: Scene) -> None:
    api = scene.api
    made = api.made("materials", letter(scene, subject="Harvest"))
    assert (made["kind"], made["version"], made["subject"]) == ("text", 1, "Harvest")
    path = f"materials/{made['id']}"
    tier = api.made(
        "tiers", {"program": scene.program["id"], "key": f"t-{token()}", "name": "T", "rank": 90}
    )
    changed = api.patch(path, {"name": "Our letter", "tier": tier["id"]}).body
    assert (changed["name"], changed["tier"]) == ("Our letter", tier["id"])
    renewed = api.made(f"{path}/versions", {"note": "New harvest", "text": "Now at {link}"})
    assert (renewed["version"], renewed["text"]) == (2, "Now at {link}")
    assert api.post(f"{path}/versions", {"note": " "}).fields == {"note": "blank"}
    assert api.made(f"{path}/withdraw")["withdrawn_at"]
    assert api.post(f"{path}/withdraw").status == 409
    assert api.made(f"{path}/restore")["withdrawn_at"] is None
    partner = api.for_partner(scene.partner["id"])
    assert partner.get(path).status == 404, "his tier is too low"
    api.patch(path, {"tier": None})
    assert partner.get(path).status == 200


def test_files_come_in_a_form_and_are_looked_into(scene: Scene) -> None:
    api = scene.api
    words = {"program": scene.program["id"], "kind": "banner", "name": "Gayo"}
    sent = send(scene, words, image(size=(120, 60)), "gayo.png")
    assert sent.status == 201, sent.raw
    assert (sent.body["width"], sent.body["content_type"]) == (120, "image/png")
    wider = api.send_file(
        f"materials/{sent.body['id']}/versions", image(size=(240, 60)), "b.png", note="Wider"
    )
    assert (wider.status, wider.body["version"], wider.body["width"]) == (201, 2, 240)
    for content, name in ((b"<svg onload='x'/>", "x.svg"), (b"<html>", "x.png"), (b"", "x.png")):
        refused = send(scene, words, content, name)
        assert (refused.status, set(refused.fields)) == (422, {"file"}), name
    feed = send(scene, {**words, "kind": "feed"}, FEED, "f.csv")
    assert (feed.status, feed.body["products"]) == (201, 1)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"kind": "poster"}, 422, "kind"),
        ({"text": ""}, 422, "text"),
        ({"destination": "https://elsewhere.example/"}, 422, "destination"),
        ({"file": "no file"}, 400, "file"),
        ({"program": str(uuid.uuid4())}, 422, "program"),
        ({"colour": "red"}, 400, "colour"),
    ],
)
def test_what_a_material_cannot_be(
    scene: Scene, changes: dict[str, Any], status: int, field: str
) -> None:
    answer = scene.api.post("materials", letter(scene, **changes))
    assert (answer.status, set(answer.fields)) == (status, {field}), answer.raw


def test_a_landing_page_from_draft_to_withdrawn(scene: Scene) -> None:
    api = scene.api
    body = {**LANDING_PAGE, "program": scene.program["id"], "slug": f"gayo-{token()}"}
    made = api.made("landing-pages", body)
    assert (made["status"], made["partners"]) == ("draft", 0)
    assert api.post("landing-pages", body).fields == {"slug": "taken"}
    path = f"landing-pages/{made['id']}"
    assert api.patch(path, {"title": "Gayo is here"}).body["title"] == "Gayo is here"
    assert api.made(f"{path}/publish")["status"] == "live"
    assert api.post(f"{path}/publish").status == 409
    assert api.made(f"{path}/withdraw")["status"] == "withdrawn"
    strange = api.patch(path, {"destination": "https://elsewhere.example/"})
    assert (strange.status, set(strange.fields)) == (422, {"destination"})
    live = api.get("landing-pages", status="live").body["results"]
    assert made["id"] not in [one["id"] for one in live]


def test_a_partners_page_is_written_hidden_and_shown(scene: Scene) -> None:
    api, path = scene.api, f"partners/{scene.partner['id']}/page"
    written = api.patch(path, {"headline": "Slow coffee", "topics": ["Beans", "beans "]}).body
    assert (written["headline"], written["topics"], written["state"]) == (
        "Slow coffee",
        ["beans"],
        "private",
    )
    assert api.patch(path, {"is_public": True}).fields == {"is_public": "unknown_field"}
    assert api.send_file(f"{path}/logo", image(), "logo.png").status == 200
    assert api.send_file(f"{path}/logo", b"<svg/>", "logo.svg").status == 422
    assert api.post(f"{path}/logo", {}).fields == {"file": "required"}
    assert api.post(f"{path}/logo", {"remove": True}).status == 200
    hidden = api.made(f"{path}/hide", {"reason": "The name is ours."})
    assert (hidden["state"], hidden["hidden_reason"]) == ("hidden", "The name is ours.")
    assert api.post(f"{path}/hide", {"reason": "Again"}).status == 409
    assert api.get("partner-pages", state="hidden").body["results"][0]["partner"] == path[9:45]
    assert api.made(f"{path}/show")["state"] == "private"
    own = api.for_partner(scene.partner["id"])
    assert own.get(path).body["headline"] == "Slow coffee"
    assert own.patch(path, {"headline": "x"}).status == 403


def test_many_links_are_answered_row_by_row_and_made_once(scene: Scene) -> None:
    api = scene.api
    rows = [
        {"destination": f"{LANDING}gayo", "label": "Gayo", "sub1": "blog"},
        {"destination": "https://elsewhere.example/"},
        {"destination": f"{LANDING}toraja", "code": f"toraja-{token()}"},
    ]
    body = {"enrollment": scene.enrollment["id"], "links": rows}
    first = api.made("links/batch", body)["results"]
    assert [one["status"] for one in first] == [201, 422, 201]
    assert (first[0]["link"]["sub1"], first[2]["link"]["code"]) == ("blog", rows[2]["code"])
    assert first[1]["link"] is None
    assert first[1]["reason"]
    again = api.made("links/batch", body)["results"]
    assert [one["status"] for one in again] == [200, 422, 200]
    assert again[0]["link"]["id"] == first[0]["link"]["id"]
    too_many = [{"destination": LANDING}] * 201
    assert api.post("links/batch", {**body, "links": too_many}).status in {400, 422}
    assert api.post("links/batch", {**body, "links": []}).status in {400, 422}
