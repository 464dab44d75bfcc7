"""Performance over the API: results of a period, standings, reviews from writing to done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity import work
from commissions.performance import standings
from tests.api.scene import Scene, make_scene


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A partner with one sale of 100.00 today, counted and judged."""
    found = make_scene()
    found.sell(10_000)
    found.compute()
    work.drain("totals", found.api.seller.pk)
    while standings.step(found.api.seller.pk):
        pass
    return found


def test_results_of_a_period_beside_the_one_before(scene: Scene) -> None:
    path = f"partners/{scene.partner['id']}/performance"
    found = scene.api.get(path).body
    assert found["now"]["sales"] == 1
    assert found["now"]["amount"] == 10_000
    assert found["before"]["amount"] == 0
    assert found["currencies"] == ["EUR"]
    assert [(part["value"], part["now"]["amount"]) for part in found["parts"]] == [
        (scene.link["id"], 10_000)
    ]
    other = scene.api.get(path, currency="USD", by="sub1").body
    assert other["now"]["amount"] == 0
    assert other["parts"] == []
    backwards = scene.api.get(path, **{"from": "2026-02-02", "to": "2026-02-01"})
    assert (backwards.status, backwards.fields) == (422, {"to": "days_order"})
    long = scene.api.get(path, **{"from": "2020-01-01", "to": "2026-02-01"})
    assert (long.status, long.fields) == (422, {"from": "too_long"})


def test_standings_name_health_and_its_reason(scene: Scene) -> None:
    (row,) = scene.api.get("standings", partner=scene.partner["id"]).body["results"]
    assert (row["health"], row["why"]) == ("steady", "new")
    assert sum(row["parts"].values()) == row["score"]
    assert scene.api.get("standings", health="dormant").body["results"] == []


def test_a_review_from_writing_to_done(scene: Scene) -> None:
    today = timezone.localdate()
    days = {"first_on": str(today - timedelta(days=29)), "last_on": str(today)}
    made = scene.api.made(
        "reviews",
        {"partner": scene.partner["id"], **days, "targets": {"amount": 20_000},
         "scores": {"results": 4}, "private_notes": "Only us"},
    )  # fmt: skip
    assert made["targets"][0] == {"metric": "amount", "target": 20_000, "actual": 10_000}
    path = f"reviews/{made['id']}"
    changed = scene.api.patch(path, {"notes": "A good start."}).body
    assert (changed["notes"], changed["private_notes"]) == ("A good start.", "Only us")
    assert changed["scores"] == [{"criterion": "results", "score": 4}]
    twice = scene.api.post("reviews", {"partner": scene.partner["id"], **days})
    assert twice.status == 409
    action = scene.api.made(f"{path}/actions", {"text": "Two films", "side": "partner"})
    partner = scene.api.for_partner(scene.partner["id"])
    assert partner.get(path).status == 404, "not shared yet"
    assert scene.api.post(f"{path}/share").body["shared_at"]
    read = partner.get(path).body
    assert (read["notes"], read["private_notes"]) == ("A good start.", "")
    assert [one["text"] for one in read["actions"]] == ["Two films"]
    assert scene.api.patch(path, {"notes": "Later"}).status == 409
    assert scene.api.call("DELETE", path).status == 409
    done = f"review-actions/{action['id']}/done"
    assert scene.api.post(done).body["done_at"]
    assert scene.api.post(done).status == 409
    assert scene.api.post(f"review-actions/{action['id']}/reopen").body["done_at"] is None
    draft = scene.api.made(
        "reviews",
        {"partner": scene.partner["id"], "first_on": "2026-01-01", "last_on": "2026-01-31"},
    )
    assert scene.api.call("DELETE", f"reviews/{draft['id']}").status == 204


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"scores": {"results": 6}}, 422),
        ({"scores": {"charm": 3}}, 400),
        ({"targets": {"amount": -1}}, 422),
        ({"first_on": "2026-03-02", "last_on": "2026-03-01"}, 422),
        ({"currency": "euro"}, 422),
    ],
)
def test_a_review_that_cannot_be_is_refused(
    scene: Scene, changes: dict[str, object], status: int
) -> None:
    given = {"partner": scene.partner["id"], "first_on": "2026-03-01", "last_on": "2026-03-31"}
    assert scene.api.post("reviews", given | changes).status == status
