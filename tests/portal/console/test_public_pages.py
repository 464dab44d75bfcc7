"""Public pages and landing pages in the console."""

import pytest

from activity.models import Notification
from partners import services as partners
from partners.models import PageSettings, PartnerPage
from tests.cast import signed_in, stranger, token
from tests.portal.market import Market, make_market
from tests.portal.public.test_partners import logo
from tracking.models import CouponParameter, Landing
from tracking.services import take_landing


@pytest.fixture
def market() -> Market:
    return make_market()


def test_an_owner_switches_pages_and_directory_on(market: Market) -> None:
    client = signed_in(market.team.owner)
    url = market.team.url("public-pages/settings/")
    data = {"pages_on": "on", "directory_on": "on", "directory_intro": "Our  people"}
    assert client.post(url, data).status_code == 302
    with market.team.scope():
        row = PageSettings.objects.get()
    assert (row.pages_on, row.directory_on, row.directory_intro) == (True, True, "Our people")
    assert "See the directory" in client.get(market.team.url("public-pages/")).content.decode()
    assert client.post(url, {"directory_intro": ""}).status_code == 302
    assert "are off" in client.get(market.team.url("public-pages/")).content.decode()


def test_a_manager_hides_a_page_with_a_reason_and_shows_it_again(market: Market) -> None:
    with market.team.scope():
        partners.set_page_settings(
            seller=market.team.seller, actor=market.team.actor, pages_on=True, directory_on=True
        )
        page = partners.save_page(
            partner=market.rani.partner, actor=market.team.actor, is_public=True
        )
        assert Notification.objects.filter(room="console", subject__contains="public page").exists()
    public = f"/{market.team.seller.slug}/with/{page.slug}/"
    client = signed_in(market.team.manager)
    base = market.team.url(f"public-pages/{page.pk}/")
    assert client.get(base).status_code == 200
    assert "gone at once" in client.get(f"{base}hide/").content.decode()
    assert client.post(f"{base}hide/", {"reason": ""}).status_code == 422
    assert client.post(f"{base}hide/", {"reason": "The logo is ours"}).status_code == 302
    assert stranger().get(public).status_code == 404
    listed = client.get(market.team.url("public-pages/?state=hidden"))
    assert [row.pk for row in listed.context["page"].slice.rows] == [page.pk]
    own = signed_in(market.rani.user).get(market.team.url("page/", room="portal"))
    assert "The logo is ours" in own.content.decode()
    assert client.post(f"{base}show/").status_code == 302
    assert stranger().get(public).status_code == 200
    assert client.post(f"{base}show/").status_code == 302  # said, not broken
    with market.team.scope():
        assert PartnerPage.objects.get().hidden_at is None


def test_a_landing_page_is_written_put_up_changed_and_withdrawn(market: Market) -> None:
    client = signed_in(market.team.marketer)
    data = {
        "program": str(market.program.pk),
        "title": "Fresh",
        "slug": f"fresh-{token()}",
        "text": "## Picked\n\nlast week",
        "button": "See",
        "destination": "/gayo",
        "file": logo(),
    }
    made = client.post(market.team.url("landings/new/"), data)
    assert made.status_code == 302
    base = made["Location"]
    with market.team.scope():
        landing = Landing.objects.get()
    assert (landing.destination, landing.status) == ("https://shop.example/gayo", "draft")
    assert "<h3>Picked</h3>" in client.get(f"{base}preview/").content.decode()
    assert client.post(f"{base}publish/").status_code == 302
    with market.team.scope():
        link = take_landing(
            landing=landing, enrollment=market.rani.enrollment, actor=market.team.actor
        )
    data |= {"destination": "https://shop.example/new", "slug": landing.slug}
    data.pop("file")
    assert client.post(base, data).status_code == 302
    with market.team.scope():
        link.refresh_from_db()
    assert link.destination == "https://shop.example/new"
    text = client.get(base).content.decode()
    assert market.rani.partner.name in text
    wrong = client.post(base, data | {"destination": "https://elsewhere.example/"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["destination"])
    assert "1 partners" in client.get(f"{base}withdraw/").content.decode()
    assert client.post(f"{base}withdraw/").status_code == 302
    listed = client.get(market.team.url("landings/"))
    (row,) = listed.context["page"].slice.rows
    assert (row.status, row.taken_count, row.click_count) == ("withdrawn", 1, 0)


def test_the_auditor_reads_a_landing_page_and_changes_nothing(market: Market) -> None:
    owner = signed_in(market.team.owner)
    data = {
        "program": str(market.program.pk), "title": "F", "slug": f"f-{token()}", "text": "T",
        "button": "B", "destination": "/",
    }  # fmt: skip
    base = owner.post(market.team.url("landings/new/"), data)["Location"]
    auditor = signed_in(market.team.auditor)
    assert auditor.get(base).status_code == 200
    assert auditor.post(base, data).status_code == 403


def test_how_shops_take_coupons(market: Market) -> None:
    client = signed_in(market.team.manager)
    url = market.team.url("coupons/in-links/")
    name = str(market.program.pk)
    assert client.post(url, {name: "sub1"}).status_code == 422
    assert client.post(url, {name: "discount"}).status_code == 302
    with market.team.scope():
        assert CouponParameter.objects.get().name == "discount"
    assert 'value="discount"' in client.get(url).content.decode()
    assert client.post(url, {name: ""}).status_code == 302
    with market.team.scope():
        assert not CouponParameter.objects.exists()
