"""The API's own short way from request to view.

Sessions, cookies, CSRF, messages and a person's language and time zone mean nothing to a program
with a key: its calls turn off before the middleware of pages.
"""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from sellers.rest.authentication import key_scope
from sellers.zones import zone_of

Answer = Callable[[HttpRequest], HttpResponse]
PREFIX = "/api/"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
}

_matches: dict[str, ResolverMatch] = {}


class ApiMiddleware:
    """Answers the addresses of the API in the scope of the key's seller; hands on all others.

    The scope stays open for the view and the rendering of its answer; an answer of 400 and above
    keeps nothing.
    """

    def __init__(self, get_response: Answer) -> None:
        self.pages = get_response
        self.api = cast("Answer", convert_exception_to_response(_answer))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith(PREFIX)
        return self.api(request) if is_api else self.pages(request)


def _answer(request: HttpRequest) -> HttpResponse:
    request.get_host()  # refuses a host that is not ours
    language = translation.get_language_from_request(request)
    translation.activate(language)
    request.LANGUAGE_CODE = language
    response = _scoped(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Language", language)
    patch_vary_headers(response, ("Accept-Language",))
    if not response.streaming:
        response.headers.setdefault("Content-Length", str(len(response.content)))
    return response


def _scoped(request: HttpRequest) -> HttpResponse:
    with key_scope(request) as key:
        request.api_key = key  # type: ignore[attr-defined]
        if key is None:
            return _viewed(request)
        with timezone.override(zone_of(key.seller.time_zone or settings.TIME_ZONE)):
            response = _viewed(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response


def _resolved(path: str) -> ResolverMatch:
    """The view of an address; of those that name no single thing, remembered."""
    match = _matches.get(path)
    if match is None:
        match = resolve(path)
        if not match.kwargs:
            _matches[path] = match
    return match


def _viewed(request: HttpRequest) -> HttpResponse:
    """The view's answer, rendered."""
    match = request.resolver_match = _resolved(request.path_info)
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    render = getattr(response, "render", None)
    return render() if callable(render) else response
