"""Who may report for a program, and by the picture."""

from typing import Any
from urllib.parse import urlencode

import pytest

from commissions.browser import rates
from commissions.models import BrowserFault
from tests.cast import make_team, token
from tests.tracking.browser.shop import ORIGIN, Shop, make_shop
from tracking.browser.pixel import GIF

# From where


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "https://shop.example.evil.example",
        "https://shop.example@evil.example",
        "https://evilshop.example",
        "https://sub.shop.example",
        "chrome-extension://abc",
        "https://xn--shp-sna.example",
    ],
)
def test_pages_of_other_hosts_may_not_report(shop: Shop, origin: str | None) -> None:
    body = shop.sale()
    answer = shop.tell(body, origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer
    assert shop.reports(body["external_id"]) == []


def test_allowed_hosts_are_those_of_the_links(shop: Shop) -> None:
    wide = make_shop(allowed_hosts=["*.shop.example", "cart.example"])
    for origin, status in (
        ("https://cart.example", 202),
        ("http://a.b.shop.example:8080", 202),
        ("https://shop.example", 403),
    ):
        assert wide.tell(wide.sale(), origin=origin).status_code == status, origin


def test_no_question_ahead_is_answered(shop: Shop) -> None:
    asked = shop.client.options("/t/events", headers={"origin": ORIGIN})
    assert asked.status_code == 405
    assert "Access-Control-Allow-Origin" not in asked


def test_nothing_is_taken_unless_it_is_switched_on() -> None:
    off = make_shop()
    off.set(browser_sales=False)
    body = off.sale()
    answer = off.tell(body)
    assert (answer.status_code, off.reports(body["external_id"])) == (403, [])
    assert answer.json()["errors"][0]["code"] == "browser_sales_off"


def test_an_unknown_program_is_not_found(shop: Shop) -> None:
    assert shop.tell(shop.sale(program=str(make_team().id))).status_code == 404


def test_one_address_cannot_flood_a_program(shop: Shop) -> None:
    address = "203.0.113.7"
    body = shop.sale()
    answers = [shop.tell(body, address=address) for _i in range(rates.PER_MINUTE + 2)]
    assert answers[0].status_code == 202
    last = answers[-1]
    if last.status_code == 202:  # the minute turned while we knocked
        last = [shop.tell(body, address=address) for _i in range(rates.PER_MINUTE + 2)][-1]
    assert last.status_code == 429
    assert int(last["Retry-After"]) <= 60
    assert shop.tell(shop.sale(), address="203.0.113.8").status_code == 202


# The pixel


def _pixel(shop: Shop, referrer: str = f"{ORIGIN}/thanks", **query: str) -> Any:
    headers = {"referer": referrer} if referrer else {}
    answer = shop.client.get(f"/px.gif?{urlencode(query)}", headers=headers)
    assert answer.status_code == 200
    assert (answer.content, answer["Content-Type"]) == (GIF, "image/gif")
    assert len(answer.content) == 43
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    return answer


def test_the_pixel_takes_a_sale_by_its_address(shop: Shop) -> None:
    order = f"P-{token()}"
    said = {
        "program": shop.program,
        "event": "sale",
        "external_id": order,
        "amount": "12.34",
        "currency": "EUR",
        "click": f"{shop.click(shop.market.sekar)}~{shop.click()}",
        "customer": "C-1",
        "_": "123",
    }
    assert _pixel(shop, **said)["X-PRM-Report"] == "new"
    assert _pixel(shop, **said)["X-PRM-Report"] == "known"
    (report,) = shop.reports(order)
    assert (report.channel, report.amount_minor, report.host) == ("pixel", 1234, "shop.example")
    shop.accept(report)
    sale = shop.sold(order)
    assert sale is not None
    assert (sale.source, sale.partner) == ("pixel", shop.market.rani.partner)


def test_the_pixel_takes_minor_units_too(shop: Shop) -> None:
    order = f"P-{token()}"
    said = {"program": shop.program, "event": "sale", "external_id": order, "currency": "EUR"}
    _pixel(shop, **said, amount_minor="1234")
    assert shop.reports(order)[0].amount_minor == 1234


def test_bad_pixels_are_pictures_all_the_same_and_are_counted() -> None:
    shop = make_shop()
    good = {
        "program": shop.program,
        "event": "sale",
        "external_id": "P-1",
        "amount": "5",
        "currency": "EUR",
    }
    bad: list[dict[str, str]] = [
        {**good, "amount": "5,00"},
        {**good, "amount": "6,00"},
        {**good, "currency": "??"},
        {**good, "surprise": "x"},
        {**good, "external_id": "\x00"},
        {**good, "data": "{"},
        {**good, "program": "nobody"},
        {},
    ]
    for query in bad:
        assert _pixel(shop, **query)["X-PRM-Report"].startswith("refused")
    foreign = _pixel(shop, referrer="https://evil.example/", **good)
    assert foreign["X-PRM-Report"] == "refused origin foreign_origin"
    assert shop.reports("P-1") == []
    with shop.market.team.scope():
        counted = {(row.field, row.code): row.count for row in BrowserFault.objects.all()}
    assert counted[("amount", "wrong_type")] == 2
    assert counted[("", "unknown_field")] == 1, "their names are not kept"
    assert counted[("", "foreign_origin")] == 1


def test_a_page_that_tells_nobody_where_it_stands_may_show_the_pixel(shop: Shop) -> None:
    order = f"P-{token()}"
    _pixel(
        shop,
        referrer="",
        program=shop.program,
        event="lead",
        external_id=order,
    )
    assert len(shop.reports(order)) == 1


def test_head_reports_nothing(shop: Shop) -> None:
    order = f"P-{token()}"
    query = urlencode({"program": shop.program, "event": "lead", "external_id": order})
    assert shop.client.head(f"/px.gif?{query}").status_code == 200
    assert shop.reports(order) == []
