"""Reports that the seller's own records confirm, and those that nobody answers."""

from typing import Any

import pytest
from django.utils import timezone

from commissions import services
from commissions.browser import confirming
from commissions.inputs import CustomerInput, LeadInput
from commissions.models import BrowserReport
from tests.cast import token
from tests.tracking.browser.shop import Shop

WAITING, TAKEN = BrowserReport.Status.WAITING, BrowserReport.Status.TAKEN


# Confirmed by the seller's own records


def test_the_server_names_nobody_so_the_browsers_click_credits_its_order(shop: Shop) -> None:
    for server_first in (False, True):
        body = shop.sale()
        if server_first:
            shop.by_server(body["external_id"])
            shop.market.compute()
            shop.tell(body)
        else:
            shop.tell(body)
            shop.by_server(body["external_id"])
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
    shop.by_server(body["external_id"], **given)
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
    shop.by_server(body["external_id"], tax=166, shipping=100)
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
