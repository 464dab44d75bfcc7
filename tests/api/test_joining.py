"""Check-lists, welcome mails and merged applicants over the API."""

import pytest

from tests.api.scene import Scene, make_scene
from tests.api.things import application_of

OWN = {"kind": "own", "label": "Call us", "ticked_by": "staff", "gates": ["materials"]}
MAIL = {"days": 3, "subject": "Hello {person}", "body": "Good to have {partner}."}


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A program with a partner in it."""
    return make_scene()


def test_a_check_list_is_set_read_and_ticked(scene: Scene) -> None:
    api, path = scene.api, f"programs/{scene.program['id']}/check-list"
    assert api.get(path).body == {"program": scene.program["id"], "steps": []}
    mine = f"enrollments/{scene.enrollment['id']}/check-list"
    assert api.get(mine).body["total"] == 0
    done = api.patch(path, {"steps": [OWN, {"kind": "link"}]})
    assert done.status == 200, done.raw
    own, link = done.body["steps"]
    assert {name: own[name] for name in OWN} == OWN
    assert (link["label"], link["gates"]) == ("", [])
    begun = api.get(mine).body
    assert (begun["done"], begun["total"], begun["closed"]) == (1, 2, ["materials"])
    ticked = api.post(f"{mine}/{own['id']}/tick", {})
    assert (ticked.body["done"], ticked.body["closed"]) == (2, [])
    assert ticked.body["steps"][0]["ticked_at"]
    assert api.post(f"{mine}/{link['id']}/tick", {}).status == 403, "that one ticks itself"
    assert api.post(f"{mine}/{own['id']}/untick", {}).body["done"] == 1
    assert api.post(f"{mine}/{own['id']}/untick", {}).status == 409
    renamed = api.patch(path, {"steps": [{**OWN, "id": own["id"], "label": "Ring us"}]})
    assert [one["id"] for one in renamed.body["steps"]] == [own["id"]]
    assert api.post(f"{mine}/{link['id']}/tick", {}).status in {403, 409}


def test_wrong_steps_are_refused_by_the_path(scene: Scene) -> None:
    api, path = scene.api, f"programs/{scene.program['id']}/check-list"
    before = api.get(path).body
    for steps, field in (
        ([{"kind": "own"}], "steps[0].label"),
        ([{"kind": "link"}, {"kind": "link"}], "steps[1].kind"),
        ([{"kind": "link", "gates": ["links"]}], "steps[0].gates"),
        ([{"kind": "swim"}], "steps[0].kind"),
        ([{"kind": "link", "colour": "red"}], "steps[0].colour"),
        ([{**OWN, "url": "ftp://x"}], "steps[0].url"),
    ):
        refused = api.patch(path, {"steps": steps})
        assert refused.status in {400, 422}, refused.raw
        assert set(refused.fields) == {field}
    without = api.patch(path, {"steps": [{"label": "No kind"}]})
    assert without.fields == {"steps[0].kind": "required"}
    assert api.patch(path, {}).body == api.get(path).body == before


def test_a_partner_reads_his_own_list_only(scene: Scene) -> None:
    key = scene.api.for_partner(scene.partner["id"])
    assert key.get(f"enrollments/{scene.enrollment['id']}/check-list").status == 200
    other = scene.api.made("partners", {"name": "Grey Owl"})
    into = {"program": scene.program["id"]}
    theirs = scene.api.made(f"partners/{other['id']}/enrollments", into)
    assert key.get(f"enrollments/{theirs['id']}/check-list").status == 404


def test_a_welcome_mail_is_written_changed_and_stopped(scene: Scene) -> None:
    api, path = scene.api, f"programs/{scene.program['id']}/welcome-mails"
    made = api.post(path, MAIL)
    assert made.status == 201, made.raw
    assert {name: made.body[name] for name in MAIL} == MAIL
    assert (made.body["sent_count"], made.body["only_unfinished"]) == (0, False)
    one = f"welcome-mails/{made.body['id']}"
    changed = api.patch(one, {"days": 7, "only_unfinished": True}).body
    assert (changed["days"], changed["only_unfinished"]) == (7, True)
    assert changed["subject"] == MAIL["subject"]
    assert api.get(one).body == changed
    assert api.get(path).body["results"] == [changed]
    assert api.patch(one, {"days": 366}).status in {400, 422}
    assert api.post(path, {"days": 1}).status == 400
    assert api.call("DELETE", one).status == 204
    assert api.get(one).status == 404
    assert api.get(path).body["results"] == []


def test_an_applicant_is_merged_into_a_partner(scene: Scene) -> None:
    api = scene.api
    application = application_of(scene)
    applicant = api.get(f"applications/{application}").body["partner"]
    path = f"applications/{application}/merge"
    assert api.post(path, {"partner": scene.program["id"]}).fields == {"partner": "unknown"}
    assert api.post(path, {"partner": scene.partner["id"], "role": "king"}).status in {400, 422}
    done = api.post(path, {"partner": scene.partner["id"], "role": "member"})
    assert done.status == 200, done.raw
    assert (done.body["status"], done.body["partner"]) == ("approved", scene.partner["id"])
    left = api.get(f"partners/{applicant}").body
    assert (left["status"], left["merged_into"]) == ("rejected", scene.partner["id"])
    assert api.post(path, {"partner": scene.partner["id"]}).status == 409
