"""The redirect behind a partner's link, as Django's view answers it."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from campaigns import services as campaigns
from partners import services as partners
from tests.portal.market import Market, make_market
from tests.tracking.redirect.visits import PERSON, new_link, spooled, until
from tracking import services, tokens


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def _visitor(**headers: str) -> Client:
    return Client(headers={"user-agent": PERSON, **headers})


def test_a_click_leads_on_with_a_token_that_proves_itself(market: Market) -> None:
    link = new_link(market, subs={"sub1": "blog", "sub2": "top"})
    response = _visitor(referer="https://blog.example/").get(f"/r/{link.code}?sub2=foot")
    assert response.status_code == 302
    target = urlsplit(response["Location"])
    query = parse_qs(target.query)
    assert (target.netloc, target.path, query["a"]) == ("shop.example", "/beans", ["1"])
    token = tokens.read(query["prm_click"][0])
    (click,) = spooled(link)
    assert token is not None
    assert (token.link_id, str(token.click_id)) == (link.pk, click.id)
    assert int(token.clicked_at.timestamp() * 1000) == int(click.at)
    assert (click.sub1, click.sub2, click.agent) == ("blog", "foot", PERSON)
    assert click.referrer == "https://blog.example/"
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    cookie = response.cookies["prm_click"]
    assert cookie.value == query["prm_click"][0]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == market.program.window_days * 86400


def test_an_unknown_code_is_a_plain_404_page() -> None:
    response = _visitor().get("/r/nobody-has-this")
    assert response.status_code == 404
    assert b"nobody-has-this" in response.content
    assert not response.cookies.get("prm_click")


@pytest.mark.parametrize("code", ["%00", "a" * 300, "<script>alert(1)</script>", "é"])
def test_a_strange_code_is_a_404_page_too(code: str) -> None:
    response = _visitor().get(f"/r/{code}")
    assert response.status_code in (400, 404)
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "javascript:alert(1)",
        "https://evil.example\\@shop.example/",
        "http://[::1",
    ],
)
def test_a_deep_link_to_a_foreign_page_is_refused_and_counts_nothing(
    market: Market, target: str
) -> None:
    link = new_link(market)
    response = _visitor().get(f"/r/{link.code}", {"url": target})
    assert response.status_code == 400
    assert "Location" not in response
    assert spooled(link) == []


def test_a_deep_link_to_the_shop_is_followed(market: Market) -> None:
    link = new_link(market)
    response = _visitor().get(f"/r/{link.code}", {"url": "https://shop.example/new?x=1"})
    assert response.status_code == 302
    assert response["Location"].startswith("https://shop.example/new?x=1&prm_click=")
    assert spooled(link)[0].destination == "https://shop.example/new?x=1"


def test_head_and_prefetch_lead_on_but_are_no_clicks(market: Market) -> None:
    link = new_link(market)
    answers = [
        _visitor().head(f"/r/{link.code}"),
        _visitor(sec_purpose="prefetch;prerender").get(f"/r/{link.code}"),
        _visitor(purpose="prefetch").get(f"/r/{link.code}"),
        _visitor(x_moz="prefetch").get(f"/r/{link.code}"),
    ]
    for answer in answers:
        assert (answer.status_code, answer["Location"]) == (302, link.destination)
        assert "prm_click" not in answer.cookies
    assert spooled(link) == []
    assert _visitor().post(f"/r/{link.code}").status_code == 405


@pytest.mark.parametrize("agent", ["", "Googlebot/2.1", "curl/8.0"])
def test_a_machines_click_is_kept_too(market: Market, agent: str) -> None:
    link = new_link(market)
    assert Client(headers={"user-agent": agent}).get(f"/r/{link.code}").status_code == 302
    assert [click.agent for click in spooled(link)] == [agent]


def test_the_visitors_address_is_left_to_the_shipper(market: Market) -> None:
    link = new_link(market)
    _visitor().get(f"/r/{link.code}", REMOTE_ADDR="203.0.113.77")
    assert [click.address for click in spooled(link)] == ["203.0.113.77"]


def test_a_disabled_link_leads_on_but_earns_nothing(market: Market) -> None:
    link = new_link(market)
    with market.team.scope():
        services.disable_link(link=link, actor=market.team.actor)
    response = _visitor().get(f"/r/{link.code}")
    assert (response.status_code, response["Location"]) == (302, link.destination)
    assert spooled(link) == []


def test_links_of_a_suspended_partner_and_a_closed_program_lead_on_without_a_token() -> None:
    market = make_market()
    with market.team.scope():
        partners.suspend_partner(
            partner=market.rani.partner, reason="brand bidding", actor=market.team.actor
        )
    response = _visitor().get(f"/r/{market.rani.link.code}")
    assert response["Location"] == market.rani.link.destination
    sekar = f"/r/{market.sekar.link.code}"
    assert "prm_click" in _visitor().get(sekar).cookies
    with market.team.scope():
        campaigns.close_program(program=market.program, actor=market.team.actor)
    until(lambda: "prm_click" not in _visitor().get(sekar).cookies)


def test_overlong_and_odd_sub_ids_are_cut_not_refused(market: Market) -> None:
    link = new_link(market)
    response = _visitor().get(f"/r/{link.code}", {"sub1": "x" * 500 + "\x00", "sub3": "a\x00b"})
    assert response.status_code == 302
    (click,) = spooled(link)
    assert (len(click.sub1), click.sub3) == (100, "ab")
