"""The partner's own page in his portal, the link builder's check, and many links at once."""

import pytest

from partners import services as partners
from partners.models import PartnerPage
from tests.cast import signed_in, token
from tests.portal.market import Market, make_market
from tests.portal.public.test_partners import landing_of, logo
from tracking import services as tracking
from tracking.models import Link, PageItem
from tracking.services.coupons import create_coupon


@pytest.fixture
def market() -> Market:
    return make_market()


def _url(market: Market, rest: str = "") -> str:
    return market.team.url(rest, room="portal")


def _switch_on(market: Market) -> None:
    with market.team.scope():
        partners.set_page_settings(
            seller=market.team.seller, actor=market.team.actor, pages_on=True, directory_on=True
        )


def test_a_partner_writes_his_page_looks_at_it_and_lets_it_be_seen(market: Market) -> None:
    client = signed_in(market.rani.user)
    assert "has no public pages" in client.get(_url(market, "page/")).content.decode()
    assert "is_public" not in client.get(_url(market, "page/edit/")).context["form"].fields
    _switch_on(market)
    data = {
        "name": "Ngopi Pagi",
        "slug": "ngopi-pagi",
        "headline": "At home",
        "about": "**Coffee**",
        "topics": "Filter, home brewing ,filter",
        "email": "hi@rani.example",
        "website": "rani.example",
        "logo": logo(),
    }
    assert client.post(_url(market, "page/edit/"), data).status_code == 302
    preview = client.get(_url(market, "page/preview/"))
    assert "Only you see this" in preview.content.decode()
    assert preview["X-Robots-Tag"] == "noindex"
    public = f"/{market.team.seller.slug}/with/ngopi-pagi/"
    assert client.get(public).status_code == 404
    data |= {"is_public": "on", "is_listed": "on"}
    data.pop("logo")
    assert client.post(_url(market, "page/edit/"), data).status_code == 302
    assert client.get(public).status_code == 200
    with market.team.scope():
        page = PartnerPage.objects.get()
    assert page.topics == ["filter", "home brewing"]
    assert page.website == "https://rani.example"
    drawing = client.get(_url(market, "page/qr.svg"))
    assert b"<svg" in drawing.content
    assert "QR code of your page" in client.get(_url(market, "page/")).content.decode()


def test_what_is_refused_stands_by_its_field(market: Market) -> None:
    _switch_on(market)
    with market.team.scope():
        partners.save_page(partner=market.sekar.partner, actor=market.team.actor, slug="sekar-page")
    client = signed_in(market.rani.user)
    data = {"name": "N", "slug": "sekar-page"}
    page = client.post(_url(market, "page/edit/"), data)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["slug"])
    page = client.post(_url(market, "page/edit/"), {"name": "N", "slug": "ok1", "phone": "<b>"})
    assert list(page.context["form"].errors) == ["phone"]


def test_things_are_put_on_the_page_moved_named_and_taken_off(market: Market) -> None:
    _switch_on(market)
    with market.team.scope():
        landing = landing_of(market)
        coupon = create_coupon(
            enrollment=market.rani.enrollment, code="RANI10", actor=market.team.actor
        )
    client = signed_in(market.rani.user)
    add = _url(market, "page/items/add/")
    assert client.post(add, {"shown": f"link:{market.rani.link.pk}"}).status_code == 302
    assert client.post(add, {"shown": f"coupon:{coupon.pk}", "title": "Ten"}).status_code == 302
    assert client.post(add, {"shown": f"link:{market.sekar.link.pk}"}).status_code == 422
    assert client.get(_url(market, f"page/landings/{landing.pk}/")).status_code == 200
    take = _url(market, f"page/landings/{landing.pk}/take/")
    assert client.post(take).status_code == 302
    assert client.post(take).status_code == 302

    def titles() -> list[str]:
        with market.team.scope():
            return list(PageItem.objects.order_by("position").values_list("title", flat=True))

    first = str(market.rani.link)
    assert titles() == [first, "Ten", "Fresh from Gayo"]
    with market.team.scope():
        items = {item.title: item.pk for item in PageItem.objects.all()}
    client.post(_url(market, f"page/items/{items['Ten']}/move/"), {"to": "up"})
    assert titles() == ["Ten", first, "Fresh from Gayo"]
    client.post(_url(market, f"page/items/{items['Ten']}/"), {"title": "10 %", "note": "off"})
    client.post(_url(market, f"page/items/{items[first]}/remove/"))
    assert titles() == ["10 %", "Fresh from Gayo"]
    text = client.get(_url(market, "page/")).content.decode()
    assert "0 clicks through it" in text
    other = signed_in(market.sekar.user)
    for rest in ("", "move/", "remove/"):
        assert other.post(_url(market, f"page/items/{items['Ten']}/{rest}")).status_code == 404


def test_a_link_is_checked_while_it_is_typed_and_nothing_is_written(market: Market) -> None:
    client = signed_in(market.rani.user)
    taken, free = market.sekar.link.code, f"free-{token()}"
    with market.team.scope():
        before = Link.objects.count()
        coupon = create_coupon(
            enrollment=market.rani.enrollment, code="RANI10", actor=market.team.actor
        )
        tracking.set_coupon_parameter(
            program=market.program, name="voucher", actor=market.team.actor
        )

    def check(**values: str) -> str:
        data = {"program": str(market.rani.enrollment.pk), **values}
        answer = client.post(_url(market, "links/check/"), data)
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        return answer.content.decode()

    assert "where links may lead" in check(destination="/beans")
    assert "Links of this program lead to" in check(destination="https://elsewhere.example/")
    assert "Links of this program lead to" in check(destination="https://[")
    assert "is taken" in check(destination="/", code=taken)
    good = check(destination="/beans", code=free, sub1="blog", coupon=str(coupon.pk))
    for part in (f"/r/{free}", "is free", "blog", "voucher=RANI10", "<svg", "prm_click"):
        assert part in good
    page = client.post(
        _url(market, "links/new/"),
        {"act": "check", "destination": "/x", "code": taken, "sub3": "three"},
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "is taken" in text
    assert 'value="three"' in text
    with market.team.scope():
        assert Link.objects.count() == before


def test_a_link_with_campaign_and_coupon(market: Market) -> None:
    with market.team.scope():
        coupon = create_coupon(
            enrollment=market.rani.enrollment, code="RANI10", actor=market.team.actor
        )
        foreign = create_coupon(
            enrollment=market.sekar.enrollment, code="SEKAR", actor=market.team.actor
        )
    client = signed_in(market.rani.user)
    data = {"program": str(market.rani.enrollment.pk), "destination": "/beans"}
    wrong = client.post(_url(market, "links/new/"), data | {"coupon": str(foreign.pk)})
    assert list(wrong.context["form"].errors) == ["coupon"]
    made = client.post(_url(market, "links/new/"), data | {"coupon": str(coupon.pk)})
    assert made.status_code == 302
    assert "RANI10" in client.get(made["Location"]).content.decode()
    edit = client.get(f"{made['Location']}edit/")
    assert edit.context["form"].initial["coupon"] == str(coupon.pk)


def test_many_links_from_pasted_lines(market: Market) -> None:
    client = signed_in(market.rani.user)
    code = f"many-{token()}"
    rows = f"/beans; Spring beans; {code}\nhttps://elsewhere.example/\n\n/gear\t Gear \n/gear\tGear"
    data = {"program": str(market.rani.enrollment.pk), "rows": rows, "sub1": "mail"}
    page = client.post(_url(market, "links/many/"), data)
    assert page.status_code == 200
    assert (page.context["made"], page.context["had"], page.context["refused"]) == (2, 1, 1)
    assert page.context["form"].initial["rows"] == "https://elsewhere.example/"
    with market.team.scope():
        link = Link.objects.get(code=code)
    assert (link.destination, link.label, link.sub1) == (
        "https://shop.example/beans",
        "Spring beans",
        "mail",
    )
    again = client.post(_url(market, "links/many/"), data)
    assert (again.context["made"], again.context["had"]) == (0, 3)
    refused = client.post(_url(market, "links/many/"), data | {"rows": "x\n" * 201})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["rows"])
    bad = client.post(_url(market, "links/many/"), data | {"rows": "https://elsewhere.example/"})
    assert bad.status_code == 422
    long = client.post(_url(market, "links/many/"), data | {"rows": f"/a; {'x' * 121}"})
    assert long.context["refused"] == 1
