"""Every error is problem details (RFC 9457)."""

import logging

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import override_settings

from partners import selectors
from sellers.rest.throttling import KeyThrottle
from tests.api.caller import Answered, Caller, anonymous, make_caller

MEMBERS = {"type", "title", "status", "detail", "errors"}


@pytest.fixture(scope="module")
def api() -> Caller:
    """A key with every scope."""
    return make_caller()


def check(answer: Answered, status: int) -> None:
    """The answer is a whole problem of this status."""
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.body) >= MEMBERS
    assert answer.body["status"] == status
    assert answer.body["title"]
    assert answer.body["detail"]
    for error in answer.body["errors"]:
        assert set(error) == {"field", "code", "message"}


@pytest.mark.parametrize(
    "path",
    ["nothing", "", "partners/7", "partners/", "partners/%00", "%ff", "sales/batch/x", "schema/"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_404(api: Caller, path: str, method: str) -> None:
    check(api.call(method, path), 404)
    check(anonymous(api).call(method, path), 404)


@pytest.mark.parametrize("path", ["/api/", "/api/v2/partners", "/api/v1"])
def test_an_address_beside_the_version_is_404(api: Caller, path: str) -> None:
    check(api.call("GET", path), 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_a_route_lacks_is_405(api: Caller, method: str) -> None:
    answer = api.call(method, "partners")
    check(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_head_is_a_get_without_its_body(api: Caller) -> None:
    answer = api.call("HEAD", "partners")
    assert answer.status == 200
    assert answer.raw == b""


def test_without_a_key_401(api: Caller) -> None:
    answer = anonymous(api).get("partners")
    check(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_what_the_caller_accepts_does_not_matter(api: Caller) -> None:
    for accept in ("text/html", "nonsense", ""):
        answer = api.call("GET", "partners", headers={"accept": accept})
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/json"


def test_our_own_failure_is_a_problem_that_tells_nothing(
    api: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("the secret recipe")

    monkeypatch.setattr(selectors, "partners", broken)
    with caplog.at_level(logging.ERROR):
        answer = api.get("partners")
    check(answer, 500)
    assert b"recipe" not in answer.raw
    assert "the secret recipe" in caplog.text


def test_a_deadlock_is_a_conflict_to_be_sent_again(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Deadlock(Exception):
        pgcode = "40P01"

    def stuck() -> None:
        raise OperationalError("deadlock detected") from Deadlock()

    monkeypatch.setattr(selectors, "partners", stuck)
    patched = api.patch("partners/00000000-0000-7000-8000-000000000000", {"name": "X"})
    check(patched, 409)


def test_too_many_calls_are_429_with_the_time_to_wait(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyThrottle, "rate", "3/hour", raising=False)
    one = api.with_scopes("partners:read")
    assert [one.get("partners").status for _call in range(3)] == [200, 200, 200]
    answer = one.get("partners")
    check(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    assert api.with_scopes("partners:read").get("partners").status == 200


def test_without_redis_nobody_is_throttled(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyThrottle, "rate", "1/hour", raising=False)
    away = {
        "default": {
            "BACKEND": "prm.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
    one = api.with_scopes("partners:read")
    with override_settings(CACHES=away):
        assert [one.get("partners").status for _call in range(3)] == [200, 200, 200]
    assert cache.get("anything") is None


def test_messages_are_in_the_callers_language(api: Caller) -> None:
    answer = api.call("POST", "partners", {"name": 7}, headers={"accept-language": "en"})
    assert answer.body["errors"][0]["message"] == "This must be text."
