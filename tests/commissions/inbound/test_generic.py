"""Standard Webhooks with the API's own shapes."""

from typing import Any

from tests.commissions.inbound.payloads import NOW, iso
from tests.commissions.inbound.shop import open_shop
from tests.commissions.inbound.signing import by_standard


def message(kind: str, **data: Any) -> dict[str, Any]:
    """A message in the scheme's envelope."""
    return {"type": kind, "timestamp": iso(NOW), "data": data}


def test_sales_refunds_and_leads_come_in_the_apis_own_shapes() -> None:
    shop = open_shop("generic")
    click = shop.click()
    line = {"sku": "TEA", "quantity": 2, "unit_amount": 500}
    sale: dict[str, Any] = {"external_id": "A-1", "currency": "EUR", "lines": [line]}
    sale |= {"customer": {"external_id": "C-1"}, "metadata": {"weight": 1.5}, "click_token": click}
    shop.take(
        by_standard(
            message("refund.created", external_id="R-1", sale_external_id="A-1", amount=400)
        ),
        by_standard(message("sale.created", **sale)),
        by_standard(message("lead.created", external_id="L-1", click_token=click)),
    )
    assert [one.state for one in shop.arrivals()] == ["done"] * 3
    shop.process()
    found = shop.sale("A-1")
    assert (found.amount_minor, found.source, found.metadata) == (1_000, "webhook", {"weight": 1.5})
    assert found.partner_id == shop.market.rani.partner.pk
    assert found.refunded_minor == 400


def test_what_the_api_would_refuse_needs_a_look_and_says_why() -> None:
    shop = open_shop("generic")
    shop.take(by_standard(message("sale.created", external_id="A-1", currency="EUR", amount="9")))
    last = shop.last()
    assert (last.state, last.why) == ("failed", "refused")
    assert "amount" in last.detail
    shop.take(by_standard(message("sale.created", external_id="A-2", currency="EUR", amount=9)))
    shop.take(by_standard(message("sale.created", external_id="A-2", currency="EUR", amount=8)))
    assert "A-2" in shop.last().detail
    shop.take(by_standard(message("order.paid", external_id="A-3")))
    assert (shop.last().state, shop.last().why) == ("ignored", "not_needed")


def test_shapes_that_are_no_object_are_refused() -> None:
    shop = open_shop("generic")
    shapes: list[Any] = [None, [], "x", 5]
    for data in shapes:
        shop.take(by_standard({"type": "sale.created", "timestamp": iso(NOW), "data": data}))
        assert (shop.last().state, shop.last().why) == ("failed", "refused")
