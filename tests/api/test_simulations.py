"""Rules tried on past sales over the API."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from activity import work
from tests.api.caller import make_caller
from tests.api.scene import Scene, make_scene

MORE = {"name": "Ten percent", "reward": {"type": "percent", "rate": "12"}}


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Three sales at 10 %."""
    scene = make_scene()
    for amount in (10_000, 20_000, 5_000):
        scene.sell(amount)
    scene.compute()
    return scene


def period() -> dict[str, str]:
    """The last three days where the cast's sellers are."""
    today = timezone.now().astimezone(ZoneInfo("Asia/Jakarta")).date()
    return {"from": (today - timedelta(days=2)).isoformat(), "to": today.isoformat()}


def start(scene: Scene, *rules: dict[str, Any]) -> dict[str, Any]:
    path = f"programs/{scene.program['id']}/simulations"
    made: dict[str, Any] = scene.api.made(path, {"rules": list(rules), **period()})
    return made


def computed(scene: Scene, *rules: dict[str, Any]) -> dict[str, Any]:
    made = start(scene, *rules)
    work.drain("simulations", scene.api.seller.pk)
    found: dict[str, Any] = scene.api.get(f"simulations/{made['id']}").body
    return found


def test_from_candidate_to_figures(scene: Scene) -> None:
    made = start(scene, {"rule": scene.rule["id"], "reward": MORE["reward"]})
    assert (made["status"], made["totals"]) == ("queued", [])
    work.drain("simulations", scene.api.seller.pk)
    found = scene.api.get(f"simulations/{made['id']}").body
    assert found["status"] == "done"
    assert found["progress"] == {"done": 3, "total": 3}
    (euros,) = found["totals"]
    assert euros == {
        "currency": "EUR",
        "sales": 3,
        "net_amount": 35_000,
        "now_amount": 3_500,
        "then_amount": 4_200,
        "difference": 700,
        "partners_gaining": 1,
        "partners_losing": 0,
        "partners_same": 0,
    }
    (move,) = found["moves"]
    assert (move["from"], move["to"], move["sales"], move["difference"]) == (
        "Ten percent",
        "Ten percent",
        3,
        700,
    )
    (row,) = scene.api.get(f"simulations/{made['id']}/partners", effect="gain").body["results"]
    assert (row["partner"], row["difference"], row["sales_gaining"]) == (
        scene.partner["id"],
        700,
        3,
    )
    none = scene.api.get(f"simulations/{made['id']}/partners", effect="lose").body["results"]
    assert none == []
    listed = scene.api.get(f"programs/{scene.program['id']}/simulations").body["results"]
    assert made["id"] in [one["id"] for one in listed]


def test_mistakes_are_named_by_their_paths(scene: Scene) -> None:
    path = f"programs/{scene.program['id']}/simulations"
    high = {"name": "High", "reward": {"type": "percent", "rate": "120"}}
    answer = scene.api.post(path, {"rules": [MORE, high], **period()})
    assert (answer.status, list(answer.fields)) == (422, ["rules[1].reward.rate"])
    unknown = {**MORE, "reward": {"type": "percent", "rate": "5", "bonus": 1}}
    answer = scene.api.post(path, {"rules": [unknown], **period()})
    assert (answer.status, list(answer.fields)) == (400, ["rules[0].reward.bonus"])
    answer = scene.api.post(path, {"rules": [], **period()})
    assert (answer.status, list(answer.fields)) == (422, ["rules"])
    gone = {"rule": scene.partner["id"], "ends": True}
    answer = scene.api.post(path, {"rules": [gone], **period()})
    assert answer.fields == {"rules[0].rule": "unknown"}
    scoped = {"rule": scene.rule["id"], "priority": 3, "name": "Other"}
    answer = scene.api.post(path, {"rules": [scoped], **period()})
    assert answer.fields == {"rules[0].priority": "fixed"}
    nobody = {**MORE, "scope": {"tier": scene.partner["id"]}}
    answer = scene.api.post(path, {"rules": [nobody], **period()})
    assert answer.fields == {"rules[0].scope.tier": "unknown"}
    answer = scene.api.post(path, {"rules": [{"ends": True}], **period()})
    assert answer.fields == {"rules[0].rule": "required"}
    answer = scene.api.post(path, {"rules": [MORE], "from": "2026-02-01", "to": "2026-01-01"})
    assert answer.fields == {"to": "before_start"}


def test_published_from_a_moment_and_only_once() -> None:
    scene = make_scene()
    found = computed(scene, {"rule": scene.rule["id"], "reward": MORE["reward"]})
    path = f"simulations/{found['id']}/publish"
    past = {"valid_from": "2026-01-01T00:00:00Z"}
    assert scene.api.post(path, past).fields == {"valid_from": "in_the_past"}
    assert scene.api.post(path, {"reason": "Tried"}).status == 200
    rule = scene.api.get(f"rules/{scene.rule['id']}").body
    assert (rule["version"], rule["reward"]["rate"]) == (2, "12")
    assert scene.api.post(path, {"reason": "Again"}).status == 409
    stale = computed(scene, {"rule": scene.rule["id"], "ends": True})
    scene.api.patch(f"rules/{scene.rule['id']}", {"name": "Renamed"})
    answer = scene.api.post(f"simulations/{stale['id']}/publish", {})
    assert answer.status == 409
    assert "changed since" in answer.body["detail"]


def test_another_sellers_is_not_there(scene: Scene) -> None:
    made = computed(scene, MORE)
    other = make_caller()
    for path in (f"simulations/{made['id']}", f"simulations/{made['id']}/partners"):
        assert other.get(path).status == 404
    assert other.post(f"simulations/{made['id']}/publish", {}).status == 404
    assert other.get(f"programs/{scene.program['id']}/simulations").status == 404
