"""Tiers over the API: conditions, who would move, where a partner stands, pinning."""

import pytest

from commissions.tiering import evaluation
from tests.api.scene import Scene, make_scene
from tests.cast import token


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A program with a partner and one sale of 100.00."""
    found = make_scene()
    found.sell(10_000)
    found.compute()
    return found


def body(scene: Scene, **changes: object) -> dict[str, object]:
    """A tier from 50.00 of sales in 90 days on."""
    asked = {"metric": "sales_amount", "window": "rolling_90_days", "from": 5_000}
    names = {"program": scene.program["id"], "key": f"t-{token()}", "name": "Ash"}
    return {**names, "rank": int(token(), 16) % 1000, **asked, **changes}


def test_a_condition_is_shown_as_it_was_given(scene: Scene) -> None:
    given = body(scene, grace_days=30, benefits=["2 points more"])
    made = scene.api.made("tiers", given)
    assert {
        name: made[name] for name in ("metric", "window", "from", "grace_days", "benefits")
    } == {
        "metric": "sales_amount",
        "window": "rolling_90_days",
        "from": 5_000,
        "grace_days": 30,
        "benefits": ["2 points more"],
    }
    bare = scene.api.patch(f"tiers/{made['id']}", {"metric": None}).body
    assert (bare["metric"], bare["window"], bare["from"]) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"window": None}, {"window": "required"}),
        ({"from": None}, {"from": "required"}),
        ({"metric": "turnover"}, {"metric": "unknown_choice"}),
        ({"grace_days": 366}, {"grace_days": "out_of_range"}),
        ({"from": -1}, {"from": "out_of_range"}),
    ],
)
def test_half_a_condition_is_refused(
    scene: Scene, changes: dict[str, object], fields: dict[str, str]
) -> None:
    answer = scene.api.post("tiers", body(scene, **changes))
    assert answer.status == 422
    assert answer.fields.keys() == fields.keys()


def test_a_preview_saves_nothing_and_the_evaluation_then_moves(scene: Scene) -> None:
    draft = body(scene, window="lifetime", rank=500, **{"from": 0})
    seen = scene.api.post("tiers/preview", draft)
    assert seen.status in {200, 201}
    (mover,) = seen.body["movers"]
    assert (mover["step"], mover["after"]) == ("rises", draft["key"])
    assert mover["enrollment"] == scene.enrollment["id"]
    made = scene.api.made("tiers", draft)
    while evaluation.step(scene.api.seller.pk):
        pass
    stands = scene.api.get(f"enrollments/{scene.enrollment['id']}/tier").body
    assert stands["tier"] == made["id"]
    moves = scene.api.get("tier-moves", enrollment=scene.enrollment["id"]).body["results"]
    assert [(one["after"], one["cause"]) for one in moves] == [(made["id"], "reached")]
    assert moves[0]["facts"]["threshold"] == 0


def test_a_pin_needs_a_reason_and_is_taken_off_once(scene: Scene) -> None:
    one = f"enrollments/{scene.enrollment['id']}/tier"
    assert scene.api.post(f"{one}/pin", {"tier": None, "reason": " "}).status in {400, 422}
    pinned = scene.api.post(f"{one}/pin", {"tier": None, "reason": "Agreed"})
    assert pinned.body["tier_pinned_at"] is not None
    assert scene.api.post(f"{one}/unpin").body["tier_pinned_at"] is None
    assert scene.api.post(f"{one}/unpin").status == 409
