"""Idempotency-Key: the first answer again, nothing done twice."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from partners import services
from sellers.models import IdempotencyRecord
from sellers.rest import idempotency
from sellers.scope import seller_scope
from sellers.tasks import forget_answers
from tests.api.caller import Answered, Caller, make_caller, make_key
from tests.api.scene import make_scene
from tests.cast import token

FREE = (True, None, None, None)
"""What a look finds where no call holds the key and none was answered under it."""


@pytest.fixture(scope="module")
def api() -> Caller:
    """A key with every scope."""
    return make_caller()


def post(api: Caller, key: str, name: str, path: str = "partners") -> Answered:
    """A new partner under an Idempotency-Key."""
    return api.post(path, {"name": name}, idempotency_key=key)


def count(api: Caller, name: str) -> int:
    """How many partners have this name."""
    rows = api.get("partners", limit=200).body["results"]
    return sum(row["name"] == name for row in rows)


def test_the_same_call_gets_the_first_answer(api: Caller) -> None:
    name = token()
    first = post(api, name, name)
    again = post(api, name, name)
    assert (first.status, again.status) == (201, 201)
    assert again.raw == first.raw
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert count(api, name) == 1


def test_field_order_and_spaces_do_not_make_another_body(api: Caller) -> None:
    key = token()
    raw = b'{"name": "Order", "notes": "n"}'
    first = api.call("POST", "partners", raw=raw, headers={"idempotency-key": key})
    other = b'{ "notes":"n","name":"Order" }'
    assert (
        api.call("POST", "partners", raw=other, headers={"idempotency-key": key}).raw == first.raw
    )


def test_another_body_or_address_under_the_key_is_refused(api: Caller) -> None:
    key = token()
    made = post(api, key, "One").body
    other = post(api, key, "Two")
    assert other.status == 422
    assert other.fields == {"Idempotency-Key": "key_reused"}
    elsewhere = api.post(f"partners/{made['id']}/suspend", {"reason": "x"}, idempotency_key=key)
    assert elsewhere.status == 422


def test_keys_of_two_api_keys_do_not_meet(api: Caller) -> None:
    key, name = token(), token()
    post(api, key, name)
    other = make_key(api.seller, api.user)
    assert post(other, key, name).headers.get("Idempotency-Replayed") is None
    assert count(api, name) == 2


def test_a_refused_call_keeps_nothing_and_may_be_corrected(api: Caller) -> None:
    key = token()
    assert post(api, key, "").status == 422
    assert post(api, key, "Now with a name").status == 201
    assert post(api, key, "Now with a name").headers["Idempotency-Replayed"] == "true"


def test_a_call_that_broke_is_run_again(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    key, name = token(), token()

    def broken(**_fields: object) -> None:
        raise RuntimeError("out of luck")

    with monkeypatch.context() as patched:
        patched.setattr(services, "create_partner", broken)
        answer = post(api, key, name)
        assert answer.status == 500
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "luck" not in answer.raw.decode()
    assert post(api, key, name).status == 201
    assert count(api, name) == 1


def test_the_answer_is_kept_48_hours(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    key, name = token(), token()
    post(api, key, name)
    with seller_scope(api.seller.pk):
        rows = IdempotencyRecord.objects.filter(key=key)
        left = rows.get().expires_at - timezone.now()
        assert timedelta(hours=47, minutes=59) < left <= timedelta(hours=48)
        rows.update(expires_at=timezone.now())
    assert post(api, key, name).headers.get("Idempotency-Replayed") is None
    assert count(api, name) == 2
    with seller_scope(api.seller.pk):
        rows.update(expires_at=timezone.now())
    assert forget_answers() >= 1
    with seller_scope(api.seller.pk):
        assert not rows.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tin it", "naïve"])
def test_a_key_is_short_printable_ascii(api: Caller, key: str) -> None:
    answer = post(api, key, "X")
    assert answer.status == 400
    assert answer.fields == {"Idempotency-Key": "malformed"}


def at_once(calls: int, run: object) -> list[Answered]:
    """The answers to `calls` calls made in as many threads at the same moment."""
    answers: list[Answered] = []
    gate = threading.Barrier(calls)

    def one() -> None:
        gate.wait()
        try:
            answers.append(run())  # type: ignore[operator]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _number in range(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_many_at_once_do_it_once(api: Caller, rounds: int) -> None:
    for _round in range(rounds):
        key, name = token(), token()
        answers = at_once(8, lambda key=key, name=name: post(api, key, name))
        statuses = Counter(answer.status for answer in answers)
        assert set(statuses) <= {201, 409}
        assert statuses[201] >= 1
        assert count(api, name) == 1
        made = {answer.raw for answer in answers if answer.status == 201}
        assert len(made) == 1
        for answer in answers:
            if answer.status == 409:
                assert answer.fields == {"Idempotency-Key": "in_progress"}


def test_without_the_lock_many_at_once_do_it_twice(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race is real: the test above sees it when lock and record are gone."""
    monkeypatch.setattr(idempotency.Claim, "_look", lambda self: FREE)
    monkeypatch.setattr(idempotency.Claim, "keep", lambda self, status, body: None)
    key, name = token(), token()
    at_once(4, lambda: post(api, key, name))
    assert count(api, name) == 4


def test_without_the_lock_the_record_still_lets_only_one_through(
    api: Caller, monkeypatch: pytest.MonkeyPatch, rounds: int
) -> None:
    """A call may look just before another's answer is kept, and get its lock just after."""
    monkeypatch.setattr(idempotency.Claim, "_look", lambda self: FREE)
    for _round in range(rounds):
        key, name = token(), token()
        answers = at_once(4, lambda key=key, name=name: post(api, key, name))
        assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
        assert count(api, name) == 1


def test_the_same_sale_at_once_is_one_sale(rounds: int) -> None:
    scene = make_scene()
    for _round in range(rounds):
        sale = {"external_id": token(), "currency": "EUR", "amount": 100}
        answers = at_once(6, lambda sale=sale: scene.api.post("sales", sale))
        assert sorted({answer.status for answer in answers}) in ([200, 201], [201])
        assert len({answer.body["id"] for answer in answers}) == 1


def test_batches_in_each_others_way_keep_every_sale_once(rounds: int) -> None:
    """Same sales in another order, customers crosswise: no 5xx, and sent again all is there."""
    scene = make_scene()
    for _round in range(rounds):
        ids = [f"{token()}" for _number in range(12)]
        batches = iter(
            [batch_of(ids, ids), batch_of(ids[::-1], ids[::-1]), batch_of(ids[::-1], ids)]
        )

        def send(batches: Iterator[list[dict[str, Any]]] = batches) -> Answered:
            body = next(batches)
            answer = scene.api.post("sales/batch", body)
            while answer.status == 409:
                answer = scene.api.post("sales/batch", body)
            return answer

        assert {answer.status for answer in at_once(3, send)} == {200}
        rows = scene.api.get("sales", limit=200).body["results"]
        assert {row["external_id"] for row in rows} >= set(ids)


def batch_of(ids: list[str], customers: list[str]) -> list[dict[str, Any]]:
    """A sale for each id, with a customer of another's name."""
    return [
        {"external_id": one, "currency": "EUR", "amount": 1, "customer": {"external_id": who}}
        for one, who in zip(ids, customers[::-1], strict=True)
    ]


def test_it_holds_while_redis_is_away(api: Caller) -> None:
    away = {
        "default": {
            "BACKEND": "prm.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
    key, name = token(), token()
    with override_settings(CACHES=away):
        assert post(api, key, name).status == 201
        assert post(api, key, name).headers["Idempotency-Replayed"] == "true"
    assert count(api, name) == 1
