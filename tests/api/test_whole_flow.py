"""The main job end to end over the API alone, the books balanced after every step."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.utils import timezone

from activity import work
from commissions.models import Commission
from ledger import checks
from ledger import selectors as ledger
from sellers.scope import seller_scope
from tests.api.caller import Caller, make_caller
from tests.api.routes import METHOD
from tests.api.scene import LANDING, Scene, make_program
from tests.api.things import application_of, other_person
from tests.cast import token

PERIOD = {"from": "2020-01-01T00:00:00Z", "to": "2199-01-01T00:00:00Z"}


class Books:
    """Does a step and then looks into the ledger."""

    def __init__(self, api: Caller) -> None:
        self.api = api

    def step(self, act: Callable[[], Any]) -> Any:
        """What `act` gives, the trial balance being zero after it."""
        found = act()
        with seller_scope(self.api.seller.pk):
            assert set(ledger.trial_balance().values()) <= {0}
            assert checks.faults() == []
        return found


def click(link: dict[str, Any]) -> str:
    """The click token that a visitor of the link brings to the shop."""
    visit = Client().get(
        f"/r/{link['code']}", headers={"host": "localhost", "user-agent": "Mozilla/5.0 Firefox/140"}
    )
    assert visit.status_code == 302
    found: str = parse_qs(urlsplit(visit["Location"]).query)["prm_click"][0]
    return found


def test_from_an_open_program_to_a_settled_payout() -> None:
    api = make_caller()
    books = Books(api)
    program = make_program(api, terms="Be fair.", hold_days=30)
    reward = {"type": "percent", "rate": "7.5"}
    books.step(lambda: api.made(f"programs/{program['id']}/rules", {"name": "R", "reward": reward}))
    books.step(lambda: api.made(f"programs/{program['id']}/open"))

    scene = Scene(api, program, {}, {}, {}, {})
    application = books.step(lambda: application_of(scene))
    approved = books.step(lambda: api.made(f"applications/{application}/approve"))
    partner = f"partners/{approved['partner']}"
    enrollment = api.get(f"{partner}/enrollments").body["results"][0]
    link = api.made("links", {"enrollment": enrollment["id"], "destination": LANDING})

    sale = {
        "external_id": f"order-{token()}",
        "currency": "EUR",
        "lines": [{"sku": "tea", "quantity": 4, "unit_amount": 2_500}],
        "tax": 1_900,
        "customer": {"email": "ann@example.com", "country": "DE"},
        "click_token": click(link),
    }
    taken = books.step(lambda: api.made("sales", sale))
    assert taken["partner"] == approved["partner"]
    books.step(scene.compute)
    line = scene.commission(sale=taken["id"])
    assert (line["amount"], line["status"]) == (750, "pending")
    assert link["code"] in line["reason"]

    refund = {"external_id": token(), "amount": 2_000, "reason": "Broken"}
    books.step(lambda: api.made(f"sales/{taken['id']}/refunds", refund))
    books.step(scene.compute)
    assert scene.commission(kind="reversal")["amount"] == -150

    assert api.post("payout-batches", {"currency": "EUR"}).status == 409
    books.step(lambda: a_month_passes(api))
    assert scene.commission(kind="commission")["status"] == "payable"
    books.step(lambda: api.made(f"{partner}/payout-methods", METHOD))
    batch = books.step(lambda: api.made("payout-batches", {"currency": "EUR"}))
    assert batch["total"] == 600
    path = f"payout-batches/{batch['id']}"
    assert api.post(f"{path}/approve").status == 403
    books.step(lambda: other_person(api).made(f"{path}/approve"))
    assert b"6.00" in api.get(f"{path}/files/csv").raw
    books.step(lambda: api.made(f"{path}/settle"))

    own = api.for_partner(approved["partner"])
    balance = own.get(f"{partner}/balance").body["balances"]
    assert [(row["owed"], row["paid"]) for row in balance] == [(0, 600)]
    statement = own.get(f"{partner}/statement", **PERIOD).body
    assert statement["closing"] == 0
    effects = [row["effect"] for row in statement["lines"] if row["effect"]]
    assert sorted(effects) == [-750, -150, 150, 750]
    assert {row["status"] for row in own.get("commissions").body["results"]} == {"paid"}


def a_month_passes(api: Caller) -> None:
    """The hold of everything pending is over, and a worker comes by."""
    with seller_scope(api.seller.pk):
        Commission.objects.filter(status="pending").update(payable_at=timezone.now())
    work.drain("holds", api.seller.pk)
