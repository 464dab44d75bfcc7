"""Deciding about many commissions over the API: a result for each id, in one call."""

from prm.ids import new_id
from tests.api.scene import Scene, make_scene


def _lines(scene: Scene, count: int) -> list[str]:
    sales = [scene.sell() for _each in range(count)]
    scene.compute()
    return [scene.commission(sale=sale["id"])["id"] for sale in sales]


def test_many_are_held_for_review_and_released() -> None:
    scene = make_scene(hold_days=30)
    ids = _lines(scene, 2)
    unknown = str(new_id())
    held = scene.api.post("commissions/hold", {"ids": [*ids, unknown], "review": True}).body
    assert [one["status"] for one in held["results"]] == [200, 200, 404]
    assert [one["id"] for one in held["results"]] == [*ids, unknown]
    assert held["results"][0]["commission"]["status"] == "held"
    assert held["results"][0]["commission"]["note"] == "fraud_review"
    again = scene.api.post("commissions/hold", {"ids": ids, "reason": "again"}).body
    assert [one["problem"]["status"] for one in again["results"]] == [409, 409]
    released = scene.api.post("commissions/release", {"ids": ids[:1]}).body
    assert released["results"][0]["commission"]["status"] == "pending"
    both = scene.api.post("commissions/reject", {"ids": ids, "reason": "Test orders"}).body
    assert [one["status"] for one in both["results"]] == [200, 200]


def test_what_is_malformed_is_refused_whole() -> None:
    scene = make_scene(hold_days=30)
    [line] = _lines(scene, 1)
    assert scene.api.post("commissions/hold", {"ids": [line]}).fields == {"reason": "required"}
    assert scene.api.post("commissions/reject", {"ids": [line]}).fields == {"reason": "required"}
    assert scene.api.post("commissions/approve", {"ids": []}).status == 422
    many = [str(new_id()) for _each in range(501)]
    assert scene.api.post("commissions/approve", {"ids": many}).status == 422
    assert scene.api.get(f"commissions/{line}").body["status"] == "pending"
    approved = scene.api.post("commissions/approve", {"ids": [line, line]}).body
    assert [one["status"] for one in approved["results"]] == [200]


def test_points_and_the_undoing_of_an_adjustment() -> None:
    scene = make_scene()
    sent = {"enrollment": scene.enrollment["id"], "amount": 10, "reason": "Hello"}
    points = scene.api.post("adjustments", {**sent, "currency": "PTS"})
    assert points.fields == {"currency": "no_points"}
    made = scene.api.post("adjustments", {**sent, "currency": "EUR"}).body["id"]
    undo = {**sent, "currency": "EUR", "amount": -10, "undoes": made}
    assert scene.api.post("adjustments", undo).status == 201
    assert scene.api.post("adjustments", undo).status == 409
