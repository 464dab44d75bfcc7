"""Partners in public: their page, landing pages with their name, the directory; what is private."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from partners import services as partners
from partners.models import PartnerPage
from tests.cast import make_partner, signed_in, stranger, token
from tests.portal.market import Market, make_market
from tracking import services as tracking
from tracking.models import Landing
from tracking.services.coupons import create_coupon

EVIL = "**Hello** <script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"


def logo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), "#a4572a").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue())


@pytest.fixture
def market() -> Market:
    """A market with pages and directory on, and a public page of Rani's."""
    market = make_market()
    with market.team.scope():
        partners.set_page_settings(
            seller=market.team.seller, actor=market.team.actor, pages_on=True, directory_on=True
        )
        partners.save_page(
            partner=market.rani.partner,
            actor=market.team.actor,
            headline="Coffee at home",
            about=EVIL,
            topics=["filter", "home brewing"],
            email="hello@rani.example",
            website="https://rani.example/",
            logo=logo(),
            is_public=True,
            is_listed=True,
        )
    return market


def page_of(market: Market) -> PartnerPage:
    with market.team.scope():
        return PartnerPage.objects.get(partner=market.rani.partner)


def landing_of(market: Market) -> Landing:
    """A live landing page, taken by Rani; call it in scope."""
    landing = tracking.create_landing(
        program=market.program,
        actor=market.team.actor,
        title="Fresh from Gayo",
        slug=f"gayo-{token()}",
        text=EVIL,
        button="See the beans",
        destination="https://shop.example/gayo",
        file=logo(),
    )
    return tracking.publish_landing(landing=landing, actor=market.team.actor)


def url(market: Market, rest: str = "") -> str:
    return f"/{market.team.seller.slug}/with/{page_of(market).slug}/{rest}"


def test_the_page_says_what_the_partner_wrote_and_runs_nothing_of_it(market: Market) -> None:
    with market.team.scope():
        coupon = create_coupon(
            enrollment=market.rani.enrollment, code="RANI10", actor=market.team.actor
        )
        page = PartnerPage.objects.get(partner=market.rani.partner)
        for shown in ({"link": market.rani.link}, {"coupon": coupon}):
            tracking.add_page_item(page=page, actor=market.team.actor, **shown)
    answer = stranger().get(url(market))
    text = answer.content.decode()
    assert answer.status_code == 200
    for part in ("Coffee at home", "<strong>Hello</strong>", "RANI10", "hello@rani.example"):
        assert part in text
    assert market.rani.link.url in text
    assert 'rel="sponsored nofollow noopener"' in text
    assert "may earn when you buy" in text
    for evil in ("alert(1)</script>", 'href="javascript', "onerror"):
        assert evil not in text
    assert "noindex" not in text
    assert '<link rel="canonical"' in text


def test_a_page_that_somebody_does_not_want_is_not_there(market: Market) -> None:
    actor = market.team.actor

    def status() -> int:
        return stranger().get(url(market)).status_code

    assert status() == 200
    with market.team.scope():
        partners.save_page(partner=market.rani.partner, actor=actor, is_public=False)
    assert status() == 404
    with market.team.scope():
        page = partners.save_page(partner=market.rani.partner, actor=actor, is_public=True)
        partners.hide_page(page=page, reason="Not yours", actor=actor)
    assert status() == 404
    with market.team.scope():
        partners.show_page(page=page, actor=actor)
        partners.set_page_settings(
            seller=market.team.seller, actor=actor, pages_on=False, directory_on=False
        )
    assert status() == 404
    assert stranger().get(f"/{market.team.seller.slug}/partners/").status_code == 404


def test_a_logo_is_public_with_its_page_and_else_for_those_concerned(market: Market) -> None:
    page = page_of(market)
    path = f"/{market.team.seller.slug}/brand/partners/{page.pk}/{page.version}.png"
    answer = stranger().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.close()
    assert stranger().get(path.replace("/2.png", "/1.png")).status_code == 404
    with market.team.scope():
        partners.save_page(
            partner=market.rani.partner, actor=market.team.actor, is_public=False, is_listed=False
        )
    assert stranger().get(path).status_code == 404
    assert signed_in(market.sekar.user).get(path).status_code == 404
    for user in (market.rani.user, market.team.manager):
        own = signed_in(user).get(path)
        assert (own.status_code, own["Cache-Control"]) == (200, "private, max-age=60")
        own.close()


def test_a_landing_page_carries_the_partners_name_and_his_link(market: Market) -> None:
    with market.team.scope():
        landing = landing_of(market)
    path = url(market, f"{landing.slug}/")
    assert stranger().get(path).status_code == 404  # he has not taken it
    with market.team.scope():
        link = tracking.take_landing(
            landing=landing, enrollment=market.rani.enrollment, actor=market.team.actor
        )
    answer = stranger().get(path)
    text = answer.content.decode()
    assert answer.status_code == 200
    for part in (market.rani.partner.name, "Fresh from Gayo", "See the beans", link.url):
        assert part in text
    assert f"/brand/partners/{page_of(market).pk}/" in text
    assert 'content="noindex"' in text
    assert 'href="javascript' not in text
    picture = stranger().get(f"/{market.team.seller.slug}/landings/{landing.pk}/1/")
    assert picture.status_code == 200
    picture.close()
    with market.team.scope():
        tracking.withdraw_landing(landing=landing, actor=market.team.actor)
    assert stranger().get(path).status_code == 404
    assert stranger().get(f"/{market.team.seller.slug}/landings/{landing.pk}/1/").status_code == 404


def test_the_directory_finds_those_who_want_to_be_found(market: Market) -> None:
    actor = market.team.actor
    with market.team.scope():
        for name, country, topics, listed in (
            ("Anna Kaffee", "DE", ["espresso"], True),
            ("Bonn Rösterei", "DE", ["filter"], True),
            ("Hidden Cup", "DE", ["filter"], False),
        ):
            partner = make_partner(market.team, name=name)
            partners.change_partner(partner=partner, actor=actor, country=country)
            partners.save_page(
                partner=partner, actor=actor, topics=topics, is_listed=listed, is_public=False
            )
    base = f"/{market.team.seller.slug}/partners/"

    def names(query: str = "") -> list[str]:
        answer = stranger().get(base + query)
        assert answer.status_code == 200
        return [card["page"].name for card in answer.context["cards"]]

    rani = market.rani.partner.name
    assert names() == ["Anna Kaffee", "Bonn Rösterei", rani]
    assert names("?topic=filter") == ["Bonn Rösterei", rani]
    assert names("?country=DE") == ["Anna Kaffee", "Bonn Rösterei"]
    assert names("?country=DE&topic=espresso&q=kaffee") == ["Anna Kaffee"]
    assert names("?q=brewing") == [rani]
    assert names("?country=FR&topic=nothing") == names()  # unknown choices filter nothing
    assert names("?q=zzz") == []
    text = stranger().get(base).content.decode()
    assert url(market) in text
    assert "Hidden Cup" not in text
    assert "noindex" not in text
    assert "noindex, follow" in stranger().get(base + "?q=a").content.decode()


def test_an_empty_directory_says_so() -> None:
    market = make_market()
    with market.team.scope():
        partners.set_page_settings(
            seller=market.team.seller, actor=market.team.actor, pages_on=False, directory_on=True
        )
    answer = stranger().get(f"/{market.team.seller.slug}/partners/")
    assert "No partner is listed yet" in answer.content.decode()


def test_the_directory_costs_the_same_with_many(market: Market) -> None:
    base = f"/{market.team.seller.slug}/partners/"
    client = stranger()

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(base).status_code == 200
        return len(seen)

    few = cost()
    with market.team.scope():
        for _number in range(12):
            partner = make_partner(market.team, name=f"P {token()}")
            partners.save_page(partner=partner, actor=market.team.actor, is_listed=True)
    assert cost() == few
