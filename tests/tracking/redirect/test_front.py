"""The redirect ahead of Django: what it answers itself, what it hands on, and how links end."""

import json
import uuid
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from campaigns import services as campaigns
from campaigns.models import Program
from tests.portal.market import Market, make_market
from tests.tracking.redirect.visits import Visitor, new_link, spooled, until
from tracking import tokens
from tracking.models import Link
from tracking.redirect.memory import memory

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1"


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _set(market: Market, link: Link, **fields: Any) -> None:
    with market.team.scope():
        Link.objects.filter(pk=link.pk).update(**fields)


def test_a_known_link_is_answered_without_django(market: Market) -> None:
    link, visitor = new_link(market), Visitor()
    path = f"/r/{link.code}"
    until(lambda: visitor.get(path).status == 302 and path in memory.links.entries)
    visitor.front._django = lambda *_given: pytest.fail("went to Django")
    before = len(spooled(link))
    answer = visitor.get(path, referer="https://blog.example/")
    assert answer.status == 302
    token = tokens.read(answer.token)
    click = spooled(link)[before]
    assert token is not None
    assert (str(token.click_id), token.link_id) == (click.id, link.pk)
    assert click.referrer == "https://blog.example/"
    assert answer.headers["Set-Cookie"] == (
        f"prm_click={answer.token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax"
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Referrer-Policy" not in answer.headers, "the page he came from decides"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Purpose": "preview"},
        {"X-Moz": "prefetch"},
    ],
)
def test_what_browsers_fetch_ahead_is_no_click(market: Market, headers: dict[str, str]) -> None:
    link = new_link(market)
    answer = Visitor().ask(f"/r/{link.code}", "GET", "", headers)
    assert (answer.status, answer.location) == (302, link.destination)
    assert "Set-Cookie" not in answer.headers
    assert spooled(link) == []


def test_head_is_no_click_and_post_is_refused(market: Market) -> None:
    link = new_link(market)
    answer = Visitor().get(f"/r/{link.code}", method="HEAD")
    assert (answer.status, answer.location) == (302, link.destination)
    assert Visitor().get(f"/r/{link.code}", method="POST").status == 405
    assert spooled(link) == []


def test_an_unknown_code_is_a_page_and_not_asked_for_again_at_once() -> None:
    code = f"x{uuid.uuid4().hex}"
    answer = Visitor().get(f"/r/{code}")
    assert answer.status == 404
    assert code.encode() in answer.body
    assert f"/r/{code}" in memory.links._missing
    assert Visitor().get("/healthz").status == 200


def test_a_new_link_is_found_though_its_code_was_asked_for_before(market: Market) -> None:
    code = f"new-{uuid.uuid4().hex[:12]}"
    assert Visitor().get(f"/r/{code}").status == 404
    new_link(market, code=code)
    until(lambda: Visitor().get(f"/r/{code}").status == 302)


def test_sub_ids_and_utm_of_the_address_are_handed_on(market: Market) -> None:
    link = new_link(market, subs={"sub1": "blog", "sub2": "top"})
    answer = Visitor().get(
        f"/r/{link.code}", query="sub2=foot&utm_source=insta&utm_campaign=a%26b&other=x"
    )
    (click,) = spooled(link)
    assert (click.sub1, click.sub2) == ("blog", "foot")
    assert click.destination == ""
    assert parse_qsl(urlsplit(answer.location).query) == [
        ("a", "1"),
        ("utm_source", "insta"),
        ("utm_campaign", "a&b"),
        ("prm_click", answer.token),
    ]


def test_a_deep_link_keeps_its_own_query_to_the_letter(market: Market) -> None:
    link = new_link(market)
    query = "url=https%3A%2F%2Fshop.example%2Fnew%3Fq%3Da%2Bb%2520c%26prm_click%3Dold%23part"
    answer = Visitor().get(f"/r/{link.code}", query=query)
    wanted = f"https://shop.example/new?q=a+b%20c&prm_click={answer.token}#part"
    assert answer.location == wanted
    assert spooled(link)[0].destination == "https://shop.example/new?q=a+b%20c&prm_click=old#part"


def test_a_query_of_too_many_fields_asks_for_nothing(market: Market) -> None:
    link = new_link(market)
    answer = Visitor().get(f"/r/{link.code}", query="&".join(f"a{n}=1" for n in range(500)))
    assert answer.location.startswith("https://shop.example/beans?a=1&prm_click=")


def test_an_expired_link_leads_to_the_landing_page_and_counts_nothing(market: Market) -> None:
    link = new_link(market)
    _set(market, link, expires_at=timezone.now() - timedelta(seconds=1))
    answer = Visitor().get(f"/r/{link.code}", query="url=https%3A%2F%2Fshop.example%2Fdeep")
    assert (answer.location, spooled(link)) == ("https://shop.example/", [])


def test_a_link_expires_by_the_clock_while_it_is_remembered(market: Market) -> None:
    link = new_link(market)
    _set(market, link, expires_at=timezone.now() + timedelta(seconds=1.5))
    assert Visitor().get(f"/r/{link.code}").token
    until(lambda: Visitor().get(f"/r/{link.code}").location == "https://shop.example/")


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (1, True)])
def test_a_link_ends_with_the_last_day_of_its_campaign_where_the_seller_is(
    market: Market, days: int, counts: bool
) -> None:
    today: date = timezone.localdate(timezone=ZoneInfo(market.team.seller.time_zone))
    link = new_link(market)
    with market.team.scope():
        campaign = campaigns.create_campaign(
            program=market.program,
            actor=market.team.actor,
            name=f"Push {days}",
            starts_on=today - timedelta(days=9),
            ends_on=today + timedelta(days=days),
        )
    _set(market, link, campaign=campaign)
    answer = Visitor().get(f"/r/{link.code}")
    assert bool(answer.token) == counts
    assert answer.location.startswith("https://shop.example/beans") == counts


def test_visitors_are_led_by_country_and_device(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = new_link(market)
    indonesian, phone = "https://shop.example/id", "https://shop.example/app"
    targets = [
        {"countries": ["ID"], "devices": [], "destination": indonesian},
        {"countries": [], "devices": ["mobile", "tablet"], "destination": phone},
    ]
    _set(market, link, targets=targets)
    path = f"/r/{link.code}"
    with monkeypatch.context() as patch:
        patch.setattr("prm.addresses.TRUSTED_PROXIES", 1)
        answers = [
            Visitor().get(path, **headers).location.partition("?")[0]
            for headers in (
                {"x-forwarded-for": "103.47.135.1"},
                {"x-forwarded-for": "103.47.135.1", "user-agent": PHONE},
                {"x-forwarded-for": "8.8.8.8", "user-agent": PHONE},
                {"x-forwarded-for": "8.8.8.8"},
            )
        ]
    assert answers == [indonesian, indonesian, phone, "https://shop.example/beans"]
    assert [click.destination for click in spooled(link)] == [indonesian, indonesian, phone, ""]
    deep = Visitor().get(path, query="url=https://shop.example/x").location
    assert deep.startswith("https://shop.example/x?prm_click=")


def test_a_program_without_cookies_gets_the_token_alone() -> None:
    market = make_market()
    with market.team.scope():
        Program.objects.filter(pk=market.program.pk).update(cookieless=True)
    answer = Visitor().get(f"/r/{market.rani.link.code}")
    assert answer.token
    assert "Set-Cookie" not in answer.headers


def test_a_cookie_is_secure_on_https(market: Market) -> None:
    path = f"/r/{new_link(market).code}"
    assert Visitor(secure=True).get(path).headers["Set-Cookie"].endswith("; SameSite=Lax; Secure")
    assert Visitor().get(path).headers["Set-Cookie"].endswith("; SameSite=Lax")


@pytest.mark.parametrize("path", ["/r/", "/r/ab", f"/r/{'x' * 5000}", "/r/a/b/c", "/r/%2e%2e"])
def test_what_is_no_code_takes_no_room_in_memory(path: str) -> None:
    assert Visitor().get(path).status == 404
    assert path not in memory.links._missing


def test_odd_texts_of_visitors_are_kept_whole_in_one_line(market: Market) -> None:
    link = new_link(market)
    odd = {"User-Agent": "a\tb\\c" + "x" * 600, "Referer": "https://ä.example/\\"}
    Visitor().ask(f"/r/{link.code}", "GET", "sub1=%F0%9F%98%80%00%0A&sub2=%FF", odd)
    (click,) = spooled(link)
    assert click.agent == ("a\tb\\c" + "x" * 600)[:400]
    assert click.sub1 == "\U0001f600\n"
    assert click.sub2 == "\ufffd"
    assert json.dumps(click)
