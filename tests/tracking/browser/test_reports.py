"""What browsers report: who may, what is kept of it, and what it becomes."""

import json
from typing import Any

import pytest

from activity.models import Event
from campaigns import services as campaigns
from commissions.browser import services as browser
from commissions.models import BrowserReport, Commission, Occasion
from prm.errors import Conflict
from prm.ids import new_id
from tests.cast import token
from tests.tracking.browser.shop import ORIGIN, Shop, make_shop
from tracking import services as tracking
from tracking import tokens

WAITING, TAKEN = BrowserReport.Status.WAITING, BrowserReport.Status.TAKEN


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
    shop.accept(report)
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
    shop.accept(report)
    assert shop.sold(body["external_id"]) is not None
    with pytest.raises(Conflict):
        shop.accept(report)


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
    shop.accept(first)
    with pytest.raises(Conflict):
        shop.accept(second)
    assert shop.reports(body["external_id"])[1].status == WAITING, "nothing half done"


def test_what_the_server_reported_before_is_only_confirmed(trusting: Shop) -> None:
    body = trusting.sale(amount="20.00")
    trusting.by_server(body["external_id"])
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
            place.accept(report)
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
    shop.accept(report)
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


def test_what_waits_is_no_sale_for_anybody(shop: Shop) -> None:
    """The control: the same order by the server counts at once."""
    body = shop.sale()
    shop.tell(body)
    shop.market.compute()
    with shop.market.team.scope():
        assert not Commission.objects.filter(sale__external_id=body["external_id"]).exists()
    shop.by_server(body["external_id"], click_tokens=body["click_tokens"])
    shop.market.compute()
    with shop.market.team.scope():
        assert Commission.objects.filter(sale__external_id=body["external_id"]).exists()
