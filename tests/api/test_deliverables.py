"""Briefs and deliverables over the API: from the agreement to the commission."""

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.scene import Scene, make_scene
from tests.cast import token


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A content program without hold, and a partner in it."""
    return make_scene(kind="content")


@pytest.fixture
def api(scene: Scene) -> Caller:
    """A key with every scope."""
    return scene.api


def agreed(scene: Scene, **terms: Any) -> dict[str, Any]:
    """A new brief."""
    sent = {"program": scene.program["id"], "title": f"Post {token()}", "amount": 5000, **terms}
    made: dict[str, Any] = scene.api.made("deliverable-briefs", sent)
    return made


def handed_in(scene: Scene, brief: dict[str, Any], **proof: Any) -> dict[str, Any]:
    """The partner's next piece."""
    sent = {"brief": brief["id"], "partner": scene.partner["id"], **proof}
    sent.setdefault("url", f"https://blog.example/{token()}")
    made: dict[str, Any] = scene.api.made("deliverables", sent)
    return made


def test_from_the_agreement_to_the_commission(scene: Scene, api: Caller) -> None:
    brief = agreed(scene, pieces=2, fee="total", amount=10_001, partner=scene.partner["id"])
    assert (brief["currency"], brief["amount"], brief["needs_url"]) == ("EUR", 10_001, True)
    piece = handed_in(scene, brief)
    assert (piece["status"], piece["number"], piece["fee"]) == ("submitted", 1, None)
    back = api.made(f"deliverables/{piece['id']}/send-back", {"reason": "Name us"})
    assert (back["status"], back["reason"]) == ("sent_back", "Name us")
    better = {"url": "https://blog.example/better"}
    again = api.made(f"deliverables/{piece['id']}/hand-in", better)
    assert (again["status"], again["url"]) == ("submitted", better["url"])
    done = api.made(f"deliverables/{piece['id']}/approve", {})
    assert (done["status"], done["fee"]) == ("approved", 5001)
    line = api.get("commissions", kind="settlement").body["results"][0]
    assert (line["amount"], line["partner"]) == (5001, scene.partner["id"])
    assert line["reason"].startswith("Agreed fee of EUR")
    assert api.post(f"deliverables/{piece['id']}/approve", {}).status == 409
    taken = api.made(f"deliverables/{piece['id']}/take-back", {"reason": "Gone"})
    assert taken["taken_back_at"] is not None
    assert api.post(f"deliverables/{piece['id']}/take-back", {"reason": "x"}).status == 409
    rows = api.get("deliverables", brief=brief["id"], status="approved").body["results"]
    assert [row["id"] for row in rows] == [piece["id"]]
    ended = api.made(f"deliverable-briefs/{brief['id']}/end")
    assert ended["ended_at"] is not None
    late = {"brief": brief["id"], "partner": scene.partner["id"], **better}
    assert api.post("deliverables", late).status == 409


def test_an_approval_waits_for_a_look_at_the_link(scene: Scene, api: Caller) -> None:
    piece = handed_in(scene, agreed(scene, backlink="shop.example", live_days=30))
    assert piece["link_state"] == "waiting"
    waiting = api.made(f"deliverables/{piece['id']}/approve", {})
    assert (waiting["status"], waiting["agreed_at"] is not None) == ("submitted", True)
    anyway = {"anyway": True, "reason": "Seen in print"}
    done = api.made(f"deliverables/{piece['id']}/approve", anyway)
    assert (done["status"], done["watch_until"] is not None) == ("approved", True)
    assert api.get(f"deliverables/{piece['id']}/looks").body["results"] == []


def test_repeating_with_a_key_hands_in_once(scene: Scene, api: Caller) -> None:
    brief = agreed(scene, pieces=5)
    sent = {"brief": brief["id"], "partner": scene.partner["id"], "url": "https://blog.example/k"}
    key = token()
    first, second = (api.post("deliverables", sent, idempotency_key=key) for _ in range(2))
    assert first.body["id"] == second.body["id"]
    assert len(api.get("deliverables", brief=brief["id"]).body["results"]) == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"title": ""}, 422, "title"),
        ({"title": 5}, 400, "title"),
        ({"colour": "red"}, 400, "colour"),
        ({"program": "me"}, 400, "program"),
        ({"program": "00000000-0000-7000-8000-000000000000"}, 422, "program"),
        ({"partner": "00000000-0000-7000-8000-000000000000"}, 422, "partner"),
        ({"pieces": 0}, 422, "pieces"),
        ({"amount": "50"}, 400, "amount"),
        ({"amount": 0}, 422, "amount"),
        ({"fee": "rule"}, 422, "amount"),
        ({"fee": "barter"}, 422, "fee"),
        ({"due_on": "2020-01-01"}, 422, "due_on"),
        ({"backlink": "no host"}, 422, "backlink"),
        ({"live_days": 3}, 422, "live_days"),
        ({"needs_url": False}, 422, "needs_url"),
    ],
)
def test_a_bad_brief_is_refused_by_the_field(
    scene: Scene, api: Caller, change: dict[str, Any], status: int, field: str
) -> None:
    sent = {"program": scene.program["id"], "title": "Post", "amount": 5000, **change}
    answer = api.post("deliverable-briefs", sent)
    assert answer.status == status, answer.raw
    assert field in answer.fields


def test_a_bad_piece_is_refused_by_the_field(scene: Scene, api: Caller) -> None:
    brief = agreed(scene, needs_file=True)
    sent = {"brief": brief["id"], "partner": scene.partner["id"]}
    assert "url" in api.post("deliverables", sent).fields
    no_file = api.post("deliverables", {**sent, "url": "https://blog.example/x"})
    assert (no_file.status, "file" in no_file.fields) == (422, True)
    assert api.post("deliverables", {**sent, "url": "ftp://x"}).status == 422


def test_a_partners_key_reads_his_own(scene: Scene, api: Caller) -> None:
    mine = handed_in(scene, agreed(scene))
    other = api.made("partners", {"name": "Green Heron"})
    api.made(f"partners/{other['id']}/enrollments", {"program": scene.program["id"]})
    theirs = agreed(scene, partner=other["id"])
    key = api.for_partner(scene.partner["id"])
    assert key.get(f"deliverables/{mine['id']}").status == 200
    assert key.get(f"deliverable-briefs/{theirs['id']}").status == 404
    stranger = api.for_partner(other["id"])
    assert stranger.get(f"deliverables/{mine['id']}").status == 404
    assert stranger.get("deliverables").body["results"] == []
    assert key.post(f"deliverables/{mine['id']}/approve", {}).status == 403
