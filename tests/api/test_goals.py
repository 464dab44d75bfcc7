"""Goals over the API: made, refused with the path, changed, counted; a partner reads his own."""

from typing import Any

import pytest

from activity import work
from tests.api.caller import Caller
from tests.api.scene import Scene, make_scene

STEPS = [
    {"name": "Bronze", "from": 1_000, "reward": {"type": "flat", "amount": 500}},
    {"name": "Silver", "from": 5_000, "reward": {"type": "percent", "rate": "2.50"}},
]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def body(scene: Scene, **changes: Any) -> dict[str, Any]:
    return {
        "program": scene.program["id"],
        "name": "Big year",
        "metric": "sales_amount",
        "window": "fixed",
        "starts_on": "2026-01-01",
        "ends_on": "2199-12-31",
        "steps": STEPS,
        **changes,
    }


def count(api: Caller) -> None:
    """What the worker would do."""
    work.drain("goals", api.seller.pk)


def test_a_goal_from_draft_to_progress(scene: Scene) -> None:
    made = scene.api.made("goals", body(scene))
    assert (made["status"], made["version"], made["steps"][1]["reward"]["rate"]) == (
        "draft",
        1,
        "2.5",
    )
    changed = scene.api.patch(f"goals/{made['id']}", {"all_steps": True, "metric": "sales_amount"})
    assert changed.body["all_steps"] is True
    assert changed.body["steps"] == made["steps"]

    scene.sell(4_000)
    scene.compute()
    assert scene.api.made(f"goals/{made['id']}/publish")["status"] == "live"
    count(scene.api)
    (row,) = scene.api.get(f"goals/{made['id']}/progress").body["results"]
    assert (row["value"], row["step"], row["missing"], row["state"]) == (4_000, 1, 1_000, "open")
    assert scene.api.get(f"goals/{made['id']}/results").body["results"] == []
    ended = scene.api.made(f"goals/{made['id']}/end")
    assert ended["status"] == "ended"
    assert scene.api.post(f"goals/{made['id']}/end").status == 409


def test_a_partner_key_reads_his_own(scene: Scene) -> None:
    other = scene.api.made("partners", {"name": "Red Heron"})
    for_other = scene.api.made("goals", body(scene, kind="goal"))
    scene.api.made(f"partners/{other['id']}/enrollments", {"program": scene.program["id"]})
    audience = {"partner": other["id"]}
    narrow = scene.api.made("goals", body(scene, name="For one", audience=audience))
    for goal in (for_other, narrow):
        scene.api.made(f"goals/{goal['id']}/publish")
    scene.sell(4_000)
    scene.compute()
    count(scene.api)
    mine, his = (scene.api.for_partner(one["id"]) for one in (scene.partner, other))
    assert [row["id"] for row in mine.get("goals").body["results"]] == [for_other["id"]]
    assert {row["id"] for row in his.get("goals").body["results"]} == {
        for_other["id"],
        narrow["id"],
    }
    rows = mine.get(f"goals/{for_other['id']}/progress").body["results"]
    assert [row["partner"] for row in rows] == [scene.partner["id"]]
    assert his.get(f"goals/{for_other['id']}/progress").body["results"] == []
    assert mine.get(f"goals/{narrow['id']}").status == 404
    assert mine.get(f"goals/{narrow['id']}/progress").status == 404


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"metric": "smiles"}, 422, "metric"),
        ({"steps": []}, 422, "steps"),
        ({"steps": [STEPS[0], {**STEPS[1], "from": 900}]}, 422, "steps[1].from"),
        ({"steps": [{**STEPS[0], "reward": {"type": "flat"}}]}, 422, "steps[0].reward.amount"),
        ({"steps": [{"from": 3}]}, 400, "steps[0].reward"),
        ({"steps": [{**STEPS[0], "colour": "red"}]}, 400, "steps[0].colour"),
        ({"at_once": True}, 422, "at_once"),
        ({"take_back": True}, 422, "take_back"),
        ({"prizes": [5]}, 422, "prizes"),
        ({"ends_on": None}, 422, "ends_on"),
        ({"audience": {"tier": "01a2004c-f1a5-75af-837b-4a3d6dee7096"}}, 422, "audience.tier"),
        ({"kind": "contest", "steps": [], "prizes": [5, 9]}, 422, "prizes[1]"),
    ],
)
def test_what_is_wrong_is_named(
    scene: Scene, changes: dict[str, Any], status: int, field: str
) -> None:
    answer = scene.api.post("goals", body(scene, **changes))
    assert answer.status == status, answer.raw
    assert field in answer.fields


def test_a_draft_is_thrown_away_and_a_live_goal_is_not(scene: Scene) -> None:
    draft, live = (scene.api.made("goals", body(scene)) for _number in range(2))
    scene.api.made(f"goals/{live['id']}/publish")
    assert scene.api.call("DELETE", f"goals/{draft['id']}").status == 204
    assert scene.api.get(f"goals/{draft['id']}").status == 404
    assert scene.api.call("DELETE", f"goals/{live['id']}").status == 409
