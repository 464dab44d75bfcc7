"""The page of all parts: complete, safe under the strict policy, and hidden in production."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings

from tests.cast import PASSWORD, make_user, signed_in

INLINE = re.compile(r"<[^>]+\s(style|on[a-z]+)=", re.IGNORECASE)


@pytest.fixture
def page() -> str:
    client = signed_in(make_user())
    with override_settings(DEBUG=True):
        response = client.get("/kit/")
    assert response.status_code == 200
    return response.content.decode()


def test_every_part_renders_without_inline_style_or_handler(page: str) -> None:
    assert not INLINE.search(page)
    for css in (
        "st warn",
        "clock bad",
        "delta good",
        "note warn",
        "empty-s",
        "trace",
        "spark",
        "copy",
    ):
        assert f'class="{css}' in page


def test_mistakes_are_named_on_top_and_by_the_field(page: str) -> None:
    assert 'href="#id_iban"' in page
    assert re.search(
        r'<input[^>]+id="id_iban"[^>]+aria-describedby="id_iban_error"', page
    ) or re.search(r'<input[^>]+aria-describedby="id_iban_error"[^>]+id="id_iban"', page)
    assert 'id="id_iban_error"' in page


def test_scripts_are_ours_deferred_and_carry_the_nonce(page: str) -> None:
    scripts = re.findall(r"<script[^>]*>", page)
    loaded = [tag for tag in scripts if "src=" in tag]
    assert loaded
    assert all('src="/static/' in tag and "defer" in tag and "nonce=" in tag for tag in loaded)
    assert all('type="application/json"' in tag for tag in scripts if "src=" not in tag)


def test_no_such_page_in_production() -> None:
    assert Client().get("/kit/").status_code == 404


@pytest.mark.parametrize("cookie", ["light", "dark"])
def test_chosen_theme_is_in_the_first_byte(cookie: str) -> None:
    client = Client()
    client.cookies["theme"] = cookie
    html = client.get("/accounts/login/").content.decode()
    assert f'data-bs-theme="{cookie}"' in html


def test_without_a_choice_the_system_decides() -> None:
    html = Client().get("/accounts/login/").content.decode()
    assert "data-bs-theme" not in html
    assert 'content="light dark"' in html


def test_a_sign_in_mistake_is_shown_in_our_form() -> None:
    person = make_user()
    answer = Client().post("/accounts/login/", {"login": person.email, "password": f"{PASSWORD}x"})
    assert 'class="note bad' in answer.content.decode()


def test_undo_of_a_toast_stays_here() -> None:
    class Told:
        level_tag = "success"

        def __init__(self, tags: str) -> None:
            self.extra_tags = tags

        def __str__(self) -> str:
            return "Approved <b>"

    told = [Told("undo:/kopi/console/undo/"), Told("undo://evil.example/")]
    html = render_to_string("components/toasts.html", {"messages": told}, RequestFactory().get("/"))
    assert 'action="/kopi/console/undo/"' in html
    assert "evil" not in html
    assert "<b>" not in html
