"""Bad input: 400, 409 or 422 with the field named, and never 5xx."""

import json
from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.scene import Scene, make_scene

SALE: dict[str, Any] = {"external_id": "x", "currency": "EUR", "amount": 100}
LINE: dict[str, Any] = {"quantity": 1, "unit_amount": 100}


@pytest.fixture(scope="module")
def scene() -> Scene:
    """A program with a partner and a link."""
    return make_scene()


@pytest.fixture(scope="module")
def api(scene: Scene) -> Caller:
    """The scene's key."""
    return scene.api


SALES: list[tuple[dict[str, Any], int, str]] = [
    ({"currency": "EURO"}, 422, "currency"),
    ({"currency": "ZZZ"}, 422, "currency"),
    ({"currency": "eur"}, 422, "currency"),
    ({"currency": 978}, 400, "currency"),
    ({"currency": None}, 400, "currency"),
    ({"amount": -1}, 422, "amount"),
    ({"amount": 10**15 + 1}, 422, "amount"),
    ({"amount": 10**30}, 422, "amount"),
    ({"amount": 1.0}, 400, "amount"),
    ({"amount": 1e300}, 400, "amount"),
    ({"amount": "100"}, 400, "amount"),
    ({"amount": True}, 400, "amount"),
    ({"amount": [100]}, 400, "amount"),
    ({"tax": -5}, 422, "tax"),
    ({"shipping": 0.5}, 400, "shipping"),
    ({"external_id": ""}, 422, "external_id"),
    ({"external_id": "   "}, 422, "external_id"),
    ({"external_id": "x" * 121}, 422, "external_id"),
    ({"external_id": "a\0b"}, 400, "external_id"),
    ({"external_id": "a\ud800b"}, 400, "external_id"),
    ({"external_id": 7}, 400, "external_id"),
    ({"external_id": {"$ne": 1}}, 400, "external_id"),
    ({"surprise": 1}, 400, "surprise"),
    ({"id": "1"}, 400, "id"),
    ({"occurred_at": "0000-01-01T00:00:00Z"}, 422, "occurred_at"),
    ({"occurred_at": "0001-01-01T00:00:00+14:00"}, 422, "occurred_at"),
    ({"occurred_at": "9999-12-31T23:59:59Z"}, 422, "occurred_at"),
    ({"occurred_at": "9999-12-31T23:59:59-14:00"}, 422, "occurred_at"),
    ({"occurred_at": "2199-01-01T00:00:00Z"}, 422, "occurred_at"),
    ({"occurred_at": "1971-01-01T00:00:00Z"}, 422, "occurred_at"),
    ({"occurred_at": "2026-01-01T00:00:00"}, 400, "occurred_at"),
    ({"occurred_at": "2026-02-30T00:00:00Z"}, 400, "occurred_at"),
    ({"occurred_at": "2026-01-01T00:00:00+99:99"}, 400, "occurred_at"),
    ({"occurred_at": "yesterday"}, 400, "occurred_at"),
    ({"occurred_at": 1_760_000_000}, 400, "occurred_at"),
    ({"paid_at": "9999-01-01T00:00:00Z"}, 422, "paid_at"),
    ({"lines": {}}, 400, "lines"),
    ({"lines": ["tea"]}, 400, "lines[0]"),
    ({"lines": [LINE, {**LINE, "sku": 5}]}, 400, "lines[1].sku"),
    ({"lines": [{**LINE, "colour": "red"}]}, 400, "lines[0].colour"),
    ({"lines": [{**LINE, "quantity": 0}]}, 422, "lines[0].quantity"),
    ({"lines": [{**LINE, "quantity": 1.5}]}, 400, "lines[0].quantity"),
    ({"lines": [{**LINE, "unit_amount": -1}]}, 422, "lines[0].unit_amount"),
    ({"lines": [{**LINE, "discount": 101}]}, 422, "lines[0].discount"),
    ({"lines": [{"quantity": 10**9, "unit_amount": 10**15}]}, 422, "lines[0]"),
    ({"lines": [{"quantity": 1}]}, 400, "lines[0].unit_amount"),
    ({"lines": [{**LINE, "unit_amount": 99}]}, 422, "amount"),
    ({"lines": [{**LINE, "name": "t\0a"}]}, 400, "lines[0].name"),
    ({"customer": "Ann"}, 400, "customer"),
    ({"customer": {"email": "nobody"}}, 422, "customer.email"),
    ({"customer": {"country": "XX"}}, 422, "customer.country"),
    ({"customer": {"phone": "1"}}, 400, "customer.phone"),
    ({"partner": "me"}, 400, "partner"),
    ({"partner": "00000000-0000-0000-0000-000000000000"}, 422, "partner"),
    ({"link": "nobody-has-this"}, 422, "link"),
    ({"metadata": []}, 400, "metadata"),
    ({"metadata": {"a\0b": 1}}, 400, "metadata.a\0b"),
    ({"metadata": {"deep": {"er": "\0"}}}, 400, "metadata.deep.er"),
    ({"metadata": {"k" * 101: 1}}, 422, "metadata"),
    ({"metadata": {f"k{i}": 1 for i in range(51)}}, 422, "metadata"),
]


@pytest.mark.parametrize(("change", "status", "field"), SALES, ids=lambda value: str(value)[:40])
def test_a_bad_sale_is_refused_by_the_field(
    api: Caller, change: dict[str, Any], status: int, field: str
) -> None:
    answer = api.post("sales", {**SALE, **change})
    assert answer.status == status, answer.raw
    assert field in answer.fields
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_missing_field_is_named_with_all_others(api: Caller) -> None:
    answer = api.post("sales", {"amount": -1, "colour": "red"})
    assert answer.status == 400
    assert answer.fields == {
        "external_id": "required",
        "currency": "required",
        "amount": "min_value",
        "colour": "unknown_field",
    }


RAW: list[tuple[bytes, str]] = [
    (b"", "required"),
    (b"{", "not_json"),
    (b"nonsense", "not_json"),
    (b"[]", "not_a_dict"),
    (b"null", "not_a_dict"),
    (b"7", "not_a_dict"),
    (b'"text"', "not_a_dict"),
    (b'{"amount": NaN}', "not_json"),
    (b'{"amount": Infinity}', "not_json"),
    (b'{"amount": 1e999}', "not_json"),
    (b'{"amount": ' + b"9" * 5000 + b"}", "not_json"),
    (b'{"external_id": "\xff\xfe"}', "not_utf8"),
    (b"\xef\xbb\xbf{}", "not_json"),
    (b"\x00", "not_json"),
    (b'{"external_id": "a\x00b"}', "not_json"),
    (b"[" * 100_000, "too_deep"),
    (b'{"metadata":' + b'{"a":' * 50 + b"1" + b"}" * 51, "too_deep"),
    (b'{"metadata":' * 50_000, "too_deep"),
]


@pytest.mark.parametrize(("raw", "code"), RAW, ids=lambda value: str(value)[:30])
def test_a_body_that_is_no_object_is_refused(api: Caller, raw: bytes, code: str) -> None:
    answer = api.call("POST", "sales", raw=raw)
    assert answer.status == 400
    assert code in answer.fields.values()


def test_a_field_given_twice_is_refused(api: Caller) -> None:
    answer = api.call("POST", "sales", raw=b'{"amount": 1, "amount": 2}')
    assert answer.status == 400
    assert answer.fields == {"amount": "repeated"}


def test_ten_megabytes_are_refused_before_they_are_read(api: Caller) -> None:
    raw = json.dumps({**SALE, "metadata": {"big": "x" * 10_000_000}}).encode()
    answer = api.call("POST", "sales", raw=raw)
    assert answer.status == 400
    assert answer.fields == {"body": "too_large"}


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "x"])
def test_other_content_types_are_refused(api: Caller, content_type: str) -> None:
    answer = api.call("POST", "sales", raw=b"{}", content_type=content_type)
    assert answer.status == 415
    assert answer.body["status"] == 415


def test_json_may_name_its_charset(api: Caller) -> None:
    content_type = "application/json; charset=utf-8"
    assert api.call("POST", "sales", raw=b"{}", content_type=content_type).status == 400


QUERIES: list[tuple[str, int, str]] = [
    ("sales?colour=red", 400, "colour"),
    ("sales?limit=0", 422, "limit"),
    ("sales?limit=201", 422, "limit"),
    ("sales?limit=ten", 400, "limit"),
    ("sales?limit=1&limit=2", 400, "limit"),
    ("sales?cursor=%00", 400, "cursor"),
    ("sales?cursor=nonsense", 400, "cursor"),
    ("sales?cursor=WzEsMl0", 400, "cursor"),
    ("sales?cursor=bnVsbA", 400, "cursor"),
    ("sales?order=amount", 422, "order"),
    ("sales?partner=7", 400, "partner"),
    ("sales?from=2026-01-01", 400, "from"),
    ("sales?from=0000-01-01T00:00:00Z", 422, "from"),
    ("sales?external_id=%ff%00", 400, "external_id"),
    ("sales?commission_state=lost", 422, "commission_state"),
    ("commissions?status=lost", 422, "status"),
    ("programs?slug=" + "x" * 51, 422, "slug"),
    ("activity?to=now", 400, "to"),
]


@pytest.mark.parametrize(("path", "status", "field"), QUERIES)
def test_a_bad_query_is_refused_by_the_parameter(
    api: Caller, path: str, status: int, field: str
) -> None:
    answer = api.get(path) if "?" not in path else api.call("GET", path)
    assert answer.status == status, answer.raw
    assert field in answer.fields


def test_a_cursor_of_another_order_is_refused(api: Caller) -> None:
    for number in range(2):
        api.made("partners", {"name": f"Number {number}"})
    page = api.get("partners", limit=1).body
    cursor = page["next"].split("cursor=")[1]
    assert api.call("GET", f"partners?cursor={cursor}&order=created_at").status == 400


RULES: list[tuple[dict[str, Any], int, str]] = [
    ({"reward": {}}, 400, "reward.type"),
    ({"reward": {"type": "percent"}}, 400, "reward.rate"),
    ({"reward": {"type": "percent", "rate": 10}}, 400, "reward.rate"),
    ({"reward": {"type": "percent", "rate": "ten"}}, 400, "reward.rate"),
    ({"reward": {"type": "percent", "rate": "NaN"}}, 400, "reward.rate"),
    ({"reward": {"type": "percent", "rate": "1e2"}}, 400, "reward.rate"),
    ({"reward": {"type": "percent", "rate": "-1"}}, 422, "reward.rate"),
    ({"reward": {"type": "percent", "rate": "100.1"}}, 422, "reward.rate"),
    ({"reward": {"type": "percent", "rate": "10", "amount": 5}}, 400, "reward.amount"),
    ({"reward": {"type": "percent", "rate": "10", "base": "profit"}}, 422, "reward.base"),
    ({"reward": {"type": "flat"}}, 400, "reward.amount"),
    ({"reward": {"type": "flat", "amount": 0}}, 422, "reward.amount"),
    ({"reward": {"type": "flat", "amount": "5.00"}}, 400, "reward.amount"),
    ({"reward": {"type": "stars", "amount": 5}}, 422, "reward.type"),
    ({"conditions": {}}, 400, "conditions"),
    ({"brackets": {}}, 400, "brackets.metric"),
    ({"event": "visit"}, 422, "event"),
    ({"event": "lead"}, 422, "reward.type"),
    ({"override": {"level": 1}}, 422, "override"),
    ({"limits": [{"per": "sale", "amount": 0}]}, 422, "limits[0].amount"),
    ({"limits": None}, 400, "limits"),
    ({"scope": {"tier": "gold"}}, 400, "scope.tier"),
    ({"scope": {"partner": "00000000-0000-0000-0000-000000000000"}}, 422, "scope.partner"),
    ({"name": ""}, 422, "name"),
    ({"name": "x" * 121}, 422, "name"),
    ({"priority": 10**40}, 422, "priority"),
]


@pytest.mark.parametrize(("change", "status", "field"), RULES, ids=lambda value: str(value)[:40])
def test_a_bad_rule_is_refused_by_the_field(
    scene: Scene, change: dict[str, Any], status: int, field: str
) -> None:
    rule = {"name": "Ten", "reward": {"type": "percent", "rate": "10"}, **change}
    answer = scene.api.post(f"programs/{scene.program['id']}/rules", rule)
    assert answer.status == status, answer.raw
    assert field in answer.fields


PROGRAMS: list[tuple[dict[str, Any], int, str]] = [
    ({"slug": "A B"}, 422, "slug"),
    ({"currency": "XXX"}, 422, "currency"),
    ({"landing_url": "javascript:alert(1)"}, 422, "landing_url"),
    ({"landing_url": "shop.example.com"}, 422, "landing_url"),
    ({"window_days": -1}, 422, "window_days"),
    ({"window_days": "30"}, 400, "window_days"),
    ({"hold_days": 99999}, 422, "hold_days"),
    ({"auto_approve": "yes"}, 400, "auto_approve"),
    ({"auto_approve": 1}, 400, "auto_approve"),
    ({"minimum_payout": 2.5}, 400, "minimum_payout"),
    ({"minimum_payout": -1}, 422, "minimum_payout.EUR"),
    ({"minimum_payout": {"ABC": 1}}, 422, "minimum_payout"),
    ({"allowed_hosts": "shop.example.com"}, 400, "allowed_hosts"),
    ({"allowed_hosts": [7]}, 400, "allowed_hosts[0]"),
    ({"allowed_hosts": ["https://shop.example.com"]}, 422, "allowed_hosts[0]"),
    ({"attribution": "coin"}, 422, "attribution"),
    ({"precedence": "coupon_first"}, 422, "precedence"),
    ({"colour": "red"}, 400, "colour"),
    ({"questions": [7]}, 400, "questions[0]"),
    ({"questions": [{"label": ""}]}, 422, "questions[0].label"),
]


@pytest.mark.parametrize(("change", "status", "field"), PROGRAMS, ids=lambda v: str(v)[:40])
def test_a_bad_program_is_refused_by_the_field(
    api: Caller, change: dict[str, Any], status: int, field: str
) -> None:
    program = {
        "name": "P",
        "slug": "bad-program",
        "currency": "EUR",
        "landing_url": "https://shop.example.com/",
    }
    answer = api.post("programs", {**program, **change})
    assert answer.status == status, answer.raw
    assert field in answer.fields


REFUNDS: list[tuple[dict[str, Any], int, str]] = [
    ({"amount": 0}, 422, "amount"),
    ({"amount": -5}, 422, "amount"),
    ({"amount": 10_001}, 422, "amount"),
    ({"amount": None}, 400, "amount"),
    ({"occurred_at": "2020-01-01T00:00:00Z"}, 422, "occurred_at"),
    ({"sale_external_id": "other"}, 400, "sale_external_id"),
    ({"lines": [{"sku": "a", "quantity": 1, "amount": 7}]}, 422, "amount"),
    ({"reason": "x" * 201}, 422, "reason"),
]


@pytest.mark.parametrize(("change", "status", "field"), REFUNDS, ids=lambda v: str(v)[:40])
def test_a_bad_refund_is_refused_by_the_field(
    scene: Scene, change: dict[str, Any], status: int, field: str
) -> None:
    sale = scene.sell(10_000)
    path = f"sales/{sale['id']}/refunds"
    answer = scene.api.post(path, {"external_id": "bad", "amount": 1, **change})
    assert answer.status == status, answer.raw
    assert field in answer.fields


def test_a_refund_of_more_than_is_left_is_refused(scene: Scene) -> None:
    sale = scene.sell(1_000)
    path = f"sales/{sale['id']}/refunds"
    scene.api.made(path, {"external_id": f"a-{sale['id']}", "amount": 600})
    over = scene.api.post(path, {"external_id": f"b-{sale['id']}", "amount": 401})
    assert over.status == 422
    assert over.fields == {"amount": "more_than_sold"}


@pytest.mark.parametrize("count", [0, 1001])
def test_a_batch_is_one_to_a_thousand(api: Caller, count: int) -> None:
    answer = api.post("sales/batch", [{}] * count)
    assert answer.status == 400
    assert answer.fields == {"body": "wrong_length"}


def test_a_batch_is_an_array(api: Caller) -> None:
    assert api.post("sales/batch", {}).fields == {"body": "not_a_list"}
