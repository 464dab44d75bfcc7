"""Landing pages, what stands on partners' pages, coupons in links and many links at once."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count
from django.utils import timezone
from PIL import Image

from campaigns import services as campaigns
from partners import services as partners
from partners.models import PartnerPage
from prm.errors import Conflict, NotFound, Unacceptable
from tests.cast import token
from tests.portal.market import Market, Side, make_market
from tracking import services
from tracking.models import Landing, Link, PageItem
from tracking.selectors import pages
from tracking.services.coupons import create_coupon, disable_coupon

TEXT = "# Fresh\n\nPicked in **Gayo**. <script>alert(1)</script>"


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market()


def landing_of(market: Market, *, live: bool = True, slug: str = "") -> Landing:
    """A landing page of the market's program; call it in scope."""
    landing = services.create_landing(
        program=market.program,
        actor=market.team.actor,
        title="Fresh from Gayo",
        slug=slug or f"gayo-{token()}",
        text=TEXT,
        button="See the beans",
        destination="https://shop.example/gayo",
    )
    if live:
        services.publish_landing(landing=landing, actor=market.team.actor)
    return landing


def page_of(market: Market, side: Side) -> PartnerPage:
    return partners.save_page(partner=side.partner, actor=market.team.actor, is_public=True)


def test_a_partner_takes_a_landing_page_once_and_its_link_follows(market: Market) -> None:
    with market.team.scope():
        landing = landing_of(market)
        take: dict[str, Any] = {"landing": landing, "actor": market.team.actor}
        link = services.take_landing(enrollment=market.rani.enrollment, **take)
        again = services.take_landing(enrollment=market.rani.enrollment, **take)
        assert (again.pk, link.destination) == (link.pk, "https://shop.example/gayo")
        services.change_landing(
            landing=landing, actor=market.team.actor, destination="https://shop.example/new"
        )
        link.refresh_from_db()
        assert link.destination == "https://shop.example/new"
        services.disable_link(link=link, actor=market.team.actor)
        fresh = services.take_landing(enrollment=market.rani.enrollment, **take)
        assert fresh.pk != link.pk


def test_a_page_that_two_partners_took_is_one_page(market: Market) -> None:
    with market.team.scope():
        landing = landing_of(market)
        for side in (market.rani, market.sekar):
            services.take_landing(
                landing=landing, enrollment=side.enrollment, actor=market.team.actor
            )
        rows = pages.landings_with_clicks().filter(pk=landing.pk)
        assert [dict(row)["taken_count"] for row in rows.values()] == [2]
        by_status = rows.order_by().values("status").annotate(n=Count("pk"))
        assert [one["n"] for one in by_status] == [1], "as the chips of a list count"


def test_only_live_pages_are_offered_and_taken(market: Market) -> None:
    with market.team.scope():
        landing = landing_of(market, live=False)
        offered = {one.landing.pk for one in pages.landings_for(market.sekar.partner.pk)}
        assert landing.pk not in offered
        take: dict[str, Any] = {"enrollment": market.sekar.enrollment, "actor": market.team.actor}
        with pytest.raises(Conflict):
            services.take_landing(landing=landing, **take)
        services.publish_landing(landing=landing, actor=market.team.actor)
        link = services.take_landing(landing=landing, **take)
        page = page_of(market, market.sekar)
        assert pages.landing_of_page(page, landing.slug).pk == link.pk
        services.withdraw_landing(landing=landing, actor=market.team.actor)
        with pytest.raises(NotFound):
            pages.landing_of_page(page, landing.slug)
        with pytest.raises(Conflict):
            services.withdraw_landing(landing=landing, actor=market.team.actor)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("destination", "https://elsewhere.example/"),
        ("destination", "javascript:alert(1)"),
        ("slug", "Not An Address"),
        ("title", ""),
        ("text", "x" * 8001),
        ("button", "x" * 41),
    ],
)
def test_what_cannot_stand_on_a_landing_page(market: Market, field: str, value: str) -> None:
    with market.team.scope():
        landing = landing_of(market)
        with pytest.raises(Unacceptable) as refused:
            services.change_landing(landing=landing, actor=market.team.actor, **{field: value})  # type: ignore[arg-type]
        assert [error.field for error in refused.value.errors] == [field]


def test_its_picture_is_drawn_anew_and_nothing_else_is_taken(market: Market) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "#123456").save(out, "PNG")
    good = SimpleUploadedFile("../x.png", out.getvalue() + b"<script>")
    with market.team.scope():
        landing = landing_of(market)
        change: dict[str, Any] = {"landing": landing, "actor": market.team.actor}
        landing = services.change_landing(file=good, **change)
        assert (landing.width, landing.height, landing.version) == (40, 20, 2)
        with landing.file.open() as file:
            assert b"<script>" not in file.read()
        bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")
        with pytest.raises(Unacceptable):
            services.change_landing(file=bad, **change)
        landing = services.change_landing(remove_file=True, **change)
        assert (landing.file.name, landing.width) == ("", None)


def test_two_landing_pages_have_two_addresses(market: Market) -> None:
    with market.team.scope():
        landing = landing_of(market)
        with pytest.raises(Conflict) as refused:
            landing_of(market, slug=landing.slug)
        assert refused.value.errors[0].field == "slug"


def test_a_page_shows_what_counts_in_its_order() -> None:
    market = make_market()
    actor = market.team.actor
    with market.team.scope():
        page = page_of(market, market.rani)
        coupon = create_coupon(enrollment=market.rani.enrollment, code="PAGI10", actor=actor)
        landing = landing_of(market)
        taken = services.take_landing(
            landing=landing, enrollment=market.rani.enrollment, actor=actor
        )
        one = services.add_page_item(page=page, actor=actor, link=market.rani.link)
        two = services.add_page_item(page=page, actor=actor, coupon=coupon, note=" 10 %  off ")
        three = services.add_page_item(page=page, actor=actor, link=taken)
        assert (one.title, two.title, two.note) == (str(market.rani.link), "PAGI10", "10 % off")
        with pytest.raises(Conflict):
            services.add_page_item(page=page, actor=actor, link=market.rani.link)
        with pytest.raises(NotFound):
            services.add_page_item(page=page, actor=actor, link=market.sekar.link)

        def shown() -> list[object]:
            return [row.pk for row in pages.shown_items(page)]

        assert shown() == [one.pk, two.pk, three.pk]
        services.move_page_item(item=three, up=True)
        services.move_page_item(item=three, up=True)
        services.move_page_item(item=three, up=True)
        assert shown() == [three.pk, one.pk, two.pk]
        services.disable_link(link=market.rani.link, actor=actor)
        assert shown() == [three.pk, two.pk]
        disable_coupon(coupon=coupon, actor=actor)
        services.withdraw_landing(landing=landing, actor=actor)
        assert shown() == []
        assert len(pages.page_items(page)) == 3
        services.remove_page_item(item=one, actor=actor)
        services.remove_page_item(item=one, actor=actor)
        assert PageItem.objects.count() == 2


def test_a_coupon_that_two_partners_have_is_not_shown() -> None:
    market = make_market()
    actor = market.team.actor
    with market.team.scope():
        page = page_of(market, market.rani)
        coupon = create_coupon(enrollment=market.rani.enrollment, code="SAME", actor=actor)
        services.add_page_item(page=page, actor=actor, coupon=coupon)
        assert len(pages.shown_items(page)) == 1
        create_coupon(enrollment=market.sekar.enrollment, code="same", actor=actor)
        assert pages.shown_items(page) == []


def test_a_link_carries_its_coupon_where_the_shop_takes_it() -> None:
    market = make_market()
    actor = market.team.actor
    with market.team.scope():
        own = create_coupon(enrollment=market.rani.enrollment, code="PAGI 10", actor=actor)
        other = create_coupon(enrollment=market.rani.enrollment, code="SORE", actor=actor)
        foreign = create_coupon(enrollment=market.sekar.enrollment, code="SEKAR", actor=actor)
        make: dict[str, Any] = {"enrollment": market.rani.enrollment, "actor": actor}
        plain = services.create_link(destination="https://shop.example/a?x=1", coupon=own, **make)
        assert plain.destination == "https://shop.example/a?x=1"
        services.set_coupon_parameter(program=market.program, name="discount", actor=actor)
        link = services.create_link(destination="https://shop.example/a?x=1#b", coupon=own, **make)
        assert link.destination == "https://shop.example/a?x=1&discount=PAGI+10#b"
        link = services.change_link(link=link, actor=actor, coupon=other)
        assert link.destination == "https://shop.example/a?x=1&discount=SORE#b"
        link = services.change_link(link=link, actor=actor, destination="https://shop.example/c")
        assert link.destination == "https://shop.example/c?discount=SORE"
        link = services.change_link(link=link, actor=actor, coupon=None)
        assert (link.destination, link.coupon) == ("https://shop.example/c", None)
        disable_coupon(coupon=other, actor=actor)
        other.refresh_from_db()
        for wrong in (foreign, other):
            with pytest.raises(Unacceptable) as refused:
                services.create_link(destination="https://shop.example/", coupon=wrong, **make)
            assert refused.value.errors[0].field == "coupon"
        for name in ("sub1", "prm_click", "a b", "1x"):
            with pytest.raises(Unacceptable):
                services.set_coupon_parameter(program=market.program, name=name, actor=actor)


def _rows(*pages: str) -> list[services.WantedLink]:
    return [services.WantedLink(n, page, page) for n, page in enumerate(pages, 1)]


def test_many_links_are_answered_by_row_and_made_once() -> None:
    market = make_market()
    good, foreign = "https://shop.example/a", "https://elsewhere.example/"
    wanted = [
        *_rows(good, foreign, "https://shop.example/b", good),
        services.WantedLink(5, "c", "https://shop.example/c", code=f"own-{token()}"),
        services.WantedLink(6, "d", "https://shop.example/d", code=market.sekar.link.code),
    ]
    with market.team.scope():
        make: dict[str, Any] = {"enrollment": market.rani.enrollment, "actor": market.team.actor}
        answers = services.create_links(wanted=wanted, **make)
        assert [(one.is_new, bool(one.reason)) for one in answers] == [
            (True, False), (False, True), (True, False), (False, False), (True, False),
            (False, True),
        ]  # fmt: skip
        assert answers[3].link == answers[0].link
        assert "shop.example" in answers[1].reason
        before = Link.objects.count()
        again = services.create_links(wanted=wanted, **make)
        assert [one.is_new for one in again] == [False] * 6
        assert [one.link for one in again] == [one.link for one in answers]
        assert Link.objects.count() == before


def test_a_landing_page_of_another_program_is_not_taken() -> None:
    market = make_market()
    with market.team.scope():
        other = campaigns.create_program(
            seller=market.team.seller,
            actor=market.team.actor,
            name="Other",
            slug="other",
            currency="EUR",
            landing_url="https://shop.example/",
            terms="Be honest.",
        )
        landing = landing_of(market)
        Landing.objects.filter(pk=landing.pk).update(program=other)
        landing.refresh_from_db()
        with pytest.raises(Unacceptable):
            services.take_landing(
                landing=landing, enrollment=market.rani.enrollment, actor=market.team.actor
            )


def test_links_that_ended_are_not_offered_for_the_page() -> None:
    market = make_market()
    with market.team.scope():
        offered = pages.links_to_show(market.rani.partner.pk, None)
        assert [one.pk for one in offered] == [market.rani.link.pk]
        past = timezone.now() - timedelta(seconds=1)
        Link.objects.filter(pk=market.rani.link.pk).update(expires_at=past)
        assert not offered.all().exists()
    assert pages.is_code_taken(market.rani.link.code)
    assert not pages.is_code_taken(f"free-{token()}")
