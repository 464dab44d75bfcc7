"""Files over the API: tried first, then taken, with every refused row to be read."""

import gzip
from typing import Any

import pytest

from activity import work
from partners.models import Partner
from sellers.roles import API_SCOPES
from sellers.scope import seller_scope
from tests.api.caller import Caller, form_of, make_caller
from tests.api.scene import LANDING, make_scene
from tests.cast import token

FILE = b"external_id,name,country\nP-1,Blue Parrot,DE\nP-2,Bean,Narnia\nP-1,Blue Parrot,DE\n"


@pytest.fixture
def api() -> Caller:
    """A key with every scope at a new seller."""
    return make_caller()


def finished(api: Caller, made: dict[str, Any]) -> dict[str, Any]:
    """The import once the worker has done it."""
    work.drain("imports", api.seller.pk)
    found: dict[str, Any] = api.get(f"imports/{made['id']}").body
    return found


def names(api: Caller) -> list[str]:
    """The seller's partners."""
    with seller_scope(api.seller.pk):
        return sorted(Partner.objects.values_list("name", flat=True))


def test_a_file_is_tried_first_and_taken_when_applied(api: Caller) -> None:
    made = api.send_file("imports", FILE, "partners.csv", kind="partners")
    assert made.status == 201
    assert (made.body["status"], made.body["dry_run"]) == ("queued", True)
    assert made.body["columns"] == {one: one for one in ("external_id", "name", "country")}
    dry = finished(api, made.body)
    counts = {"rows": 3, "new": 1, "known": 1, "refused": 1, "enrolled": 0, "partners_made": 0}
    assert (dry["status"], dry["dry_run"], dry["counts"]) == ("done", True, counts)
    assert dry["progress"] == {"done": 3, "total": 3}
    assert names(api) == []
    [problem] = api.get(f"imports/{dry['id']}/problems").body["results"]
    assert (problem["line"], problem["field"]) == (3, "country")
    assert "Write its two letters" in problem["message"]
    assert problem["row"] == {"external_id": "P-2", "name": "Bean", "country": "Narnia"}
    applied = api.made(f"imports/{dry['id']}/apply")
    assert (applied["status"], applied["dry_run"]) == ("queued", False)
    assert api.post(f"imports/{dry['id']}/apply").status == 409
    done = finished(api, applied)
    assert (done["status"], done["dry_run"], done["counts"]) == ("done", False, counts)
    assert done["finished_at"]
    assert names(api) == ["Blue Parrot"]
    assert api.post(f"imports/{dry['id']}/apply").status == 409


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_may_be_the_whole_body(api: Caller, packed: bool) -> None:
    raw = gzip.compress(FILE) if packed else FILE
    answer = api.call(
        "POST",
        "imports",
        raw=raw,
        content_type="application/gzip" if packed else "text/csv",
        query={"kind": "partners", "dry_run": "false"},
    )
    assert answer.status == 201, answer.raw
    assert finished(api, answer.body)["counts"]["new"] == 1
    assert names(api) == ["Blue Parrot"]


def test_all_five_kinds_one_after_the_other() -> None:
    scene = make_scene()
    api, program = scene.api, scene.program["id"]
    code = f"kind-{token()}"
    order = token()
    files: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("partners", f"id,name\nX-{order},Fox\n", {"program": program}),
        ("links", f"code,partner,page\n{code},X-{order},{LANDING}\n", {}),
        ("clicks", f"code,time,user agent\n{code},2026-01-02 10:00,Firefox\n", {}),
        (
            "sales",
            f"order,date,price,partner\n{order},2026-01-03,20.00,Fox\n",
            {"program": program, "currency": "EUR"},
        ),
        ("refunds", f"refund no,order,amount,date\nR-{order},{order},5.00,2026-01-04\n", {}),
    )
    for kind, text, options in files:
        for expected in ({"new": 1, "known": 0}, {"new": 0, "known": 1}):
            made = api.send_file("imports", text.encode(), kind=kind, dry_run="false", **options)
            assert made.status == 201, (kind, made.raw)
            done = finished(api, made.body)
            assert done["status"] == "done", (kind, done)
            problems = api.get(f"imports/{done['id']}/problems").body["results"]
            counts = done["counts"]
            assert {name: counts[name] for name in expected} == expected, (kind, problems)
    sale = api.get("sales", external_id=order).body["results"][0]
    assert sale["amount"] == 2000
    kinds = [one["kind"] for one in api.get("imports", order="created_at").body["results"]]
    assert kinds == [kind for kind, _text, _options in files for _time in range(2)]
    assert len(api.get("imports", kind="links").body["results"]) == 2


def test_refused_rows_come_in_pages(api: Caller) -> None:
    lines = b"".join(b"P-%d,Name,Narnia\n" % number for number in range(250))
    made = api.send_file("imports", b"id,name,country\n" + lines, kind="partners")
    found = finished(api, made.body)
    seen: list[int] = []
    page = api.get(f"imports/{found['id']}/problems", limit=100).body
    while True:
        seen += [one["line"] for one in page["results"]]
        if page["next"] is None:
            break
        page = api.call("GET", page["next"].replace("http://localhost", "")).body
    assert seen == list(range(2, 252))


def test_the_same_key_and_file_replay_the_first_answer(api: Caller) -> None:
    raw, content_type = form_of({"kind": "partners", "file": FILE})
    key = {"Idempotency-Key": "once"}
    first, second = (
        api.call("POST", "imports", raw=raw, content_type=content_type, headers=key)
        for _time in range(2)
    )
    assert (first.status, second.status) == (201, 201)
    assert first.raw == second.raw
    assert second.headers["Idempotency-Replayed"] == "true"
    raw, content_type = form_of({"kind": "partners", "file": FILE + b"P-3,Other,FR\n"})
    other = api.call("POST", "imports", raw=raw, content_type=content_type, headers=key)
    assert (other.status, other.fields) == (422, {"Idempotency-Key": "key_reused"})


def test_a_file_needs_the_scope_of_what_it_holds(api: Caller) -> None:
    few = api.with_scopes("imports:write", "imports:read", "sales:write")
    answer = few.send_file("imports", FILE, kind="partners")
    assert answer.status == 403
    assert "partners:write" in answer.body["detail"]
    made = api.send_file("imports", FILE, kind="partners").body
    finished(api, made)
    assert few.post(f"imports/{made['id']}/apply").status == 403
    none = api.with_scopes(*set(API_SCOPES) - {"imports:write"})
    assert none.send_file("imports", FILE, kind="partners").status == 403


@pytest.mark.parametrize(
    ("parts", "status", "field"),
    [
        ({}, 400, "kind"),
        ({"kind": "payouts"}, 422, "kind"),
        ({"kind": "sales"}, 422, "columns"),
        ({"kind": "partners", "columns": "{"}, 400, "columns"),
        ({"kind": "partners", "columns": '{"name": 1}'}, 400, "columns"),
        ({"kind": "partners", "columns": '{"name": "Nowhere"}'}, 422, "columns.name"),
        ({"kind": "partners", "columns": '{"shoe": "name"}'}, 422, "columns.shoe"),
        ({"kind": "partners", "columns": '{"name": ""}'}, 422, "columns"),
        ({"kind": "partners", "program": "0190b6a4-0000-7000-8000-000000000000"}, 422, "program"),
        ({"kind": "partners", "time_zone": "Mars/Base"}, 422, "time_zone"),
        ({"kind": "partners", "dry_run": "maybe"}, 422, "dry_run"),
        ({"kind": "partners", "colour": "blue"}, 400, "colour"),
        ({"kind": "partners", "file": "no file"}, 400, "file"),
        ({"kind": "partners", "file": b""}, 400, "file"),
        ({"kind": "partners", "file": b"only one column\n"}, 400, "file"),
        ({"kind": "partners", "file": b"\x1f\x8bbroken"}, 400, "file"),
        ({"kind": "partners", "file": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50}, 400, "file"),
        ({"kind": "partners", "file": b"name,name\n1,2\n"}, 400, "file"),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_field(
    api: Caller, parts: dict[str, Any], status: int, field: str
) -> None:
    raw, content_type = form_of({"file": FILE, **parts})
    answer = api.call("POST", "imports", raw=raw, content_type=content_type)
    assert (answer.status, list(answer.fields)) == (status, [field]), answer.raw
    assert api.get("imports").body["results"] == []


def test_bodies_that_are_no_form_are_refused(api: Caller) -> None:
    form = "multipart/form-data; boundary=x"
    for raw, content_type, status in (
        (b"--y", form, 400),
        (b"", form, 400),
        (b"x", "multipart/form-data", 400),
        (b"{}", "application/json", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
    ):
        answer = api.call("POST", "imports", raw=raw, content_type=content_type)
        assert answer.status == status, (content_type, answer.raw)
    raw, content_type = form_of({"kind": "partners", "file": FILE})
    twice = api.call(
        "POST", "imports", raw=raw, content_type=content_type, query={"kind": "partners"}
    )
    assert (twice.status, twice.fields) == (400, {"kind": "repeated"})


def test_files_may_be_larger_than_other_bodies(api: Caller) -> None:
    filler = (b"P-1,Blue Parrot," + b"x" * 100_000 + b"\n") * 63
    made = api.send_file("imports", b"id,name,notes\n" + filler, kind="partners")
    assert made.status == 201
    other = api.call("POST", "partners", raw=filler)
    assert (other.status, other.fields) == (400, {"body": "too_large"})
