"""Rules, tiers, groups and recruiters over the API."""

from typing import Any

import pytest

from tests.api.caller import Answered
from tests.api.scene import Scene, make_scene
from tests.api.things import group_of, tier_of

WHOLE: dict[str, Any] = {
    "name": "New customers, beans",
    "event": "sale",
    "reward": {"type": "percent", "rate": "12", "base": "net"},
    "conditions": {
        "all": [
            {"field": "customer.new", "op": "eq", "value": True},
            {"any": [{"field": "category", "op": "eq", "value": "Beans"}]},
        ]
    },
    "brackets": {
        "metric": "sales_amount",
        "window": "month",
        "mode": "marginal",
        "steps": [{"from": 2_500_000, "rate": "15"}],
    },
    "duration": {"months": 12},
    "limits": [{"per": "sale", "window": "sale", "amount": 50_000}],
    "adds": True,
}


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A program with a rule, a partner and a link."""
    return make_scene()


def post(scene: Scene, **fields: Any) -> Answered:
    """A rule of the scene's program."""
    plain = {"name": "Ten", "reward": {"type": "percent", "rate": "10"}}
    return scene.api.post(f"programs/{scene.program['id']}/rules", {**plain, **fields})


def test_a_rule_comes_back_as_it_was_sent(scene: Scene) -> None:
    made = post(scene, **WHOLE, priority=5)
    assert made.status == 201
    read = scene.api.get(f"rules/{made.body['id']}").body
    assert read == made.body
    assert {name: read[name] for name in WHOLE} == WHOLE
    assert (read["priority"], read["scope"], read["override"]) == (5, {}, None)
    (version,) = scene.api.get(f"rules/{read['id']}/versions").body["results"]
    assert {name: version[name] for name in WHOLE} == WHOLE


def test_a_change_keeps_what_it_does_not_name(scene: Scene) -> None:
    rule = post(scene, **WHOLE).body
    path = f"rules/{rule['id']}"
    changed = scene.api.patch(path, {"duration": None, "reason": "For ever"}).body
    assert changed["version"] == 2
    kept = {name: value for name, value in WHOLE.items() if name != "duration"}
    assert {name: changed[name] for name in kept} == kept
    assert changed["duration"] is None
    newest = scene.api.get(f"{path}/versions").body["results"][0]
    assert newest["reason"] == "For ever"
    same = scene.api.patch(path, {"adds": True}).body
    assert same["version"] == 2, "nothing differs, so no version is made"


def test_a_change_is_checked_as_a_whole(scene: Scene) -> None:
    rule = post(scene, **WHOLE).body
    answer = scene.api.patch(f"rules/{rule['id']}", {"reward": {"type": "flat", "amount": 500}})
    assert answer.status == 400
    assert answer.fields == {
        "brackets.steps[0].amount": "required",
        "brackets.steps[0].rate": "unknown_field",
    }
    for fixed in ("priority", "scope"):
        answer = scene.api.patch(f"rules/{rule['id']}", {fixed: 1})
        assert answer.fields == {fixed: "unknown_field"}


def test_mistakes_name_their_path(scene: Scene) -> None:
    wrong = {"all": [{"field": "amount", "op": "gte", "value": "5000"}]}
    answer = post(scene, conditions=wrong)
    assert answer.status == 400
    assert answer.fields == {"conditions.all[0].value": "wrong_type"}
    steps = [{"from": 10, "rate": "5"}, {"from": 20, "rate": "6"}, {"from": 15, "rate": "7"}]
    brackets = {"metric": "quantity", "window": "month", "mode": "slab", "steps": steps}
    answer = post(scene, brackets=brackets)
    assert answer.status == 422
    assert answer.fields == {"brackets.steps[2].from": "not_ascending"}


def test_an_override_is_sent_as_a_level(scene: Scene) -> None:
    made = post(scene, event="commission", override={"level": 2}).body
    assert (made["event"], made["override"]) == ("commission", {"level": 2})
    changed = scene.api.patch(f"rules/{made['id']}", {"override": {"level": 1}}).body
    assert changed["override"] == {"level": 1}
    answer = scene.api.patch(f"rules/{made['id']}", {"override": None})
    assert (answer.status, answer.fields) == (422, {"override": "missing_override"})


def test_a_rule_is_for_one_part_of_the_program(scene: Scene) -> None:
    tier, group = tier_of(scene), group_of(scene)
    for scope in ({"tier": tier["id"]}, {"group": group["id"]}, {"partner": scene.partner["id"]}):
        made = post(scene, scope=scope)
        assert (made.status, made.body["scope"]) == (201, scope)
    two = post(scene, scope={"tier": tier["id"], "group": group["id"]})
    assert (two.status, two.fields) == (422, {"scope": "one_scope"})
    outside = scene.api.made("partners", {"name": "Outside"})
    answer = post(scene, scope={"partner": outside["id"]})
    assert (answer.status, answer.fields) == (422, {"scope.partner": "not_enrolled"})
    other = make_scene(scene.api)
    answer = post(scene, scope={"tier": tier_of(other)["id"]})
    assert (answer.status, answer.fields) == (422, {"scope.tier": "other_program"})
    elsewhere = make_scene()
    answer = post(scene, scope={"tier": tier_of(elsewhere)["id"]})
    assert (answer.status, answer.fields) == (422, {"scope.tier": "unknown"})


def test_an_enrollment_has_a_tier_and_a_group(scene: Scene) -> None:
    tier, group = tier_of(scene), group_of(scene)
    partner = scene.api.made("partners", {"name": "Placed"})
    body = {"program": scene.program["id"], "tier": tier["id"]}
    path = f"partners/{partner['id']}/enrollments"
    made = scene.api.made(path, body)
    assert (made["tier"], made["group"]) == (tier["id"], None)
    one = f"enrollments/{made['id']}"
    moved = scene.api.patch(one, {"tier": None, "group": group["id"]})
    assert (moved.body["tier"], moved.body["group"]) == (None, group["id"])
    assert scene.api.get(one).body == moved.body
    foreign = tier_of(make_scene(scene.api))["id"]
    answer = scene.api.patch(one, {"tier": foreign})
    assert (answer.status, answer.fields) == (422, {"tier": "other_program"})


def test_tiers_are_listed_by_program_and_keep_their_key(scene: Scene) -> None:
    mine = make_scene(scene.api)
    tier = tier_of(mine)
    listed = scene.api.get("tiers", program=mine.program["id"]).body["results"]
    assert [one["id"] for one in listed] == [tier["id"]]
    path = f"tiers/{tier['id']}"
    assert scene.api.patch(path, {"name": "Oak"}).body["name"] == "Oak"
    assert scene.api.patch(path, {"key": "oak"}).fields == {"key": "unknown_field"}
    again = {"program": mine.program["id"], "key": tier["key"], "name": "Oak", "rank": 1}
    answer = scene.api.post("tiers", again)
    assert (answer.status, answer.fields) == (409, {"key": "taken"})


def test_a_partner_names_his_recruiter(scene: Scene) -> None:
    api = scene.api
    upper = scene.partner
    lower = api.made("partners", {"name": "Recruit", "recruited_by": upper["id"]})
    assert lower["recruited_by"] == upper["id"]
    listed = api.get("partners", recruited_by=upper["id"]).body["results"]
    assert lower["id"] in [one["id"] for one in listed]
    answer = api.patch(f"partners/{upper['id']}", {"recruited_by": lower["id"]})
    assert (answer.status, answer.fields) == (422, {"recruited_by": "circle"})
    answer = api.patch(f"partners/{upper['id']}", {"recruited_by": upper["id"]})
    assert (answer.status, answer.fields) == (422, {"recruited_by": "self"})
    changed = api.patch(f"partners/{lower['id']}", {"recruited_by": None, "name": "Free"}).body
    assert (changed["recruited_by"], changed["name"]) == (None, "Free")
