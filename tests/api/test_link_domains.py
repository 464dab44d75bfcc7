"""Hosts for links over the API: named, checked by a worker, taken away."""

import pytest
from django.test import override_settings

from activity import work
from sellers.scope import seller_scope
from tests.api.scene import LANDING, Scene, make_scene
from tests.cast import token
from tests.web_server import running_site
from tracking.models import LinkDomain
from tracking.models.links import PROOF_PATH
from tracking.services import domains


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene()


def test_named_checked_used_and_taken_away(scene: Scene) -> None:
    api, host = scene.api, f"go.{token()}.example"
    made = api.made("link-domains", {"host": host.upper()})
    assert (made["host"], made["state"], made["links"], made["verified_at"]) == (
        host,
        "named",
        0,
        None,
    )
    assert made["cname"]
    path = f"link-domains/{made['id']}"
    assert api.made(f"{path}/check")["state"] == "checking"
    with seller_scope(api.seller.pk):
        proof = LinkDomain.objects.get(pk=made["id"]).token
    assert proof not in api.get(path).raw.decode()
    with (
        running_site() as site,
        override_settings(
            OUTBOUND_ALLOWED_TEST_NETS=["127.0.0.0/8"], LINK_DOMAIN_ADDRESSES=[site.url("")]
        ),
    ):
        site.put(PROOF_PATH, proof)
        work.drain(domains.KIND, api.seller.pk)
    read = api.get(path).body
    assert (read["state"], read["fault"]) == ("verified", "")
    assert api.post(f"{path}/check").status == 409
    link = {"enrollment": scene.enrollment["id"], "destination": LANDING, "domain": host}
    assert host in api.made("links", link)["url"]
    assert api.get(path).body["links"] == 1
    assert [one["id"] for one in api.get("link-domains", state="verified").body["results"]] == [
        made["id"]
    ]
    assert api.call("DELETE", path).status == 204
    assert api.get(path).status == 404
    assert api.call("DELETE", path).status == 404


def test_what_is_wrong_is_named(scene: Scene) -> None:
    api, host = scene.api, f"go.{token()}.example"
    api.made("link-domains", {"host": host})
    again = api.post("link-domains", {"host": host})
    assert (again.status, again.fields) == (409, {"host": "taken"})
    assert api.post("link-domains", {"host": "localhost"}).fields == {"host": "invalid"}
    assert api.post("link-domains", {}).status == 400


def test_a_host_that_leads_elsewhere_says_why(scene: Scene) -> None:
    made = scene.api.made("link-domains", {"host": f"go.{token()}.example"})
    scene.api.made(f"link-domains/{made['id']}/check")
    with override_settings(LINK_DOMAIN_ADDRESSES=["http://127.0.0.1"]):
        work.drain(domains.KIND, scene.api.seller.pk)
    read = scene.api.get(f"link-domains/{made['id']}").body
    assert (read["state"], read["fault"]) == ("fault", "private")
