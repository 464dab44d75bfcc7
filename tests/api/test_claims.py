"""Claims of missing sales over the API: a partner's key files, a seller's answers."""

import pytest
from django.utils import timezone

from tests.api.caller import Caller
from tests.api.scene import Scene, make_scene
from tests.cast import token


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A program with a partner in it."""
    return make_scene()


@pytest.fixture
def partner(scene: Scene) -> Caller:
    """The partner's own key."""
    return scene.api.for_partner(scene.partner["id"])


def fields(scene: Scene, **given: object) -> dict[str, object]:
    return {
        "program": scene.program["id"],
        "order": f"KN-{token()}",
        "bought_on": "2026-01-02",
        "amount": 5_000,
        "currency": "EUR",
        "statement": "She wrote to me",
        **given,
    }


def test_asked_answered_and_recorded(scene: Scene, partner: Caller) -> None:
    made = partner.made("claims", fields(scene))
    assert (made["partner"], made["status"], made["state"]) == (
        scene.partner["id"],
        "open",
        "open",
    )
    path = f"claims/{made['id']}"
    assert partner.post(f"{path}/ask", {"text": "Hm"}).status == 403
    asked = scene.api.made(f"{path}/ask", {"text": "Which shop?"})
    assert (asked["status"], asked["asked_at"] is not None) == ("asked", True)
    answered = partner.made(f"{path}/answer", {"text": "Bonn"})
    assert (answered["status"], answered["asked_at"]) == ("open", None)
    said = partner.get(f"{path}/messages").body["results"]
    assert [(one["by_partner"], one["text"]) for one in reversed(said)] == [
        (False, "Which shop?"),
        (True, "Bonn"),
    ]
    sold = {"amount": 4_000, "currency": "EUR", "occurred_at": timezone.now().isoformat()}
    done = scene.api.made(f"{path}/record", sold)
    assert (done["status"], done["outcome"]) == ("accepted", "recorded")
    scene.compute()
    sale = scene.api.get(f"sales/{done['sale']}").body
    assert (sale["external_id"], sale["partner"]) == (made["order"], scene.partner["id"])
    assert sale["attribution"]["claim"] == made["number"]
    lines = partner.get("commissions", sale=done["sale"]).body["results"]
    assert [line["partner"] for line in lines] == [scene.partner["id"]]
    assert f"claim {made['number']} was accepted" in lines[0]["reason"]
    assert scene.api.post(f"{path}/decline", {"reason": "No"}).status == 409


def test_the_same_key_files_once_and_the_same_order_once(scene: Scene, partner: Caller) -> None:
    sent, key = fields(scene), f"key-{token()}"
    first = partner.post("claims", sent, **{"Idempotency-Key": key})
    assert first.status == 201
    assert partner.post("claims", sent, **{"Idempotency-Key": key}).body == first.body
    again = partner.post("claims", sent)
    assert again.status == 409
    assert f"claim {first.body['number']}" in again.body["detail"]
    assert partner.made(f"claims/{first.body['id']}/withdraw")["status"] == "withdrawn"
    assert partner.post("claims", sent).status == 201


def test_a_sellers_key_says_whose_claim_it_is(scene: Scene) -> None:
    assert scene.api.post("claims", fields(scene)).fields == {"partner": "required"}
    made = scene.api.made("claims", fields(scene, partner=scene.partner["id"]))
    found = scene.api.get("claims", state="open", order_number=made["order"]).body["results"]
    assert [one["id"] for one in found] == [made["id"]]
    gift = {"amount": 700, "currency": "EUR", "reason": "Sorry"}
    done = scene.api.made(f"claims/{made['id']}/goodwill", gift)
    line = scene.api.get(f"commissions/{done['adjustment']}").body
    assert (line["amount"], line["kind"]) == (700, "adjustment")
