"""WooCommerce: whole orders, over and over."""

from django.test import Client

from commissions.inbound import services
from tests.commissions.inbound.payloads import NOW, iso, woo_order
from tests.commissions.inbound.shop import open_shop
from tests.commissions.inbound.signing import by_woo
from tracking.models import Sale


def test_a_processing_order_is_a_sale_under_a_number_of_its_own() -> None:
    shop = open_shop("woocommerce")
    meta = [{"id": 1, "key": "_prm_click", "value": shop.click()}, {"key": "x", "value": ["a"]}]
    shop.take(by_woo(woo_order(42, meta_data=meta), "order.created"))
    sale = shop.sale("wc-42")
    assert (sale.amount_minor, sale.tax_minor, sale.shipping_minor) == (4_000, 836, 400)
    assert [(one["sku"], one["quantity"], one["net"]) for one in sale.lines] == [("BEAN", 3, 4_000)]
    assert (sale.coupon, sale.country, sale.source) == ("five", "FR", "woocommerce")
    assert sale.partner_id == shop.market.rani.partner.pk
    with shop.market.team.scope():
        customer = Sale.objects.select_related("customer").get(pk=sale.pk).customer
    assert customer is not None
    assert customer.external_id == "wc-5"


def test_two_shops_may_count_from_one() -> None:
    first = open_shop("woocommerce")
    with first.market.team.scope():
        second = services.create_source(
            seller=first.market.team.seller, kind="woocommerce", name="Second",
            actor=first.market.team.actor,
        )  # fmt: skip
    assert (first.source.prefix, second.prefix) == ("wc-", "wc2-")


def test_an_unpaid_order_waits_and_one_paid_on_delivery_is_paid_later() -> None:
    shop = open_shop("woocommerce")
    shop.take(by_woo(woo_order(42, "on-hold", date_paid_gmt=None)))
    assert shop.sales() == []
    shop.take(by_woo(woo_order(43, "processing", date_paid_gmt=None)))
    assert shop.sale("wc-43").paid_at is None
    shop.take(by_woo(woo_order(43, "completed", date_paid_gmt=iso(NOW - 100, ""))))
    paid_at = shop.sale("wc-43").paid_at
    assert paid_at is not None
    assert paid_at.timestamp() == NOW - 100
    assert shop.last().outcome[0]["note"] == "paid"


def test_refunds_in_the_order_take_net_in_proportion() -> None:
    shop = open_shop("woocommerce")
    back = [{"id": 50, "reason": "", "total": "-13.09"}]
    shop.take(by_woo(woo_order(42, "completed", refunds=back)))
    assert shop.sale("wc-42").refunded_minor == 1_000
    more = [*back, {"id": 51, "reason": "late", "total": "-39.27"}]
    shop.take(by_woo(woo_order(42, "refunded", refunds=more)))
    assert shop.sale("wc-42").refunded_minor == 4_000
    assert [one.external_id for one in shop.refunds()] == ["wc-50", "wc-51"]


def test_a_cancelled_order_takes_back_what_is_left_if_it_was_paid() -> None:
    shop = open_shop("woocommerce")
    shop.take(by_woo(woo_order(42, "cancelled", date_paid_gmt=None)))
    assert shop.sales() == []
    shop.take(by_woo(woo_order(42, "cancelled")))
    assert shop.sale("wc-42").refunded_minor == 4_000
    assert [(one.external_id, one.reason) for one in shop.refunds()] == [
        ("wc-42-left", "cancelled")
    ]


def test_lines_with_finer_digits_are_left_out_and_fees_are_lines() -> None:
    shop = open_shop("woocommerce")
    fine = woo_order(42)
    fine["line_items"][0]["total"] = "39.9966"
    shop.take(by_woo(fine))
    assert shop.sale("wc-42").lines == []
    assert shop.last().outcome[0]["note"] == "total too_many_digits"
    fee = woo_order(43, total="54.36", fee_lines=[{"name": "Gift wrap", "total": "2.00"}])
    shop.take(by_woo(fee))
    assert [one.get("name") for one in shop.sale("wc-43").lines] == ["Beans", "Gift wrap"]


def test_the_unsigned_greeting_is_answered_and_says_nothing() -> None:
    shop = open_shop("woocommerce")
    client = Client(raise_request_exception=False)

    def greet(body: str) -> int:
        form = "application/x-www-form-urlencoded"
        return client.post(shop.url, data=body, content_type=form).status_code

    assert greet("webhook_id=17") == 200
    assert shop.arrivals() == []
    with shop.market.team.scope():
        shop.source.refresh_from_db()
    assert shop.source.greeted_at is not None
    assert greet("webhook_id=17&x=1") == 401
    assert greet("webhook_id=1\n") == 401
    stripe = open_shop("stripe", market=shop.market)
    form = "application/x-www-form-urlencoded"
    assert client.post(stripe.url, data="webhook_id=17", content_type=form).status_code == 401


def test_a_deleted_order_is_not_needed() -> None:
    shop = open_shop("woocommerce")
    shop.take(by_woo({"id": 42}, "order.deleted"))
    assert (shop.last().state, shop.last().why) == ("ignored", "not_needed")
