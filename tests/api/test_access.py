"""Who may call what: every route by scope, by partner, by seller."""

import urllib.parse
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver

from prm import api_urls
from sellers.rest.endpoints import Endpoint
from sellers.roles import API_SCOPES, PARTNER_KEY_SCOPES
from tests.api.caller import Answered, Caller, anonymous
from tests.api.routes import ROUTES, Route
from tests.api.scene import Scene, make_scene
from tests.api.things import filled, make_things


@pytest.fixture(scope="module")
def things() -> tuple[Scene, dict[str, str]]:
    """One thing of every kind."""
    return make_things()


@pytest.fixture(scope="module")
def foreign() -> dict[str, str]:
    """Another seller's ids."""
    return make_things()[1]


def send(api: Caller, route: Route, ids: dict[str, str]) -> Answered:
    """The route's well-formed call."""
    path = filled(route.path, ids)
    if route.query:
        path = f"{path}?{urllib.parse.urlencode(route.query)}"
    return api.call(route.method, path, filled(route.body, ids))


def endpoints(patterns: Any = api_urls.urlpatterns) -> dict[str, type[Endpoint]]:
    """Path -> view class of everything under /api/v1/."""
    found: dict[str, type[Endpoint]] = {}
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= endpoints(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", None)
            if view is not None and issubclass(view, Endpoint):
                path = str(pattern.pattern).replace("uuid:", "").replace("slug:", "")
                found[path.replace("<", "{").replace(">", "}")] = view
    return found


def test_the_table_has_every_route_with_its_scope() -> None:
    table = {(route.method, route.path): route.scope for route in ROUTES}
    declared = {
        (method, path): view.scopes.get(method)
        for path, view in endpoints().items()
        for method in ("GET", "POST", "PATCH", "DELETE", "PUT")
        if hasattr(view, method.lower())
    }
    assert declared == table
    assert set(table.values()) == set(API_SCOPES)


def test_no_scope_is_declared_without_its_method() -> None:
    for path, view in endpoints().items():
        for method in view.scopes:
            assert hasattr(getattr(view, method.lower()), "operation"), path


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_route_needs_a_key_and_its_scope(
    things: tuple[Scene, dict[str, str]], route: Route
) -> None:
    scene, ids = things
    nobody = send(anonymous(scene.api), route, ids)
    assert nobody.status == 401
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    others = send(scene.api.with_scopes(*set(API_SCOPES) - {route.scope}), route, ids)
    assert others.status == 403
    assert route.scope in others.body["detail"]
    if route.method == "GET":
        assert send(scene.api.with_scopes(route.scope), route, ids).status == 200


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_partners_key_reads_and_files_claims(
    things: tuple[Scene, dict[str, str]], route: Route
) -> None:
    scene, ids = things
    answer = send(scene.api.for_partner(ids["partner_id"]), route, ids)
    if route.files:
        assert answer.status in {200, 201, 409}, answer.raw
    else:
        assert answer.status == (200 if route.partner else 403), answer.raw


WITH_ID = [route for route in ROUTES if "{" in route.path]


@pytest.mark.parametrize("route", WITH_ID, ids=str)
def test_another_sellers_ids_are_not_found(
    things: tuple[Scene, dict[str, str]], foreign: dict[str, str], route: Route
) -> None:
    own = things[1]
    name = route.path.split("{")[1].split("}")[0]
    answer = send(things[0].api, route, {**own, name: foreign[name]})
    assert answer.status == 404, answer.raw
    assert answer.headers["Content-Type"] == "application/problem+json"
    unknown = "00000000-0000-7000-8000-000000000000"
    assert send(things[0].api, route, {**own, name: unknown}).raw == answer.raw


def named_ids(body: Any) -> list[str]:
    """Fields of a body that hold an id."""
    fields = body.items() if isinstance(body, dict) else ()
    return [name for name, value in fields if isinstance(value, str) and value.startswith("{")]


@pytest.mark.parametrize("route", [r for r in ROUTES if named_ids(r.body)], ids=str)
def test_another_sellers_ids_in_a_body_are_refused(
    things: tuple[Scene, dict[str, str]], foreign: dict[str, str], route: Route
) -> None:
    for name in named_ids(route.body):
        body = {**filled(route.body, things[1]), name: filled(route.body[name], foreign)}
        answer = things[0].api.call(route.method, filled(route.path, things[1]), body)
        assert answer.status == 422
        assert answer.fields == {name: "unknown"}


def test_lists_hold_no_other_sellers_rows(
    things: tuple[Scene, dict[str, str]], foreign: dict[str, str]
) -> None:
    for route in ROUTES:
        if route.method == "GET" and "{" not in route.path:
            text = things[0].api.get(route.path, limit=200).raw.decode()
            assert not [key for key in foreign.values() if key in text], route
            filters = {"partner": foreign["partner_id"]}
            answer = things[0].api.get(route.path, **filters)
            assert answer.status == 400 or answer.body["results"] == []


PARTNER_ROUTES = [route for route in ROUTES if route.partner]


@pytest.mark.parametrize("route", PARTNER_ROUTES, ids=str)
def test_a_partners_key_sees_no_other_partner(
    things: tuple[Scene, dict[str, str]], route: Route
) -> None:
    """A second partner of the same seller, in a program of his own."""
    scene, first = things
    second = _second(scene)
    api = scene.api.for_partner(second["partner_id"])
    answer = send(api, route, first)
    if "{" in route.path:
        assert answer.status == 404
    else:
        assert answer.status == 200
        text = answer.raw.decode()
        assert not [key for key in first.values() if key in text]
        assert answer.body["results"]


_seconds: dict[str, dict[str, str]] = {}


def _second(scene: Scene) -> dict[str, str]:
    slug = scene.api.seller.slug
    if slug not in _seconds:
        _seconds[slug] = make_things(make_scene(scene.api))[1]
    return _seconds[slug]


def test_a_revoked_or_unknown_key_is_no_key(things: tuple[Scene, dict[str, str]]) -> None:
    scene = things[0]
    api = scene.api.with_scopes(*API_SCOPES)
    assert api.get("partners").status == 200
    from_secret = Caller(api.seller, api.user, api.key, api.secret[:-1] + "x")
    assert from_secret.get("partners").status == 401
    for header in ("Bearer", "Bearer ", "Basic abc", f"Token {api.secret}", "Bearer prm_\udcff"):
        text = header.encode("utf-8", "surrogateescape").decode("latin-1")
        bad = anonymous(api).call("GET", "partners", headers={"authorization": text})
        assert bad.status == 401, header


def test_scopes_of_a_partners_key_read_and_file_claims() -> None:
    writes = {scope for scope in PARTNER_KEY_SCOPES if not scope.endswith(":read")}
    assert writes == {"claims:write"}
