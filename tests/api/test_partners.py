"""Partners over the API."""

import uuid

import pytest

from tests.api.caller import Caller, make_caller


@pytest.fixture(scope="module")
def api() -> Caller:
    """A key with every scope."""
    return make_caller()


def test_a_partner_is_created_read_listed_and_changed(api: Caller) -> None:
    sent = {
        "name": "Blue Parrot",
        "email": "blue@example.com",
        "kind": "company",
        "country": "DE",
        "website": "https://blue.example.com/",
        "external_id": "crm-7",
    }
    created = api.post("partners", sent)
    assert created.status == 201
    assert {name: created.body[name] for name in sent} == sent
    assert created.body["status"] == "active"
    assert created.body["created_at"].endswith("Z")
    path = f"partners/{created.body['id']}"
    assert api.get(path).body == created.body
    assert api.get("partners", external_id="crm-7").body["results"] == [created.body]
    changed = api.patch(path, {"name": "Blue Parrot Ltd"})
    assert changed.status == 200
    assert changed.body["name"] == "Blue Parrot Ltd"
    assert changed.body["email"] == "blue@example.com"


def test_a_taken_external_id_is_a_conflict(api: Caller) -> None:
    api.made("partners", {"name": "First", "external_id": "taken"})
    again = api.post("partners", {"name": "Second", "external_id": "taken"})
    assert again.status == 409
    assert again.fields == {"external_id": "taken"}


def test_a_partner_is_suspended_brought_back_and_ended(api: Caller) -> None:
    path = f"partners/{api.made('partners', {'name': 'Green'})['id']}"
    assert api.post(f"{path}/suspend", {"reason": "Asked to"}).body["status"] == "suspended"
    assert api.post(f"{path}/suspend", {"reason": "Asked to"}).status == 409
    assert api.post(f"{path}/reactivate").body["status"] == "active"
    assert api.post(f"{path}/terminate", {"reason": "Closed"}).body["status"] == "terminated"
    assert api.post(f"{path}/reactivate").status == 409


def test_an_unknown_manager_is_refused_by_name(api: Caller) -> None:
    answer = api.post("partners", {"name": "X", "manager": str(uuid.uuid4())})
    assert answer.status == 422
    assert answer.fields == {"manager": "unknown"}


def test_balance_and_statement_of_a_new_partner_are_empty(api: Caller) -> None:
    partner = api.made("partners", {"name": "Fresh"})
    balance = api.get(f"partners/{partner['id']}/balance")
    assert balance.body == {"partner": partner["id"], "balances": []}
    period = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
    statement = api.get(f"partners/{partner['id']}/statement", **period)
    assert statement.status == 200
    assert statement.body == {
        **period,
        "currency": "EUR",
        "opening": 0,
        "closing": 0,
        "lines": [],
    }
