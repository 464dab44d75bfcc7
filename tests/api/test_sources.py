"""Inbound sources over the API: set up, signed with, rotated, paused, removed, and their log."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from standardwebhooks import Webhook

from activity import work
from activity.models import Event
from commissions.models import SourceSecret
from sellers.models import IdempotencyRecord
from sellers.scope import seller_scope
from tests.api.caller import Caller
from tests.api.scene import Scene, make_scene
from tests.cast import token


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


def _source(api: Caller, **fields: object) -> dict[str, object]:
    made: dict[str, object] = api.made(
        "sources", {"kind": "generic", "name": f"Shop {token()}", **fields}
    )
    return made


def _post(source: dict[str, object], secret: str, order: str) -> int:
    """A signed message of the shop, as its program would send it."""
    sale = {"external_id": order, "currency": "EUR", "amount": 10_000}
    body = json.dumps({"type": "sale.created", "data": sale})
    now, name = datetime.now(UTC), f"msg_{token()}"
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, now, body),
    }
    path = str(source["url"]).split("/", 3)[3]
    answer = Client().post(
        f"/{path}", body, content_type="application/json", headers={"host": "localhost", **headers}
    )
    return answer.status_code


def test_set_up_sent_to_and_read(scene: Scene) -> None:
    api = scene.api
    made = _source(api, program=scene.program["id"])
    assert (made["state"], made["program"]) == ("new", scene.program["id"])
    assert "sale.created" in made["events"]  # type: ignore[operator]
    assert str(made["url"]).endswith(f"/hooks/{made['id']}")
    path = f"sources/{made['id']}"
    secret = api.made(f"{path}/secret", {})
    assert secret["secret"].startswith("whsec_")
    assert secret["old_secrets_end_at"] is None
    orders = [f"KN-{token()}" for _each in range(3)]
    assert [_post(made, secret["secret"], order) for order in orders] == [200, 200, 200]
    work.drain("inbound", api.seller.pk)
    first = api.get(f"{path}/arrivals", limit=2).body
    assert [one["outcome"][0]["label"] for one in first["results"]] == orders[:0:-1]
    assert {(one["state"], one["topic"]) for one in first["results"]} == {("done", "sale.created")}
    rest = api.get(first["next"]).body
    assert [one["outcome"][0]["label"] for one in rest["results"]] == orders[:1]
    assert rest["next"] is None
    assert api.get(f"{path}/arrivals", state="failed").body["results"] == []
    assert api.get(path).body["state"] == "active"
    assert api.get("sources", state="active").body["results"][0]["id"] == made["id"]


def test_a_secret_is_shown_once_and_rotated_with_an_overlap(scene: Scene) -> None:
    api, made = scene.api, _source(scene.api)
    path, key = f"sources/{made['id']}", f"key-{token()}"
    first = api.post(f"{path}/secret", {}, **{"Idempotency-Key": key})
    again = api.post(f"{path}/secret", {}, **{"Idempotency-Key": key})
    assert first.body["secret"]
    assert (again.status, again.body["secret"]) == (200, None)
    with seller_scope(api.seller.pk):
        assert SourceSecret.objects.filter(source_id=str(made["id"])).count() == 1
        kept = IdempotencyRecord.objects.get(key=key)
        assert first.body["secret"].encode() not in bytes(kept.body or b"")
    second = api.made(f"{path}/secret", {})
    assert second["old_secrets_end_at"] is not None
    for secret in (first.body["secret"], second["secret"]):
        assert _post(made, secret, f"KN-{token()}") == 200
    assert api.made(f"{path}/end-old-secrets") == {"ended": 1}
    assert _post(made, first.body["secret"], f"KN-{token()}") == 401
    assert _post(made, second["secret"], f"KN-{token()}") == 200
    assert second["secret"] not in api.get(path).raw.decode()
    mine = api.made(f"{path}/secret", {"secret": second["secret"]})
    assert mine["secret"] is None
    bad = api.post(f"{path}/secret", {"secret": "short"})
    assert (bad.status, bad.fields) == (422, {"secret": "no_whsec"})
    shop = _source(api, kind="stripe")
    assert api.post(f"sources/{shop['id']}/secret", {}).fields == {"secret": "required"}


def test_paused_resumed_changed_and_removed(scene: Scene) -> None:
    api, made = scene.api, _source(scene.api)
    path, name = f"sources/{made['id']}", f"Shop {token()}"
    assert api.made(f"{path}/pause")["state"] == "paused"
    assert api.post(f"{path}/pause").status == 409
    assert api.made(f"{path}/resume")["state"] == "new"
    changed = api.patch(path, {"name": name, "program": scene.program["id"]}).body
    assert (changed["name"], changed["program"]) == (name, scene.program["id"])
    assert api.patch(path, {"program": None}).body["program"] is None
    assert api.post("sources", {"kind": "generic", "name": name}).fields == {"name": "taken"}
    assert api.call("DELETE", path).status == 204
    assert api.get(path).status == 404
    assert api.get(f"{path}/arrivals").status == 200
    with seller_scope(api.seller.pk):
        told = Event.objects.filter(object_id=str(made["id"])).order_by("id")
        assert list(told.values_list("verb", flat=True)) == [
            "source.created",
            "source.paused",
            "source.resumed",
            "source.changed",
            "source.changed",
            "source.removed",
        ]
        assert {one.actor_kind for one in told} == {"key"}


def test_a_number_prefix_is_checked(scene: Scene) -> None:
    sent = {"kind": "generic", "name": f"Shop {token()}", "number_prefix": "a b"}
    assert scene.api.post("sources", sent).fields == {"number_prefix": "invalid"}
    made = _source(scene.api, number_prefix="de-")
    assert made["number_prefix"] == "de-"


def test_a_partners_key_has_no_sources_and_no_hosts(scene: Scene) -> None:
    partner = scene.api.for_partner(scene.partner["id"])
    for path in ("sources", "link-domains"):
        assert partner.get(path).status == 403
