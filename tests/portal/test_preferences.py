"""A reader's own theme, kept in a cookie and in force with the first byte."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from portal import preferences


def choose(**data: str) -> HttpResponse:
    return preferences.theme(RequestFactory().post("/theme/", data))


@pytest.mark.parametrize("wanted", preferences.THEMES)
def test_choice_is_kept(wanted: str) -> None:
    response = choose(theme=wanted, next="/kopi/console/?a=1")
    assert (response.status_code, response["Location"]) == (302, "/kopi/console/?a=1")
    assert response.cookies["theme"].value == wanted


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_never_leads_away(away: str) -> None:
    assert choose(theme="dark", next=away)["Location"] == "/"


def test_an_unknown_theme_is_refused() -> None:
    assert choose(theme="pink").status_code == 400


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("", "auto"), ("<x>", "auto")])
def test_cookie_is_not_trusted(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie
    assert preferences.chosen_theme(request) == theme
