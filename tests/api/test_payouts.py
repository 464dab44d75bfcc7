"""Payouts over the API: two people, one file, every cent accounted for."""

import hashlib

import pytest

from ledger import selectors as ledger
from sellers.scope import seller_scope
from tests.api.caller import Caller
from tests.api.routes import METHOD
from tests.api.scene import Scene, make_scene
from tests.api.things import other_person


@pytest.fixture
def scene() -> Scene:
    """A partner with 10.00 payable and an account to pay it to."""
    made = make_scene()
    made.sell(10_000)
    made.compute()
    made.api.made(f"partners/{made.partner['id']}/payout-methods", METHOD)
    return made


def approved(scene: Scene) -> str:
    """The path of a batch that a second person approved."""
    batch = scene.api.made("payout-batches", {"currency": "EUR"})
    path = f"payout-batches/{batch['id']}"
    other_person(scene.api).made(f"{path}/approve")
    return path


def lines(api: Caller, path: str) -> list[dict[str, str]]:
    """The lines of a batch."""
    found: list[dict[str, str]] = api.get(f"{path}/lines").body["results"]
    return found


def balance(scene: Scene) -> dict[str, int]:
    """The partner's balance in EUR; the books must balance."""
    with seller_scope(scene.api.seller.pk):
        assert set(ledger.trial_balance().values()) <= {0}
    found: dict[str, int] = scene.api.get(f"partners/{scene.partner['id']}/balance").body[
        "balances"
    ][0]
    return found


def test_a_method_shows_only_the_tail_of_its_account(scene: Scene) -> None:
    path = f"partners/{scene.partner['id']}/payout-methods"
    raw = scene.api.get(path).raw.decode()
    assert METHOD["account"] not in raw
    assert "3000" in raw
    wrong = {**METHOD, "account": "DE89370400440532013001"}
    assert scene.api.post(path, wrong).fields == {"account": "iban"}
    assert scene.api.post(path, {**METHOD, "kind": "cash"}).status == 422


def test_a_changed_account_tells_from_when_on_it_is_used(scene: Scene) -> None:
    partner = scene.partner["id"]
    first = scene.api.get(f"partners/{partner}/payout-methods").body["results"][0]
    assert first["confirmed_at"] == first["usable_at"]  # a first one set by the seller
    held = scene.api.made(f"partners/{partner}/payout-methods", {**METHOD, "name": "New"})
    assert held["usable_at"] > held["confirmed_at"]
    found = scene.api.get("payout-methods?state=held").body["results"]
    assert [(one["id"], one["state"], one["partner"]) for one in found] == [
        (held["id"], "held", partner)
    ]
    assert scene.api.get("payout-methods?state=in_force").body["results"] == []
    assert scene.api.get("payout-methods?state=lost").status == 422


def test_the_file_is_refused_while_one_of_the_batch_is_stopped(scene: Scene) -> None:
    path = approved(scene)
    scene.api.made(f"partners/{scene.partner['id']}/payout-methods", {**METHOD, "name": "New"})
    assert scene.api.get(f"{path}/files/csv").status == 409
    assert scene.api.post(f"{path}/settle").status == 409
    assert scene.api.post(f"{path}/cancel").body["status"] == "cancelled"
    assert balance(scene)["payable"] > 0


def test_a_batch_is_drafted_approved_exported_and_settled(scene: Scene) -> None:
    drafted = scene.api.post("payout-batches", {"currency": "EUR"})
    assert drafted.status == 201
    assert (drafted.body["status"], drafted.body["total"]) == ("draft", 1_000)
    path = f"payout-batches/{drafted.body['id']}"
    assert scene.api.get(f"{path}/files/csv").status == 409
    own = scene.api.post(f"{path}/approve")
    assert own.status == 403
    assert own.headers["Content-Type"] == "application/problem+json"
    second_key = scene.api.with_scopes("payouts:write")
    assert second_key.post(f"{path}/approve").status == 403
    done = other_person(scene.api).post(f"{path}/approve")
    assert done.status == 200
    assert done.body["status"] == "approved"
    assert balance(scene)["in_payout"] == 1_000

    file = scene.api.get(f"{path}/files/csv")
    assert file.headers["Content-Type"] == "text/csv"
    assert METHOD["account"] in file.raw.decode()
    assert hashlib.sha256(file.raw).hexdigest() == done.body["file_sha256"]
    assert scene.api.get(f"{path}/files/csv").raw == file.raw
    assert scene.api.get(f"{path}/files/pdf").status == 404

    assert scene.api.post(f"{path}/settle").body["status"] == "settled"
    assert scene.api.post(f"{path}/settle").status == 409
    assert balance(scene)["paid"] == 1_000
    assert scene.commission(status="paid")["amount"] == 1_000


def test_a_line_that_came_back_is_payable_again(scene: Scene) -> None:
    path = approved(scene)
    line = lines(scene.api, path)[0]
    assert line["status"] == "approved"
    back = scene.api.post(f"{path}/return", {"line": line["id"], "reason": "Account closed"})
    assert back.status == 200
    assert balance(scene)["payable"] == 1_000
    assert lines(scene.api, path)[0]["reason"] == "Account closed"
    again = scene.api.post(f"{path}/return", {"line": line["id"], "reason": "Account closed"})
    assert again.status == 409
    assert scene.api.post("payout-batches", {"currency": "EUR"}).status == 201


def test_a_draft_is_one_per_currency_and_may_be_cancelled(scene: Scene) -> None:
    batch = scene.api.made("payout-batches", {"currency": "EUR"})
    assert scene.api.post("payout-batches", {"currency": "EUR"}).status == 409
    assert scene.api.post("payout-batches", {"currency": "USD"}).status == 409
    path = f"payout-batches/{batch['id']}"
    assert scene.api.post(f"{path}/cancel").body["status"] == "cancelled"
    assert scene.api.post(f"{path}/cancel").status == 409
    assert scene.api.post("payout-batches", {"currency": "EUR"}).status == 201


def test_one_line_is_settled_and_the_batch_with_the_last(scene: Scene) -> None:
    path = approved(scene)
    line = lines(scene.api, path)[0]
    assert scene.api.post(f"{path}/settle", {"line": line["id"]}).body["status"] == "settled"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "currency"),
        ({"currency": "EURO"}, 422, "currency"),
        ({"currency": "EUR", "cutoff": "today"}, 400, "cutoff"),
        ({"currency": "EUR", "method": "sepa"}, 400, "method"),
    ],
)
def test_a_bad_batch_is_refused_by_the_field(
    scene: Scene, body: dict[str, str], status: int, field: str
) -> None:
    answer = scene.api.post("payout-batches", body)
    assert answer.status == status
    assert field in answer.fields
