"""Credit over the API: the worked examples, batches, what is kept, and who may read what."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commissions import crediting
from commissions.inputs import CustomerInput, SaleInput
from sellers.scope import seller_scope
from tests.api.caller import Caller, make_caller
from tests.api.scene import LANDING, Scene, make_scene
from tests.cast import token
from tests.tracking.attribution_stage import click_id, staged
from tests.tracking.attribution_tables import Example, examples
from tracking import tokens
from tracking.models import Bond, SaleShare, Touch

EXAMPLES = examples()
FILES = sorted({example.file for example in EXAMPLES})
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture(scope="module")
def api() -> Caller:
    return make_caller()


def of(file: str) -> list[Example]:
    return [example for example in EXAMPLES if example.file == file]


@pytest.mark.parametrize("file", FILES)
def test_a_batch_credits_each_as_worked_by_hand(api: Caller, file: str) -> None:
    with seller_scope(api.seller.pk):
        stages = staged(api.seller, of(file))
    answer = api.post("sales/batch", [stage.sale for stage in stages])
    results = answer.body["results"]
    with seller_scope(api.seller.pk):
        wrong = {
            stage.example.name: stage.faults(one["sale"]) if one["status"] == 201 else one
            for stage, one in zip(stages, results, strict=True)
        }
    assert {name: fault for name, fault in wrong.items() if fault} == {}


@pytest.mark.parametrize("file", FILES)
def test_a_sale_alone_is_credited_alike(api: Caller, file: str) -> None:
    with seller_scope(api.seller.pk):
        stages = staged(api.seller, of(file)[::4])
    for stage in stages:
        sale = api.made("sales", stage.sale)
        with seller_scope(api.seller.pk):
            assert stage.faults(sale) == [], stage.body["how"]
        again = api.post("sales", stage.sale)
        assert (again.status, again.body["attribution"]) == (200, sale["attribution"])


# What is kept of one sale for the next


def other_partner(scene: Scene) -> tuple[dict[str, Any], dict[str, Any]]:
    """Another partner in the scene's program, and his link."""
    partner = scene.api.made("partners", {"name": "Red Robin"})
    path = f"partners/{partner['id']}/enrollments"
    enrollment = scene.api.made(path, {"program": scene.program["id"]})
    link = {"enrollment": enrollment["id"], "destination": LANDING}
    return partner, scene.api.made("links", link)


def a_click(link: dict[str, Any], days_ago: float) -> str:
    """The token of a click on the link."""
    return tokens.make(uuid.UUID(link["id"]), click_id(NOW - timedelta(days=days_ago)))


def a_sale(**fields: Any) -> dict[str, Any]:
    body = {"external_id": f"s-{token()}", "currency": "EUR", "amount": 10_001}
    return {**body, "occurred_at": NOW.isoformat(), **fields}


def test_a_click_of_the_lead_counts_for_the_sale() -> None:
    scene = make_scene()
    customer = {"external_id": "C-1", "email": "Ari.Putra+shop@gmail.com"}
    lead = {"external_id": "L-1", "customer": customer, "click_token": a_click(scene.link, 3)}
    scene.api.made("leads", {**lead, "occurred_at": (NOW - timedelta(days=2)).isoformat()})
    by_number = scene.api.made("sales", a_sale(customer={"external_id": "C-1"}))
    by_mailbox = scene.api.made("sales", a_sale(customer={"email": "ariputra@gmail.com"}))
    by_none = scene.api.made("sales", a_sale(customer={"external_id": "C-2"}))
    assert {s["attribution"]["why"] for s in (by_number, by_mailbox)} == {"last_click"}
    assert (by_none["partner"], by_none["attribution"]["why"]) == (None, "nothing_given")
    with seller_scope(scene.api.seller.pk):
        assert Touch.objects.count() == 1
    scene.api.made("sales", a_sale(click_token=a_click(scene.link, 1)))
    with seller_scope(scene.api.seller.pk):
        assert Touch.objects.count() == 1, "no customer, no touch"


def test_partners_share_a_sale_and_its_later_charges() -> None:
    scene = make_scene(attribution="position")
    other, link = other_partner(scene)
    clicks = [a_click(link, 5), a_click(scene.link, 4), a_click(scene.link, 1)]
    charge = {"subscription_id": "S-1", "number": 1}
    sale = scene.api.made("sales", a_sale(click_tokens=clicks, charge=charge))
    later = scene.api.made("sales", a_sale(charge={**charge, "number": 2}))
    assert sale["partner"] == later["partner"] == scene.partner["id"]
    assert later["attribution"]["method"] == "subscription"
    with seller_scope(scene.api.seller.pk):
        for one in (sale, later):
            rows = SaleShare.objects.filter(sale_id=one["id"]).order_by("position")
            assert [(str(row.partner_id), row.weight, row.net_minor) for row in rows] == [
                (other["id"], 2, 4_001),
                (scene.partner["id"], 1, 2_000),
                (scene.partner["id"], 2, 4_000),
            ]


def test_a_batch_is_as_if_each_came_after_the_one_before() -> None:
    scene = make_scene(customer_binding="lifetime")
    _other, link = other_partner(scene)
    who, charge = {"customer": {"external_id": "C-9"}}, {"subscription_id": "S-9", "number": 1}
    batch = [
        a_sale(click_token=a_click(scene.link, 2), charge=charge, **who),
        a_sale(click_token=a_click(link, 1), **who),
        a_sale(charge={**charge, "number": 2}, customer={"external_id": "C-10"}),
    ]
    for number, sale in enumerate(batch):
        sale["external_id"] = f"b{number}-{token()}"
    results = scene.api.post("sales/batch", batch).body["results"]
    methods = [one["sale"]["attribution"]["method"] for one in results]
    assert methods == ["click", "bond", "subscription"]
    assert {one["sale"]["partner"] for one in results} == {scene.partner["id"]}
    with seller_scope(scene.api.seller.pk):
        assert Bond.objects.count() == 2


def test_a_bond_is_made_once_ends_and_begins_anew() -> None:
    scene = make_scene(customer_binding={"months": 1}, window_days=400)
    other, link = other_partner(scene)
    who = {"customer": {"external_id": "C-1"}}

    def sell(days_ago: float, named: dict[str, Any]) -> dict[str, Any]:
        at = (NOW - timedelta(days=days_ago)).isoformat()
        clicked = a_click(named, days_ago + 0.5)
        made: dict[str, Any] = scene.api.made(
            "sales", a_sale(click_token=clicked, **who) | {"occurred_at": at}
        )
        return made

    assert sell(100, scene.link)["attribution"]["method"] == "click"
    bound = sell(80, link)
    assert (bound["partner"], bound["attribution"]["method"]) == (scene.partner["id"], "bond")
    free = sell(60, link)
    assert (free["partner"], free["attribution"]["method"]) == (other["id"], "click")
    assert sell(50, scene.link)["partner"] == other["id"], "bound anew to who came after the end"
    scene.api.post(f"partners/{other['id']}/suspend", {"reason": "A look"})
    rests = sell(45, scene.link)
    assert (rests["partner"], rests["attribution"]["method"]) == (scene.partner["id"], "click")
    scene.api.post(f"partners/{other['id']}/reactivate")
    assert sell(44, scene.link)["partner"] == other["id"], "the bond held all the while"
    with seller_scope(scene.api.seller.pk):
        assert Bond.objects.count() == 1


def test_a_change_of_settings_holds_for_what_comes_after_it() -> None:
    scene = make_scene()
    other, link = other_partner(scene)
    clicks = [a_click(link, 5), a_click(scene.link, 1)]
    before = scene.api.made("sales", a_sale(click_tokens=clicks))
    changed = scene.api.patch(f"programs/{scene.program['id']}", {"attribution": "first_click"})
    assert changed.status == 200
    after = scene.api.made("sales", a_sale(click_tokens=clicks))
    assert (before["partner"], after["partner"]) == (scene.partner["id"], other["id"])
    kept = scene.api.get(f"sales/{before['id']}").body
    assert kept["attribution"] == before["attribution"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"customer_binding": "lifetime"}, 200),
        ({"customer_binding": {"months": 12}}, 200),
        ({"customer_binding": "none"}, 200),
        ({"customer_binding": "forever"}, 422),
        ({"customer_binding": {"months": 0}}, 422),
        ({"customer_binding": {"months": 121}}, 422),
        ({"customer_binding": {"months": "12"}}, 400),
        ({"customer_binding": {"months": True}}, 400),
        ({"customer_binding": {"months": 1, "days": 2}}, 400),
        ({"customer_binding": 12}, 400),
        ({"precedence": "click_over_coupon", "claim_days": 1}, 200),
        ({"precedence": "coin"}, 422),
        ({"claim_days": 0}, 422),
        ({"claim_days": 366}, 422),
    ],
)
def test_settings(api: Caller, changes: dict[str, Any], status: int) -> None:
    body = {"name": "P", "slug": f"p-{token()}", "currency": "EUR", "landing_url": LANDING}
    program = api.made("programs", body)
    answer = api.patch(f"programs/{program['id']}", changes)
    assert answer.status == status, answer.body
    if status == 200:
        assert {name: answer.body[name] for name in changes} == changes
    else:
        assert set(answer.fields) == set(changes)


def test_what_a_sale_may_not_name() -> None:
    scene = make_scene()
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"click_tokens": ["x"] * 21}, 422, "click_tokens"),
        ({"click_tokens": "x"}, 400, "click_tokens"),
        ({"click_tokens": [1]}, 400, "click_tokens[0]"),
        ({"link": "no-such-link"}, 422, "link"),
        ({"program": str(uuid.uuid4())}, 422, "program"),
        ({"partner": str(uuid.uuid4())}, 422, "partner"),
    ]
    for fields, status, field in cases:
        answer = scene.api.post("sales", a_sale(**fields))
        assert (answer.status, set(answer.fields)) == (status, {field}), answer.body
    mine = {"program": scene.program["id"], "click_token": a_click(scene.link, 1)}
    assert scene.api.made("sales", a_sale(**mine))["partner"] == scene.partner["id"]


def test_another_sellers_click_is_foreign(api: Caller) -> None:
    stranger = make_scene()
    sale = api.made("sales", a_sale(click_token=a_click(stranger.link, 1)))
    assert (sale["partner"], sale["attribution"]["why"]) == (None, "token_not_ours")


def test_a_partner_reads_of_others_only_that_they_were_there() -> None:
    scene = make_scene()
    _other, link = other_partner(scene)
    clicks = [a_click(link, 5), a_click(scene.link, 1)]
    sale = scene.api.made("sales", a_sale(click_tokens=clicks))
    assert {step["partner"] for step in sale["attribution"]["path"]} == {
        scene.partner["id"],
        _other["id"],
    }
    reader = scene.api.for_partner(scene.partner["id"])
    for shown in (reader.get(f"sales/{sale['id']}").body, reader.get("sales").body["results"][0]):
        theirs, own = shown["attribution"]["path"]
        assert set(theirs) == {"by", "at"}
        assert (own["link"], own["share"]) == (scene.link["code"], [1, 1])
        assert _other["id"] not in str(shown)
        assert link["code"] not in str(shown)


def test_few_statements(api: Caller) -> None:
    """One for a plain sale by click, one for a thousand of any kind beside the names."""
    scene = make_scene(api)
    with seller_scope(api.seller.pk):
        clicks = [a_click(scene.link, 1 + number / 100) for number in range(50)]
        one = SaleInput("x", "EUR", amount=1, click_token=clicks[0])
        many = [
            (SaleInput(f"x{number}", "EUR", amount=1, click_tokens=[clicks[number]]), NOW)
            for number in range(50)
        ]
        finder = crediting.Finder(api.seller)
        with CaptureQueriesContext(
            connection,
        ) as single:
            assert finder.find(one, NOW).partner_id == uuid.UUID(scene.partner["id"])
        with CaptureQueriesContext(connection) as batch:
            found = finder.find_many(many)
    assert (len(single), len(batch)) == (1, 1)
    assert all(isinstance(each, crediting.Found) for each in found)


def test_one_alone_and_many_read_the_same(api: Caller) -> None:
    """The functions with kept plans for one sale, and the statements for many."""
    scene = make_scene(api, customer_binding="lifetime")
    who = {"external_id": f"C-{token()}", "email": f"{token()}@example.com"}
    scene.api.made("sales", a_sale(customer=who, click_token=a_click(scene.link, 3)))
    item = SaleInput(
        "x", "EUR", amount=1, customer=CustomerInput(**who), click_token=a_click(scene.link, 1)
    )
    with seller_scope(api.seller.pk):
        alone = crediting.find(api.seller, item, NOW)
        many = crediting.Finder(api.seller).find_many([(item, NOW)] * 2)
    assert alone.decision.method == "bond"
    assert len(alone.decision.path) == 3
    assert [many[0], many[1]] == [alone, alone]
