"""The OpenAPI document is true: it names every route, and nothing that it allows breaks the API."""

import os
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NotSet
from schemathesis.specs.openapi.schemas import OpenApiSchema

from sellers.roles import API_SCOPES
from tests.api.caller import JSON, Answered, form_of
from tests.api.document import document
from tests.api.routes import ROUTES, Route
from tests.api.scene import Scene
from tests.api.things import make_things

ROUNDS = int(os.environ.get("PRM_TEST_ROUNDS", "2"))
ERRORS = {"400", "401", "403", "429"}
FORM = "multipart/form-data"


@pytest.fixture(scope="module")
def things() -> tuple[Scene, dict[str, str]]:
    """One thing of every kind, for the addresses and bodies to name."""
    return make_things()


def test_the_document_is_valid_openapi() -> None:
    validate_schema(document())  # type: ignore[no-untyped-call]


def test_the_document_has_every_route_with_its_scope() -> None:
    declared = {
        (method.upper(), path.removeprefix("/api/v1/")): operation["x-scope"]
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }
    assert declared == {(route.method, route.path): route.scope for route in ROUTES}
    assert set(declared.values()) == set(API_SCOPES)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_an_operation_declares_its_errors(route: Route) -> None:
    operation = operation_of(route)
    responses = operation["responses"]
    wanted = ERRORS | ({"409", "415", "422"} if route.method != "GET" else set())
    wanted |= {"404"} if "{" in route.path else set()
    assert wanted <= set(responses)
    for status, response in responses.items():
        media = "application/problem+json" if status >= "400" else None
        assert media is None or list(response["content"]) == [media]
        assert response["description"]
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    assert ("Idempotency-Key" in names) == (route.method == "POST")
    assert operation["security"] == [{"apiKey": []}]
    assert operation["summary"]


def test_inputs_take_no_unknown_fields() -> None:
    schemas = document()["components"]["schemas"]
    inputs = {name: one for name, one in schemas.items() if name.endswith("Request")}
    assert inputs
    assert all(one["additionalProperties"] is False for one in inputs.values())


def operation_of(route: Route) -> dict[str, Any]:
    """The route's part of the document."""
    found: dict[str, Any] = document()["paths"][f"/api/v1/{route.path}"][route.method.lower()]
    return found


NAMES = {
    "enrollment": "enrollment_id",
    "program": "program_id",
    "partner": "partner_id",
    "campaign": "campaign_id",
    "tier": "tier_id",
    "group": "group_id",
    "recruited_by": "partner_id",
    "line": "line_id",
}


@cache
def loaded() -> OpenApiSchema:
    """The document as the generator reads it."""
    return schemathesis.openapi.from_dict(document())


def sent(scene: Scene, case: Case[Any], ids: dict[str, str], known: bool) -> Answered:
    """Send a generated case; with `known` its body names things that exist."""
    body = None if isinstance(case.body, NotSet) else case.body
    raw = body if isinstance(body, bytes) else None
    if known and isinstance(body, dict):
        body |= {name: ids[key] for name, key in NAMES.items() if name in body}
    content_type = case.media_type or JSON
    if isinstance(body, dict) and content_type == FORM:
        raw, content_type = form_of(body)
    query = urlencode(case.query or {}, doseq=True)
    headers = {
        name: value
        for name, value in (case.headers or {}).items()
        if name == "Idempotency-Key" and value.isprintable() and value.isascii()
    }
    path = f"{case.formatted_path}?{query}" if query else case.formatted_path
    return scene.api.call(
        case.method, path, body, raw=raw, content_type=content_type, headers=headers
    )


CALLS = [
    pytest.param(route, mode, id=f"{route} {mode.value}")
    for route in ROUTES
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or route.method != "GET" or "{" not in route.path
]
"""Every route with good and with bad calls; one that takes only an id has no bad ones."""


@pytest.mark.parametrize(("route", "mode"), CALLS)
def test_nothing_breaks_it(
    things: tuple[Scene, dict[str, str]], route: Route, mode: GenerationMode
) -> None:
    """Generated calls, good and bad, on known and unknown things: never 5xx, always as declared."""
    scene, ids = things
    operation = loaded()[f"/api/v1/{route.path}"][route.method]
    own = {name: ids[name] for name in ids if f"{{{name}}}" in route.path}
    cases = operation.as_strategy(generation_mode=mode, path_parameters=own or None)

    @settings(
        max_examples=2 * ROUNDS,
        deadline=None,
        derandomize=ROUNDS <= 2,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, known=st.booleans())
    def run(case: Case[Any], known: bool) -> None:
        answer = sent(scene, case, ids, known)
        assert answer.status < 500, answer.raw
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"

    run()
