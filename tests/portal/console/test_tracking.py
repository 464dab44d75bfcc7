"""The program's tracking page, its live test, and the list of what browsers reported."""

import pytest

from commissions.browser import trials
from commissions.models import BrowserReport, BrowserTrial
from tests.cast import signed_in
from tests.tracking.browser.shop import Shop, make_shop


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A seller whose shop reports."""
    return make_shop()


def _url(shop: Shop, rest: str = "") -> str:
    return shop.market.team.url(f"programs/{shop.program}/tracking/{rest}")


def _trial(shop: Shop) -> BrowserTrial:
    with shop.market.team.scope():
        found = trials.newest(shop.market.program)
        assert found is not None
        return found


def test_the_page_has_the_programs_own_values_to_copy(shop: Shop) -> None:
    shop.set(window_days=45, cookieless=True)
    page = signed_in(shop.market.team.owner).get(_url(shop)).content.decode()
    for piece in (
        shop.program,
        "days: 45",
        "cookieless: true",
        "/t.js",
        "/px.gif?program=",
        "currency: &quot;EUR&quot;",
        "shop.example",
        "/api/v1/sales",
        "&quot;amount&quot;: 1234,",
    ):
        assert piece in page, piece
    shop.set(window_days=30, cookieless=False)


def test_switches_are_saved_by_who_may(shop: Shop) -> None:
    owner = signed_in(shop.market.team.owner)
    saved = owner.post(_url(shop), {"browser_sales": "on", "cookieless": "on"})
    assert saved.status_code == 302
    with shop.market.team.scope():
        shop.market.program.refresh_from_db()
    program = shop.market.program
    assert (program.browser_sales, program.browser_approval, program.cookieless) == (
        True,
        False,
        True,
    )
    shop.set(browser_approval=True, cookieless=False)
    reader = signed_in(shop.market.team.marketer)
    assert reader.get(_url(shop)).status_code == 200
    assert reader.post(_url(shop), {}).status_code == 403


def test_the_live_test_follows_a_click_until_it_comes_back(shop: Shop) -> None:
    owner = signed_in(shop.market.team.owner)
    assert "Begin the test" in owner.get(_url(shop)).content.decode()
    assert owner.post(_url(shop, "test/")).status_code == 302
    trial = _trial(shop)
    assert owner.get(_url(shop, "progress/")).content.decode().count("Waiting") == 3
    led = owner.get(_url(shop, "open/"))
    assert led["Location"] == f"https://shop.example/?prm_click={trial.token}"
    ping = {"program": shop.program, "event": "test", "external_id": trial.token}
    assert shop.tell({**ping, "consent": "given"}).json()["report"] == "test"
    page = owner.get(_url(shop, "progress/")).content.decode()
    assert page.count("Done") == 2
    assert "Consent is given" in page
    assert "hx-get" in page, "it asks again by itself"
    shop.tell(shop.sale(amount="1,5", click_tokens=[trial.token]))
    page = owner.get(_url(shop, "progress/")).content.decode()
    assert "could not be read" in page
    body = shop.sale(click_tokens=[shop.click(), trial.token])
    assert shop.tell(body).json()["report"] == "test"
    page = owner.get(_url(shop, "progress/")).content.decode()
    assert page.count("Done") == 3
    assert body["external_id"] in page
    assert "12.34" in page
    assert "hx-get" not in page
    assert shop.reports(body["external_id"]) == [], "a test is not kept"


def test_a_new_test_forgets_the_one_before(shop: Shop) -> None:
    owner = signed_in(shop.market.team.owner)
    owner.post(_url(shop, "test/"))
    old = _trial(shop).token
    owner.post(_url(shop, "test/"))
    assert _trial(shop).token != old
    shop.tell({"program": shop.program, "event": "test", "external_id": old, "consent": "given"})
    assert _trial(shop).seen_at is None


def test_what_could_not_be_taken_is_counted_on_the_page(shop: Shop) -> None:
    shop.tell(shop.sale(currency=None))
    shop.tell(shop.sale(), origin="https://elsewhere.example")
    page = signed_in(shop.market.team.owner).get(_url(shop)).content.decode()
    assert "currency is missing" in page
    assert "elsewhere.example" in page


def test_reports_are_decided_in_the_list(shop: Shop) -> None:
    bodies = [shop.sale() for _i in range(3)]
    for body in bodies:
        shop.tell(body)
    one, two, three = (shop.reports(body["external_id"])[0] for body in bodies)
    owner = signed_in(shop.market.team.owner)
    address = shop.market.team.url("sales/reports/")
    page = owner.get(f"{address}?status=waiting").content.decode()
    assert all(report.external_id in page for report in (one, two, three))
    assert owner.post(f"{address}{one.pk}/accept/").status_code == 302
    assert shop.sold(one.external_id) is not None
    assert owner.post(f"{address}{one.pk}/accept/").status_code == 409
    asked = owner.post(address, {"act": "refuse", "chosen": [two.pk, three.pk, one.pk]})
    assert "Refuse 2 reports" in asked.content.decode()
    sure = {"act": "refuse", "chosen": [two.pk, three.pk], "sure": "1"}
    assert owner.post(address, sure).status_code == 302
    refused = BrowserReport.Status.REFUSED
    assert {shop.reports(body["external_id"])[0].status for body in bodies[1:]} == {refused}
    opened = owner.get(f"{address}?open={two.pk}").content.decode()
    assert "Accept" in opened
    assert shop.market.rani.partner.name in opened, "whose clicks they are"
    waiting = shop.tell(shop.sale()).json()["external_id"]
    home = owner.get(shop.market.team.url()).content.decode()
    assert waiting in home
    auditor = signed_in(shop.market.team.auditor)
    assert auditor.get(address).status_code == 200
    assert auditor.post(f"{address}{two.pk}/accept/").status_code == 403
