"""What browsers report: who may, what is kept of it, and what it becomes."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from activity.models import Event
from campaigns import services as campaigns
from commissions import services
from commissions.browser import confirming, rates
from commissions.browser import services as browser
from commissions.inputs import CustomerInput, LeadInput, SaleInput
from commissions.models import BrowserFault, BrowserReport, Commission, Occasion
from prm.errors import Conflict
from prm.ids import new_id
from tests.cast import make_team, token
from tests.tracking.browser.shop import ORIGIN, Shop, make_shop
from tracking import services as tracking
from tracking import tokens
from tracking.browser.pixel import GIF

WAITING, TAKEN = BrowserReport.Status.WAITING, BrowserReport.Status.TAKEN


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A program that asks for approval."""
    return make_shop()


@pytest.fixture(scope="module")
def trusting() -> Shop:
    """A program that takes browsers at their word."""
    return make_shop(browser_approval=False)


def _accept(shop: Shop, report: BrowserReport) -> None:
    with shop.market.team.scope():
        browser.accept(report=report, actor=shop.market.team.actor)


def _by_server(shop: Shop, external_id: str, **facts: Any) -> Any:
    given = {"currency": "EUR", "amount": 1234, **facts}
    with shop.market.team.scope():
        return services.take_sale(
            seller=shop.market.team.seller,
            sale=SaleInput(external_id=external_id, **given),
            actor=shop.market.team.actor,
        )


# Waiting, accepting, refusing


def test_a_sale_waits_and_earns_nothing_until_somebody_accepts_it(shop: Shop) -> None:
    body = shop.sale()
    answer = shop.tell(body)
    assert answer.status_code == 202
    assert answer.json() == {"event": "sale", "external_id": body["external_id"], "report": "new"}
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert shop.sold(body["external_id"]) is None, "only said, not sold"
    (report,) = shop.reports(body["external_id"])
    assert (report.status, report.amount_minor, report.currency) == (WAITING, 1234, "EUR")
    _accept(shop, report)
    shop.market.compute()
    sale = shop.sold(body["external_id"])
    assert sale is not None
    assert (sale.partner, sale.source) == (shop.market.rani.partner, "script")
    assert shop.market.line_of(sale).amount_minor == 123
    (report,) = shop.reports(body["external_id"])
    assert (report.status, report.sale, report.decided_by) == (
        TAKEN,
        sale,
        shop.market.team.owner,
    )
    with shop.market.team.scope():
        told = Event.objects.filter(object_id=report.pk).values_list("verb", flat=True)
        assert list(told) == ["browser_report.accepted"]


def test_a_refused_report_becomes_nothing_and_can_be_taken_up_again(shop: Shop) -> None:
    body = shop.sale()
    shop.tell(body)
    (report,) = shop.reports(body["external_id"])
    with shop.market.team.scope():
        browser.refuse(report=report, actor=shop.market.team.actor)
        with pytest.raises(Conflict):
            browser.refuse(report=report, actor=shop.market.team.actor)
    assert shop.sold(body["external_id"]) is None
    _accept(shop, report)
    assert shop.sold(body["external_id"]) is not None
    with pytest.raises(Conflict):
        _accept(shop, report)


def test_where_no_approval_is_asked_for_the_sale_is_there_at_once(trusting: Shop) -> None:
    body = trusting.sale()
    assert trusting.tell(body).status_code == 202
    sale = trusting.sold(body["external_id"])
    assert sale is not None
    assert sale.partner == trusting.market.rani.partner
    (report,) = trusting.reports(body["external_id"])
    assert (report.status, report.sale) == (TAKEN, sale)


def test_a_click_of_a_program_that_asks_for_approval_makes_it_wait(trusting: Shop) -> None:
    """One snippet serves all programs of a shop, each by its own word."""
    team = trusting.market.team
    with team.scope():
        careful = campaigns.create_program(
            seller=team.seller,
            actor=team.actor,
            name="Careful",
            slug=f"careful-{token()}",
            currency="EUR",
            landing_url="https://shop.example/",
            terms="Be honest.",
            browser_sales=True,
        )
        campaigns.open_program(program=careful, actor=team.actor)
        joined = campaigns.enroll(
            program=careful, partner=trusting.market.sekar.partner, actor=team.actor
        )
        link = tracking.create_link(
            enrollment=joined, destination="https://shop.example/", actor=team.actor
        )
    for approval, status in ((True, WAITING), (False, TAKEN)):
        with team.scope():
            campaigns.change_program(program=careful, actor=team.actor, browser_approval=approval)
        body = trusting.sale(click_tokens=[tokens.make(link.pk, new_id())])
        trusting.tell(body)
        assert trusting.reports(body["external_id"])[0].status == status
        assert (trusting.sold(body["external_id"]) is None) is approval


def test_a_click_of_another_seller_credits_nobody(trusting: Shop) -> None:
    body = trusting.sale(click_tokens=[trusting.click(make_shop().market.rani)])
    trusting.tell(body)
    sale = trusting.sold(body["external_id"])
    assert sale is not None
    assert sale.partner is None


def test_the_same_said_twice_is_one_report_and_other_words_are_another(shop: Shop) -> None:
    body = shop.sale()
    shop.tell(body)
    again = shop.tell({**body, "click_tokens": []})
    assert (again.status_code, again.json()["report"]) == (202, "known")
    other = shop.tell({**body, "amount": "99.00"})
    assert other.json()["report"] == "new"
    first, second = shop.reports(body["external_id"])
    _accept(shop, first)
    with pytest.raises(Conflict):
        _accept(shop, second)
    assert shop.reports(body["external_id"])[1].status == WAITING, "nothing half done"


def test_what_the_server_reported_before_is_only_confirmed(trusting: Shop) -> None:
    body = trusting.sale(amount="20.00")
    _by_server(trusting, body["external_id"])
    assert trusting.tell(body).json()["report"] == "new"
    (report,) = trusting.reports(body["external_id"])
    assert report.status == BrowserReport.Status.CONFIRMED
    sale = trusting.sold(body["external_id"])
    assert sale is not None
    assert (sale.amount_minor, sale.source) == (1234, "api"), "the server's word stands"


def test_a_lead_becomes_an_occasion(shop: Shop, trusting: Shop) -> None:
    for place, where in ((shop, WAITING), (trusting, TAKEN)):
        body: dict[str, Any] = {
            "program": place.program,
            "event": "signup",
            "external_id": f"L-{token()}",
            "click_tokens": [place.click()],
            "customer": {"external_id": f"C-{token()}", "email": "ann@example.com"},
        }
        assert place.tell(body).status_code == 202
        (report,) = place.reports(body["external_id"])
        assert report.status == where
        if where == WAITING:
            assert b"ann" not in bytes(report.email), "sealed until it is decided"
            _accept(place, report)
        with place.market.team.scope():
            lead = Occasion.objects.get(key=f"lead:{body['external_id']}")
            assert (lead.kind, lead.partner_id) == ("signup", place.market.rani.partner.pk)
            assert lead.customer is not None
            assert lead.customer.email_hash
            report.refresh_from_db()
            assert (report.lead, bytes(report.email)) == (lead, b"")


def test_lines_are_kept_for_rules_about_goods(shop: Shop) -> None:
    lines = [{"sku": "K1", "category": "beans", "quantity": 2, "unit_amount": 500}]
    body = shop.sale(amount=None, lines=lines)
    assert shop.tell(body).status_code == 202
    (report,) = shop.reports(body["external_id"])
    _accept(shop, report)
    sale = shop.sold(body["external_id"])
    assert sale is not None
    assert (sale.amount_minor, sale.lines[0]["sku"]) == (1000, "K1")


# What may be said


@pytest.mark.parametrize(
    ("facts", "status", "field"),
    [
        ({"external_id": None}, 400, "external_id"),
        ({"amount": None}, 400, "amount"),
        ({"amount": "12,34"}, 400, "amount"),
        ({"amount": 12.34}, 400, "amount"),
        ({"amount": "12.345"}, 422, "amount"),
        ({"amount": -5}, 422, "amount"),
        ({"amount": 10**16}, 422, "amount"),
        ({"currency": None}, 400, "currency"),
        ({"currency": "EUX"}, 422, "currency"),
        ({"event": "refund"}, 422, "event"),
        ({"partner": "x"}, 400, "partner"),
        ({"click_tokens": "abc"}, 400, "click_tokens"),
        ({"customer": {"email": "no"}}, 422, "customer.email"),
        ({"lines": [{"quantity": 1, "unit_amount": 5}]}, 422, "amount"),
    ],
)
def test_bad_fields_are_named(shop: Shop, facts: dict[str, Any], status: int, field: str) -> None:
    answer = shop.tell(shop.sale(**facts))
    assert answer.status_code == status, answer.content
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert answer["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b"\xff\xfe",
        b'{"program": 5}',
        b'{"program": "x"}',
        rb'{"external_id": "a\u0000"}',
    ],
)
def test_what_is_no_report_is_refused(shop: Shop, body: bytes) -> None:
    assert 400 <= shop.tell(body).status_code < 500


def test_too_much_is_refused_unread(shop: Shop) -> None:
    assert shop.tell(json.dumps({"x": "y" * 40_000}).encode()).status_code == 400


def test_amounts_in_minor_and_major_units_are_the_same(shop: Shop) -> None:
    for amount in (1234, "12.34", "12.340"):
        body = shop.sale(amount=amount)
        shop.tell(body)
        assert shop.reports(body["external_id"])[0].amount_minor == 1234
    yen = shop.sale(amount="1234", currency="JPY")
    shop.tell(yen)
    assert shop.reports(yen["external_id"])[0].amount_minor == 1234


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
    _accept(shop, report)
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


def test_what_waits_is_no_sale_for_anybody(shop: Shop) -> None:
    """The control: the same order by the server counts at once."""
    body = shop.sale()
    shop.tell(body)
    shop.market.compute()
    with shop.market.team.scope():
        assert not Commission.objects.filter(sale__external_id=body["external_id"]).exists()
    _by_server(shop, body["external_id"], click_tokens=body["click_tokens"])
    shop.market.compute()
    with shop.market.team.scope():
        assert Commission.objects.filter(sale__external_id=body["external_id"]).exists()


# Confirmed by the seller's own records


def test_the_server_names_nobody_so_the_browsers_click_credits_its_order(shop: Shop) -> None:
    for server_first in (False, True):
        body = shop.sale()
        if server_first:
            _by_server(shop, body["external_id"])
            shop.market.compute()
            shop.tell(body)
        else:
            shop.tell(body)
            _by_server(shop, body["external_id"])
            confirming.step(shop.market.team.id)
        shop.market.compute()
        (report,) = shop.reports(body["external_id"])
        assert report.status == BrowserReport.Status.CONFIRMED
        sale = shop.sold(body["external_id"])
        assert sale is not None
        assert (sale.source, sale.partner) == ("api", shop.market.rani.partner)
        assert shop.market.line_of(sale).amount_minor == 123


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": 1235},
        {"currency": "USD"},
        {"partner": "sekar"},
        {"customer": CustomerInput(external_id="C-9")},
    ],
)
def test_other_amounts_and_other_credit_leave_the_order_as_it_is(
    shop: Shop, facts: dict[str, Any]
) -> None:
    """Who guesses order numbers does not know what was paid."""
    given = dict(facts)
    if "partner" in given:
        given["partner"] = str(shop.market.sekar.partner.pk)
    body = shop.sale()
    shop.tell(body)
    _by_server(shop, body["external_id"], **given)
    confirming.step(shop.market.team.id)
    (report,) = shop.reports(body["external_id"])
    assert report.status == BrowserReport.Status.CONFIRMED
    sale = shop.sold(body["external_id"])
    assert sale is not None
    expected = {"partner": shop.market.sekar.partner, "customer": shop.market.rani.partner}
    assert sale.partner == expected.get(next(iter(facts)))


def test_tax_and_shipping_may_be_in_what_the_browser_says(shop: Shop) -> None:
    body = shop.sale(amount="15.00")
    shop.tell(body)
    _by_server(shop, body["external_id"], tax=166, shipping=100)
    confirming.step(shop.market.team.id)
    sale = shop.sold(body["external_id"])
    assert sale is not None
    assert (sale.partner, sale.amount_minor) == (shop.market.rani.partner, 1234)


def test_a_lead_that_the_server_told_of_is_confirmed(shop: Shop) -> None:
    lead = f"L-{token()}"
    with shop.market.team.scope():
        services.take_lead(
            seller=shop.market.team.seller,
            lead=LeadInput(external_id=lead),
            actor=shop.market.team.actor,
        )
    shop.tell({"program": shop.program, "event": "lead", "external_id": lead})
    assert shop.reports(lead)[0].status == BrowserReport.Status.CONFIRMED


def test_what_nobody_answers_is_given_up_and_its_mail_address_forgotten(shop: Shop) -> None:
    old, fresh = (shop.sale(customer={"email": "ann@example.com"}) for _i in range(2))
    for body in (old, fresh):
        shop.tell(body)
    with shop.market.team.scope():
        rows = BrowserReport.objects.filter(external_id=old["external_id"])
        rows.update(created_at=timezone.now() - confirming.KEPT)
    confirming.step(shop.market.team.id)
    (given_up,), (kept,) = shop.reports(old["external_id"]), shop.reports(fresh["external_id"])
    assert (given_up.status, bytes(given_up.email)) == (BrowserReport.Status.REFUSED, b"")
    assert kept.status == WAITING
    assert bytes(kept.email)
