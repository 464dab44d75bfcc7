"""Clicks told over the API: a token each, kept with their sums, good ones when others fail."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sellers.scope import seller_scope
from tests.api.scene import Scene, make_scene
from tests.cast import token
from tracking.models import Click, LinkDay

PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A partner with a link."""
    return make_scene()


def told(scene: Scene, at: datetime | None = None, **fields: str) -> dict[str, Any]:
    """A click of the scene's link."""
    moment = (at or timezone.now()).isoformat()
    return {"link": scene.link["code"], "occurred_at": moment, "agent": PERSON, **fields}


def counted(scene: Scene) -> tuple[int, int]:
    """Clicks as rows and as summed by day."""
    with seller_scope(scene.api.seller.pk):
        days = LinkDay.objects.filter(link_id=scene.link["id"])
        rows = Click.objects.filter(link_id=scene.link["id"])
        return rows.count(), sum(day.clicks + day.bots for day in days)


def test_each_click_gets_a_token_that_credits_its_sale() -> None:
    scene = make_scene()
    at = timezone.now() - timedelta(days=3)
    answer = scene.api.post("clicks", [told(scene, at, sub1="mail"), told(scene)])
    first, second = answer.body["results"]
    assert (answer.status, first["status"], second["status"]) == (200, 201, 201)
    assert first["click_token"] != second["click_token"]
    sale = scene.api.made(
        "sales",
        {
            "external_id": token(),
            "currency": "EUR",
            "amount": 100,
            "click_token": first["click_token"],
        },
    )
    assert sale["partner"] == scene.partner["id"]
    assert sale["attribution"]["clicked_at"][:19] == at.isoformat()[:19]
    assert counted(scene) == (2, 2)
    with seller_scope(scene.api.seller.pk):
        assert Click.objects.filter(link_id=scene.link["id"], sub1="mail").count() == 1


def test_good_ones_are_kept_when_others_fail() -> None:
    scene = make_scene()
    ahead = timezone.now() + timedelta(minutes=6)
    answer = scene.api.post(
        "clicks",
        [
            told(scene),
            told(scene, link="nobody"),
            told(scene, ahead),
            told(scene, address="300.1.1.1"),
            {**told(scene), "subs": "x"},
            {"link": scene.link["code"]},
            told(scene, timezone.now() + timedelta(minutes=4)),
        ],
    )
    results = answer.body["results"]
    assert [one["status"] for one in results] == [201, 422, 422, 422, 400, 400, 201]
    fields = [one["problem"]["errors"][0]["field"] for one in results if "problem" in one]
    assert fields == ["link", "occurred_at", "address", "subs", "occurred_at"]
    assert counted(scene) == (2, 2)


def test_told_again_under_its_key_a_call_counts_once() -> None:
    scene = make_scene()
    body, key = [told(scene)], token()
    first = scene.api.post("clicks", body, idempotency_key=key)
    again = scene.api.post("clicks", body, idempotency_key=key)
    assert again.raw == first.raw
    assert counted(scene) == (1, 1)
    scene.api.post("clicks", body)  # the control: without the key it is another click
    assert counted(scene) == (2, 2)


def test_months_of_old_clicks_are_made() -> None:
    scene = make_scene()
    old = timezone.now() - timedelta(days=800)
    assert scene.api.post("clicks", [told(scene, old)]).body["results"][0]["status"] == 201
    assert counted(scene) == (1, 1)


def test_another_sellers_link_is_unknown(scene: Scene) -> None:
    other = make_scene()
    answer = other.api.post("clicks", [told(scene)])
    assert answer.body["results"][0]["problem"]["errors"][0]["code"] == "unknown"
    assert counted(scene) == (0, 0)


def test_at_most_a_thousand(scene: Scene) -> None:
    assert scene.api.post("clicks", []).status == 400
    assert scene.api.post("clicks", [told(scene)] * 1001).status == 400
