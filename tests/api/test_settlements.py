"""Agreements and settlements over the API, from the terms to the payable line."""

from typing import Any

import pytest

from tests.api.scene import Scene, make_scene
from tests.api.settled import agree, settled_ids


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_a_royalty_from_agreement_to_earnings(scene: Scene) -> None:
    ids = settled_ids(scene)
    path = f"settlements/{ids['settlement_id']}"
    draft = scene.api.get(path).body
    assert (draft["status"], draft["total"]) == ("draft", 4_000)
    refused = scene.api.post(f"{path}/approve", {"digest": "0" * 64})
    assert refused.status == 409
    approved = scene.api.made(f"{path}/approve", {"digest": draft["digest"]})
    assert approved["status"] == "approved"
    assert scene.api.post(f"{path}/approve", {}).status == 409
    (line,) = scene.api.get(f"{path}/lines").body["results"]
    assert (line["code"], line["base"], line["amount"]) == ("royalty", 50_000, 4_000)
    assert line["reason"].replace("\xa0", " ") == "8 % of net sales of EUR 500.00."
    earned = scene.commission(kind="settlement")
    assert (earned["amount"], earned["status"]) == (4_000, "payable")
    assert "8 % of net sales of EUR 500.00 in" in earned["reason"].replace("\xa0", " ")
    balance = scene.api.get(f"partners/{scene.partner['id']}/balance")
    assert balance.status == 200


def test_terms_change_in_versions(scene: Scene) -> None:
    agreement = agree(scene)
    path = f"agreements/{agreement['id']}"
    terms = {"rate": "10", "guarantee": {"amount": 5_000, "per": "period"}}
    changed = scene.api.patch(path, {"terms": terms, "reason": "Agreed anew"})
    assert changed.status == 200, changed.raw
    assert (changed.body["version"], changed.body["terms"]["rate"]) == (2, "10")
    numbers = [one["number"] for one in scene.api.get(f"{path}/versions").body["results"]]
    assert numbers == [2, 1]
    ended = scene.api.made(f"{path}/end", {"ends_on": agreement["starts_on"]})
    assert ended["ends_on"] == agreement["starts_on"]


def test_an_advance_is_paid_and_listed(scene: Scene) -> None:
    agreement = agree(scene)
    path = f"agreements/{agreement['id']}/advances"
    body = {"amount": 9_000, "granted_on": agreement["starts_on"], "note": "On signing"}
    assert scene.api.made(path, body)["paid"] is True
    assert [one["amount"] for one in scene.api.get(path).body["results"]] == [9_000]
    assert scene.commission(kind="settlement")["amount"] == 9_000


def test_a_figure_is_taken_out_again(scene: Scene) -> None:
    ids = settled_ids(scene)
    path = f"settlement-entries/{ids['entry_id']}"
    assert scene.api.post(f"{path}/approve").status == 409
    refused = scene.api.made(f"{path}/reject", {"reason": "Counted twice"})
    assert (refused["status"], refused["reason"]) == ("rejected", "Counted twice")
    listed = scene.api.get(f"agreements/{ids['agreement_id']}/entries").body["results"]
    assert [one["status"] for one in listed] == ["rejected"]


def test_a_partner_reads_his_own_approved_ones(scene: Scene) -> None:
    ids = settled_ids(scene)
    own = scene.api.for_partner(scene.partner["id"])
    other = scene.api.for_partner(scene.api.made("partners", {"name": "Other"})["id"])
    assert own.get("settlements").body["results"] == []
    scene.api.made(f"settlements/{ids['settlement_id']}/approve", {})
    assert len(own.get("settlements").body["results"]) == 1
    assert own.get(f"settlements/{ids['settlement_id']}/lines").status == 200
    assert own.get(f"agreements/{ids['agreement_id']}").body["terms"]["rate"] == "8"
    assert other.get(f"agreements/{ids['agreement_id']}").status == 404
    assert other.get(f"settlements/{ids['settlement_id']}").status == 404
    assert other.get("agreements").body["results"] == []


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"terms": {"rate": "101"}}, 422, "terms.rate"),
        ({"terms": {"rate": "8", "steps": [{"from": 0, "rate": "9"}]}}, 422, "terms.steps[0].from"),
        ({"terms": {"rate": "8", "colour": "red"}}, 422, "terms.colour"),
        ({"parties": []}, 422, "parties"),
        ({"parties": [{"parts": 1}]}, 422, "parties"),
        ({"period": "week"}, 422, "period"),
        ({"starts_on": "soon"}, 400, "starts_on"),
        ({"ends_on": "2001-01-01"}, 422, "ends_on"),
        ({"unknown": 1}, 400, "unknown"),
    ],
)
def test_what_cannot_be_agreed_is_refused_by_the_field(
    scene: Scene, given: dict[str, Any], status: int, field: str
) -> None:
    ids = agree(scene, terms={"rate": "8", "source": "reports"})
    body = {
        "program": ids["program"],
        "name": "Another",
        "period": "month",
        "starts_on": ids["starts_on"],
        "parties": [{"enrollment": ids["parties"][0]["enrollment"]}],
        "terms": {"rate": "8"},
        **given,
    }
    answer = scene.api.post("agreements", body)
    assert (answer.status, list(answer.fields)) == (status, [field]), answer.raw
