"""Shopify: orders once they are paid, refunds by article, in decimals exactly."""

import pytest

from tests.commissions.inbound.payloads import NOW, iso, order, shop_refund
from tests.commissions.inbound.shop import open_shop
from tests.commissions.inbound.signing import by_shopify


def test_a_paid_order_is_a_sale_with_its_lines_and_its_code() -> None:
    shop = open_shop("shopify")
    attributes = [{"name": "prm_click", "value": shop.click()}]
    shop.take(by_shopify(order(1001, note_attributes=attributes)))
    sale = shop.sale("1001")
    assert (sale.amount_minor, sale.tax_minor, sale.shipping_minor) == (4_600, 874, 500)
    assert [(one["sku"], one["quantity"], one["net"]) for one in sale.lines] == [
        ("CUP", 2, 3_600), ("TIN", 1, 1_000),
    ]  # fmt: skip
    assert (sale.coupon, sale.country, sale.source) == ("TEN", "NL", "shopify")
    assert sale.partner_id == shop.market.rani.partner.pk
    assert sale.metadata == {"order": "#1001"}


def test_an_order_counts_when_it_is_paid_and_once() -> None:
    shop = open_shop("shopify")
    pending = order(1001, financial_status="pending", total_price="99.00", subtotal_price="90.00")
    shop.take(by_shopify(pending, "orders/create"))
    assert shop.sales() == []
    shop.take(by_shopify(order(1001)), by_shopify(order(1001), "orders/create"))
    shop.take(by_shopify(pending, "orders/updated"))
    assert [one.amount_minor for one in shop.sales()] == [4_600]


@pytest.mark.parametrize("place", ["attribute", "property", "landing"])
def test_the_click_is_found_where_shops_can_put_it(place: str) -> None:
    shop = open_shop("shopify")
    click = shop.click()
    paid = order(1001)
    if place == "attribute":
        paid["note_attributes"] = [{"name": "prm_click", "value": click}]
    elif place == "property":
        paid["line_items"][1]["properties"] = [{"name": "_prm_click", "value": click}]
    else:
        paid["landing_site"] = f"/collections/tea?utm_source=x&prm_click={click}"
    shop.take(by_shopify(paid))
    assert shop.sale("1001").partner_id == shop.market.rani.partner.pk


def test_prices_with_tax_in_them_lose_it() -> None:
    shop = open_shop("shopify")
    paid = order(
        1002, taxes_included=True, total_price="51.00", subtotal_price="46.00", total_tax="7.34"
    )
    paid["line_items"][0]["tax_lines"] = [{"price": "5.75"}]
    paid["line_items"][1]["tax_lines"] = [{"price": "1.59"}]
    shop.take(by_shopify(paid))
    sale = shop.sale("1002")
    assert (sale.amount_minor, sale.tax_minor) == (4_600 - 734, 734)
    assert [one["net"] for one in sale.lines] == [3_600 - 575, 1_000 - 159]
    shop.take(by_shopify(shop_refund(5, 1002, ("TIN", 1, "10.00", "1.59")), "refunds/create"))
    assert shop.sale("1002").refunded_minor == 1_000 - 159


def test_a_refund_by_article_takes_its_part_and_comes_once() -> None:
    shop = open_shop("shopify")
    back = shop_refund(5, 1001, ("CUP", 1, "18.00", "3.42"))
    shop.take(by_shopify(back, "refunds/create"))
    assert shop.last().state == "waiting"
    shop.take(by_shopify(order(1001)))
    refund = shop.refunds()[0]
    assert (refund.external_id, refund.amount_minor, refund.reason) == ("5", 1_800, "return")
    assert refund.lines == [{"sku": "CUP", "quantity": 1, "amount": 1_800}]
    shop.take(by_shopify(order(1001, refunds=[back], financial_status="partially_refunded")))
    assert shop.sale("1001").refunded_minor == 1_800


def test_a_refund_of_shipping_alone_takes_nothing_back() -> None:
    shop = open_shop("shopify")
    shop.take(by_shopify(order(1001)))
    adjusted = [{"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "0.00"}]
    shop.take(by_shopify(shop_refund(6, 1001, order_adjustments=adjusted), "refunds/create"))
    assert (shop.last().state, shop.last().why) == ("ignored", "no_goods_back")


def test_a_refund_of_another_sum_than_the_goods_counts_as_that_sum() -> None:
    shop = open_shop("shopify")
    shop.take(by_shopify(order(1001)))
    more = [{"kind": "refund_discrepancy", "amount": "-2.50", "tax_amount": "0.00"}]
    shop.take(by_shopify(shop_refund(7, 1001, order_adjustments=more), "refunds/create"))
    assert shop.sale("1001").refunded_minor == 250
    less = [{"kind": "refund_discrepancy", "amount": "8.00", "tax_amount": "0.00"}]
    goods = ("TIN", 1, "10.00", "1.90")
    shop.take(by_shopify(shop_refund(8, 1001, goods, order_adjustments=less), "refunds/create"))
    assert shop.sale("1001").refunded_minor == 250 + 200


def test_a_cancelled_order_takes_back_what_is_left() -> None:
    shop = open_shop("shopify")
    back = shop_refund(5, 1001, ("TIN", 1, "10.00", "1.90"))
    cancelled = order(1001, cancelled_at=iso(NOW - 30), refunds=[back], financial_status="refunded")
    shop.take(by_shopify(cancelled, "orders/cancelled"), by_shopify(order(1001), "orders/create"))
    assert shop.sale("1001").refunded_minor == 4_600
    assert [(one.external_id, one.reason) for one in shop.refunds()] == [
        ("1001-cancelled", "cancelled"), ("5", "return"),
    ]  # fmt: skip


def test_an_order_cancelled_before_payment_and_a_test_order_are_nothing() -> None:
    shop = open_shop("shopify")
    voided = order(1001, cancelled_at=iso(NOW - 30), financial_status="voided")
    shop.take(by_shopify(voided, "orders/cancelled"), by_shopify(order(1002, test=True)))
    assert shop.sales() == []
    assert [one.why for one in shop.arrivals()] == ["not_paid_yet", "test_order"]


def test_more_digits_than_the_currency_has_are_refused_by_name() -> None:
    shop = open_shop("shopify")
    shop.take(by_shopify(order(1001, subtotal_price="46.005")))
    last = shop.last()
    assert (last.state, last.why) == ("failed", "too_many_digits")
    assert last.detail == "subtotal_price 46.005 EUR"
    shop.take(by_shopify(order(1002, subtotal_price="46.000")))
    assert shop.sale("1002").amount_minor == 4_600


def test_lines_that_do_not_add_up_are_left_out_and_the_total_stands() -> None:
    shop = open_shop("shopify")
    shop.take(by_shopify(order(1001, subtotal_price="45.00")))
    assert (shop.sale("1001").amount_minor, shop.sale("1001").lines) == (4_500, [])
    assert shop.last().outcome[0]["note"] == "do_not_add_up"


def test_what_a_message_is_is_told_by_its_shape_and_not_by_its_header() -> None:
    shop = open_shop("shopify")
    shop.take(by_shopify(order(1001), "refunds/create"))
    assert shop.sale("1001").amount_minor == 4_600
    shop.take(by_shopify({"id": 1, "title": "Tin"}, "orders/paid"))
    assert (shop.last().state, shop.last().why) == ("ignored", "not_needed")
