"""The main job over the API alone, from program to payable commission."""

from ledger import selectors as ledger
from sellers.scope import seller_scope
from tests.api.scene import Scene, make_scene
from tests.api.things import application_of


def books(scene: Scene) -> dict[str, int]:
    """The trial balance of the scene's seller."""
    with seller_scope(scene.api.seller.pk):
        return ledger.trial_balance()


def test_a_sale_earns_and_a_refund_takes_its_part_back() -> None:
    scene = make_scene()
    sale = scene.sell(10_000, tax=1_900)
    assert sale["commission_state"] == "pending"
    assert sale["partner"] == scene.partner["id"]
    assert sale["link"] == scene.link["code"]
    scene.compute()
    line = scene.commission(sale=sale["id"])
    assert (line["amount"], line["rate"], line["base_amount"]) == (1_000, "10", 10_000)
    assert line["rule"] == scene.rule["id"]
    assert line["rule_version"] == 1
    assert "10" in line["reason"]
    assert line["trace"]
    assert set(books(scene).values()) == {0}

    refund = scene.api.made(f"sales/{sale['id']}/refunds", {"external_id": "r", "amount": 2_500})
    assert refund["sale"] == sale["id"]
    scene.compute()
    back = scene.commission(kind="reversal", sale=sale["id"])
    assert back["amount"] == -250
    assert back["reverses"] == line["id"]
    assert set(books(scene).values()) == {0}
    assert scene.api.get(f"sales/{sale['id']}").body["refunded"] == 2_500
    balance = scene.api.get(f"partners/{scene.partner['id']}/balance").body["balances"]
    assert balance[0]["owed"] == 750


def test_a_refund_may_come_before_its_sale() -> None:
    scene = make_scene()
    early = {"external_id": "early", "sale_external_id": "late", "amount": 1_000}
    refund = scene.api.post("refunds", early)
    assert refund.status == 201
    assert refund.body["commission_state"] == "waiting"
    scene.sell(1_000, external_id="late")
    scene.compute()
    lines = scene.api.get("commissions").body["results"]
    assert sum(line["amount"] for line in lines) == 0


def test_staff_decide_about_a_commission() -> None:
    scene = make_scene(hold_days=30)
    sale = scene.sell()
    scene.compute()
    path = f"commissions/{scene.commission(sale=sale['id'])['id']}"
    held = scene.api.post(f"{path}/hold", {"reason": "Looks odd"})
    assert held.body["status"] == "held"
    assert held.body["note"] == "Looks odd"
    assert scene.api.post(f"{path}/approve").status == 409
    assert scene.api.post(f"{path}/release").body["status"] == "pending"
    assert scene.api.post(f"{path}/approve").status == 200
    rejected = scene.api.post(f"{path}/reject", {"reason": "Returned goods"})
    assert rejected.body["status"] == "rejected"
    assert scene.api.post(f"{path}/reject", {"reason": "Again"}).status == 409


def test_an_adjustment_is_payable_at_once_and_stands_on_the_statement() -> None:
    scene = make_scene()
    sent = {
        "enrollment": scene.enrollment["id"],
        "amount": -500,
        "currency": "EUR",
        "reason": "Paid twice",
    }
    line = scene.api.post("adjustments", sent)
    assert line.status == 201
    assert (line.body["amount"], line.body["kind"]) == (-500, "adjustment")
    period = {"from": "2020-01-01T00:00:00Z", "to": "2199-01-01T00:00:00Z"}
    statement = scene.api.get(f"partners/{scene.partner['id']}/statement", **period).body
    assert statement["closing"] == -500
    assert statement["lines"][-1]["balance"] == -500


def test_a_sale_repeated_is_the_same_and_another_under_its_id_a_conflict() -> None:
    scene = make_scene()
    sale = {"external_id": "one", "currency": "EUR", "amount": 100, "link": scene.link["code"]}
    first = scene.api.post("sales", sale)
    again = scene.api.post("sales", sale)
    assert (first.status, again.status) == (201, 200)
    assert first.body["id"] == again.body["id"]
    other = scene.api.post("sales", {**sale, "amount": 101})
    assert other.status == 409
    assert "external_id" in other.fields


def test_a_batch_keeps_the_good_ones_in_order() -> None:
    scene = make_scene()
    good = {"external_id": "good", "currency": "EUR", "amount": 100}
    batch = [
        good,
        {**good, "external_id": "negative", "amount": -1},
        "not even an object",
        {**good, "amount": 7},
        {**good, "external_id": "float", "amount": 1.5},
        good,
        {**good, "external_id": "last"},
    ]
    answer = scene.api.post("sales/batch", batch)
    assert answer.status == 200
    results = answer.body["results"]
    assert [row["status"] for row in results] == [201, 422, 400, 409, 400, 200, 201]
    assert results[1]["problem"]["errors"][0]["field"] == "amount"
    assert results[0]["sale"]["id"] == results[5]["sale"]["id"]
    kept = scene.api.get("sales", order="created_at").body["results"]
    assert [sale["external_id"] for sale in kept] == ["good", "last"]


def test_a_rule_changes_by_versions() -> None:
    scene = make_scene()
    path = f"rules/{scene.rule['id']}"
    changed = scene.api.patch(path, {"reward": {"type": "flat", "amount": 300}})
    assert changed.status == 200
    assert changed.body["version"] == 2
    assert changed.body["name"] == "Ten percent"
    versions = scene.api.get(f"{path}/versions").body["results"]
    assert [version["number"] for version in versions] == [2, 1]
    listed = scene.api.get(f"programs/{scene.program['id']}/rules").body["results"]
    assert [rule["version"] for rule in listed] == [2]
    assert scene.api.post(f"{path}/end").body["ended_at"]
    assert scene.api.post(f"{path}/end").status == 409


def test_a_program_is_changed_opened_and_closed() -> None:
    scene = make_scene()
    path = f"programs/{scene.program['id']}"
    assert scene.api.post(f"{path}/open").fields == {"terms": "required"}
    changes = {"terms": "Be fair.", "minimum_payout": {"EUR": 2_500, "IDR": 100}}
    changed = scene.api.patch(path, changes).body
    assert changed["minimum_payout"] == {"EUR": 2_500, "IDR": 100}
    assert changed["terms_version"] == 2
    assert scene.api.post(f"{path}/open").body["status"] == "open"
    assert scene.api.post(f"{path}/open").status == 409
    assert scene.api.post(f"{path}/close").body["status"] == "closed"


def test_an_application_is_approved_or_rejected() -> None:
    scene = make_scene()
    first, second = application_of(scene), application_of(scene)
    listed = scene.api.get("applications", status="submitted").body["results"]
    assert [row["id"] for row in listed] == [second, first]
    approved = scene.api.post(f"applications/{first}/approve")
    assert approved.body["status"] == "approved"
    partner = approved.body["partner"]
    assert scene.api.get(f"partners/{partner}").body["status"] == "active"
    enrolled = scene.api.get(f"partners/{partner}/enrollments").body["results"]
    assert [row["program"] for row in enrolled] == [scene.program["id"]]
    assert scene.api.post(f"applications/{first}/approve").status == 409
    rejected = scene.api.post(f"applications/{second}/reject", {"reason": "Too far away"})
    assert (rejected.body["status"], rejected.body["reason"]) == ("rejected", "Too far away")


def test_links_are_made_listed_and_disabled() -> None:
    scene = make_scene()
    sent = {
        "enrollment": scene.enrollment["id"],
        "destination": "https://shop.example.com/tea",
        "code": f"tea-{scene.link['code']}",
        "sub1": "mail",
    }
    link = scene.api.post("links", sent)
    assert link.status == 201
    assert {name: link.body[name] for name in sent} == sent
    assert link.body["url"].endswith(f"/r/{sent['code']}")
    taken = scene.api.post("links", sent)
    assert taken.status == 422
    assert taken.fields == {"code": "taken"}
    found = scene.api.get("links", partner=scene.partner["id"], order="created_at").body
    assert [row["id"] for row in found["results"]] == [scene.link["id"], link.body["id"]]
    assert scene.api.post(f"links/{link.body['id']}/disable").body["disabled_at"]


def test_the_trail_tells_of_the_key() -> None:
    scene = make_scene()
    events = scene.api.get("activity", object_id=scene.partner["id"]).body["results"]
    assert [event["verb"] for event in events] == ["partner.created"]
    assert events[0]["actor_kind"] == "key"
    assert events[0]["actor"] == "A program"
