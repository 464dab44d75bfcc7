"""Sales at speed: few statements, and everything that a slower way would have said."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from activity.models import Event
from campaigns.models import Enrollment, Program
from campaigns.services import create_campaign
from commissions.api.sales import SaleFields
from commissions.crediting import reading, statements
from prm.ids import new_id
from sellers.actors import Actor
from sellers.models import IdempotencyRecord
from sellers.rest import quick
from sellers.scope import seller_scope
from tests.api.scene import Scene, make_scene
from tests.api.test_idempotency import at_once
from tests.cast import token
from tracking import tokens
from tracking.models import Customer, Sale

LINES = [{"sku": f"S-{n}", "quantity": n, "unit_amount": 500} for n in (1, 2, 3)]
SINGLE = 5
"""Statements of one sale with everything on: key and scope, Idempotency-Key, its click's partner,
the sale with its event, the answer kept."""


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A partner with a link."""
    return make_scene()


def click(scene: Scene) -> str:
    """A token of a click a moment ago."""
    return tokens.make(uuid.UUID(scene.link["id"]), new_id())


def sale(scene: Scene, **fields: Any) -> dict[str, Any]:
    """A sale of three lines by a click."""
    body = {"external_id": token(), "currency": "EUR", "lines": LINES}
    return body | {"click_token": click(scene)} | fields


@contextmanager
def statements_made() -> Iterator[list[str]]:
    """The statements of the block, without those that only bound a transaction."""
    made: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        made.append(" ".join(str(sql).split()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield made


def test_a_sale_takes_five_statements(scene: Scene) -> None:
    scene.api.made("sales", sale(scene))  # the day's first call notes that the key was used
    with statements_made() as made:
        answer = scene.api.post("sales", sale(scene), idempotency_key=token())
    assert answer.status == 201
    assert len(made) == SINGLE, made
    with statements_made() as more:  # the control: a customer is looked up, and made
        scene.api.made("sales", sale(scene, customer={"external_id": token()}))
    assert len(more) > SINGLE - 2, more


def test_a_batch_takes_as_many_statements_however_long(scene: Scene) -> None:
    counts = []
    for count in (30, 30, 60):  # the session's first batch makes its tables for the way
        body = [
            sale(scene, customer={"email": f"{token()}@example.com"}) for _number in range(count)
        ]
        with statements_made() as made:
            results = scene.api.post("sales/batch", body).body["results"]
        assert {one["status"] for one in results} == {201}
        counts.append(len(made))
    assert counts[1] == counts[2] <= 15, counts


def test_a_long_answer_is_kept_small_and_given_again_as_it_was(scene: Scene) -> None:
    body, key = [sale(scene) for _number in range(40)], token()
    first = scene.api.post("sales/batch", body, idempotency_key=key)
    again = scene.api.post("sales/batch", body, idempotency_key=key)
    assert again.raw == first.raw
    assert again.headers["Idempotency-Replayed"] == "true"
    with seller_scope(scene.api.seller.pk):
        kept = IdempotencyRecord.objects.get(key=key)
        assert len(bytes(kept.body or b"")) < len(first.raw) / 4


def test_each_sale_of_a_batch_has_its_event(scene: Scene) -> None:
    body = [sale(scene) for _number in range(40)]
    results = scene.api.post("sales/batch", body).body["results"]
    ids = [one["sale"]["id"] for one in results]
    with seller_scope(scene.api.seller.pk):
        events = Event.objects.filter(object_id__in=ids, verb="sale.recorded")
        assert {event.object_label for event in events} == {one["external_id"] for one in body}
        assert events.count() == 40
        assert {event.detail["amount_minor"] for event in events} == {3_000}


def test_a_batch_answers_for_each_in_order(scene: Scene) -> None:
    known = sale(scene)
    stored = scene.api.made("sales", known)
    twice, bad = sale(scene), sale(scene, partner=str(uuid.uuid4()))
    body = [
        known,
        {**known, "tax": 5},
        twice,
        sale(scene, currency="XXX"),
        twice,
        {**twice, "tax": 5},
        bad,
        bad,
        "nothing",
        {"external_id": "x"},
        sale(scene, lines=[]),
    ]
    results = scene.api.post("sales/batch", body).body["results"]
    statuses = [one["status"] for one in results]
    assert statuses == [200, 409, 201, 422, 200, 409, 422, 422, 400, 400, 422]
    assert results[0]["sale"] == stored
    assert results[4]["sale"]["id"] == results[2]["sale"]["id"]
    assert results[2]["sale"]["link"] == scene.link["code"]
    with seller_scope(scene.api.seller.pk):
        assert Sale.objects.filter(external_id=bad["external_id"]).count() == 0


def test_one_by_one_and_in_a_batch_sales_are_stored_alike(scene: Scene) -> None:
    fields = {
        "tax": 7,
        "shipping": 9,
        "coupon": "BEANS",
        "metadata": {"big": 2**70, "part": 0.5, "text": 'a\t"b"\n\\'},
        "customer": {"external_id": token(), "email": f"{token()}@example.com", "country": "DE"},
        "charge": {"subscription_id": token(), "number": 1},
        "occurred_at": "2026-03-29T01:30:00.123456+01:00",
        "paid_at": "2026-04-01T00:00:00Z",
    }
    one, many = sale(scene, **fields), [sale(scene, **fields) for _number in range(30)]
    single = scene.api.made("sales", one)
    results = scene.api.post("sales/batch", many).body["results"]
    own = ("id", "external_id", "created_at", "attribution")
    plain = {name: value for name, value in single.items() if name not in own}
    for result in results:
        assert {k: v for k, v in result["sale"].items() if k not in own} == plain
    for stored in (single, results[7]["sale"]):
        assert scene.api.get(f"sales/{stored['id']}").body == stored


def test_one_sale_at_once_by_itself_and_in_batches_is_one_sale(scene: Scene, rounds: int) -> None:
    for _round in range(rounds):
        body = sale(scene, customer={"external_id": token()})
        turns = iter(["sales", "sales/batch"] * 3)

        def send(body: dict[str, Any] = body, turns: Iterator[str] = turns) -> Any:
            path = next(turns)
            return scene.api.post(path, body if path == "sales" else [body])

        answers = at_once(6, send)
        assert {answer.status for answer in answers} <= {200, 201}
        with seller_scope(scene.api.seller.pk):
            stored = Sale.objects.get(external_id=body["external_id"])
            assert Event.objects.filter(object_id=stored.pk).count() == 1
            wanted = Customer.objects.filter(external_id=body["customer"]["external_id"])
            assert wanted.count() == 1


def test_a_repeat_is_known_though_its_partner_is_no_longer(scene: Scene) -> None:
    made = make_scene()
    body = {"external_id": token(), "currency": "EUR", "amount": 5, "partner": made.partner["id"]}
    first = made.api.made("sales", body)
    with seller_scope(made.api.seller.pk):
        Enrollment.objects.filter(pk=made.enrollment["id"]).update(status="ended")
    again = made.api.post("sales", body)
    assert (again.status, again.body["id"]) == (200, first["id"])
    other = made.api.post("sales", {**body, "external_id": token()})
    assert other.status == 422


def test_a_refused_repeat_leaves_no_customer(scene: Scene) -> None:
    body = sale(scene)
    scene.api.made("sales", body)
    who = token()
    other = scene.api.post("sales", {**body, "customer": {"external_id": who}})
    assert other.status == 409
    with seller_scope(scene.api.seller.pk):
        assert not Customer.objects.filter(external_id=who).exists()


def test_refunds_before_their_sale_wait_for_it() -> None:
    made = make_scene()
    body = sale(made)
    refund = {"external_id": token(), "sale_external_id": body["external_id"], "amount": 1_000}
    waiting = made.api.made("refunds", refund)
    assert (waiting["commission_state"], waiting["sale"]) == ("waiting", None)
    result = made.api.post("sales/batch", [body]).body["results"][0]
    made.compute()
    made.compute()
    booked = made.api.get(f"refunds/{waiting['id']}").body
    assert (booked["sale"], booked["commission_state"]) == (result["sale"]["id"], "computed")
    assert made.api.get(f"sales/{result['sale']['id']}").body["refunded"] == 1_000


def test_a_call_outlives_its_connection(scene: Scene) -> None:
    scene.api.made("sales", sale(scene))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    _end_backend(pid)
    assert scene.api.post("sales", sale(scene)).status == 201


def _end_backend(pid: int) -> None:
    server = psycopg2.connect(os.environ["PRM_TEST_POSTGRES"])
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    server.close()


def test_the_function_of_one_click_says_what_the_statement_says(scene: Scene) -> None:
    with seller_scope(scene.api.seller.pk):
        campaign = create_campaign(
            program=Program.objects.get(pk=scene.program["id"]),
            actor=Actor.person(scene.api.user),
            name="Spring",
            starts_on=timezone.now().date(),
            ends_on=timezone.now().date() + timedelta(days=9),
        )
    body = {"enrollment": scene.enrollment["id"], "destination": scene.link["destination"]}
    link = scene.api.made("links", {**body, "campaign": str(campaign.pk)})
    now = timezone.now() - timedelta(hours=1)
    with seller_scope(scene.api.seller.pk), connection.cursor() as cursor:
        for one in (scene.link["id"], link["id"]):
            keys = reading.Keys(clicks=[(3, str(uuid.uuid4()), now, one)])
            cursor.execute(statements.ONE_CLICK, keys.clicks[0])
            quick_rows = cursor.fetchall()
            cursor.execute(
                statements.CLICKS, [list(column) for column in zip(*keys.clicks, strict=True)]
            )
            assert quick_rows == cursor.fetchall()
            assert len(quick_rows) == 1


BODIES = [
    {},
    {"external_id": "a", "currency": "EUR", "amount": 1},
    {"external_id": " a ", "currency": "EUR", "amount": 1},
    {"external_id": "", "currency": "EUR", "amount": 1},
    {"external_id": "a", "currency": "eur", "amount": True},
    {"external_id": "a" * 121, "currency": "EUR", "amount": -1},
    {"external_id": "tab\tin", "currency": "EUR", "amount": 10**16},
    {"external_id": "a", "currency": "EUR", "lines": [{"quantity": 1, "unit_amount": 2}]},
    {"external_id": "a", "currency": "EUR", "lines": [{"quantity": 0}, "x", None]},
    {"external_id": "a", "currency": "EUR", "lines": None, "customer": []},
    {"external_id": "a", "currency": "EUR", "customer": {"email": "no", "country": "ZZ"}},
    {"external_id": "a", "currency": "EUR", "partner": "x", "occurred_at": "2026-01-01"},
    {"external_id": "a", "currency": "EUR", "metadata": {"k" * 101: 1}, "unknown": 1},
    {"external_id": "a", "currency": "EUR", "click_tokens": ["a", 1], "coupon": "  "},
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_the_quick_way_takes_what_the_serializer_takes_and_nothing_else(body: Any) -> None:
    taken = quick.accepting(SaleFields)(json.loads(json.dumps(body)))
    serializer = SaleFields(data=body)
    if taken is not quick.SLOW:
        assert serializer.is_valid()
        assert taken == serializer.validated_data


def test_the_quick_way_is_taken_at_all() -> None:
    """The control: what is plainly right does not go the long way."""
    taken = [body for body in BODIES if quick.accepting(SaleFields)(body) is not quick.SLOW]
    assert [BODIES.index(body) for body in taken] == [1, 2, 7]
