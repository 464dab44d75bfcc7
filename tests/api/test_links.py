"""Links over the API: their end, their targets, their host, and changing them."""

from typing import Any

import pytest
from django.utils import timezone

from sellers.actors import Actor
from sellers.scope import seller_scope
from tests.api.scene import LANDING, Scene, make_scene
from tests.cast import token
from tracking import services
from tracking.models import LinkDomain

TARGET = {"countries": ["ID"], "devices": ["mobile"], "destination": f"{LANDING}app"}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


def _body(scene: Scene, **fields: Any) -> dict[str, Any]:
    return {"enrollment": scene.enrollment["id"], "destination": LANDING, **fields}


def _domain(scene: Scene, *, proved: bool) -> str:
    seller = scene.api.seller
    with seller_scope(seller.pk):
        domain = services.add_domain(
            seller=seller, host=f"go.{token()}.example", actor=Actor.person(scene.api.user)
        )
        if proved:
            LinkDomain.objects.filter(pk=domain.pk).update(verified_at=timezone.now())
    return domain.host


def test_a_link_with_everything(scene: Scene) -> None:
    host = _domain(scene, proved=True)
    made = scene.api.made(
        "links",
        _body(scene, expires_at="2190-01-01T00:00:00Z", targets=[TARGET], domain=host.upper()),
    )
    assert made["url"] == f"http://{host}/r/{made['code']}"
    assert (made["domain"], made["expires_at"]) == (host, "2190-01-01T00:00:00Z")
    assert made["targets"] == [TARGET]
    plain = scene.api.made("links", _body(scene))
    assert (plain["domain"], plain["targets"], plain["expires_at"]) == (None, [], None)
    assert plain["url"] == f"http://localhost:8000/r/{plain['code']}"


def test_a_link_is_changed_field_by_field(scene: Scene) -> None:
    made = scene.api.made("links", _body(scene, label="Spring"))
    path = f"links/{made['id']}"
    changed = scene.api.patch(path, {"expires_at": "2190-01-01T00:00:00Z", "targets": [TARGET]})
    assert (changed.body["label"], changed.body["targets"]) == ("Spring", [TARGET])
    back = scene.api.patch(path, {"expires_at": None, "targets": [], "destination": f"{LANDING}x"})
    assert (back.body["expires_at"], back.body["targets"]) == (None, [])
    assert back.body["destination"] == f"{LANDING}x"
    assert back.body["url"] == made["url"]
    scene.api.made(f"{path}/disable")
    assert scene.api.patch(path, {"label": "Late"}).status == 409


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "expires_at"),
        ({"expires_at": "soon"}, 400, "expires_at"),
        ({"targets": {}}, 400, "targets"),
        ({"targets": [{**TARGET, "countries": ["XX"]}]}, 422, "targets[0].countries"),
        ({"targets": [{**TARGET, "devices": ["fridge"]}]}, 422, "targets[0].devices[0]"),
        ({"targets": [TARGET, {"destination": "https://evil.example/"}]}, 422,
         "targets[1].destination"),
        ({"targets": [{**TARGET, "other": 1}]}, 400, "targets[0].other"),
        ({"targets": [{"countries": ["ID"]}]}, 400, "targets[0].destination"),
        ({"domain": "go.nobody.example"}, 422, "domain"),
        ({"destination": "https://evil.example/"}, 422, "destination"),
        ({"code": "other-code"}, 400, "code"),
    ],
)  # fmt: skip
def test_what_is_refused_of_a_change_says_where(
    scene: Scene, fields: dict[str, Any], status: int, field: str
) -> None:
    answer = scene.api.patch(f"links/{scene.link['id']}", fields)
    assert (answer.status, list(answer.fields)) == (status, [field])


def test_a_host_that_did_not_prove_itself_or_is_anothers_is_unknown(scene: Scene) -> None:
    for host in (_domain(scene, proved=False), _domain(make_scene(), proved=True)):
        answer = scene.api.post("links", _body(scene, domain=host))
        assert (answer.status, answer.fields) == (422, {"domain": "unknown"})
