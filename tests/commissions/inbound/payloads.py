"""Payloads by hand, in the shapes that each system documents; only what is read, and some noise."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cast import token

NOW = int(time.time())
DAY = 86_400
START = NOW - 100 * DAY


def iso(seconds: int, zone: str = "+00:00") -> str:
    """ISO 8601."""
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S") + zone


# Stripe


def event(kind: str, thing: dict[str, Any], at: int = NOW - 50) -> dict[str, Any]:
    """An event around a thing."""
    return {
        "id": f"evt_{token()}{token()}", "object": "event", "type": kind, "created": at,
        "livemode": True, "api_version": "2025-03-31.basil", "data": {"object": thing},
    }  # fmt: skip


def session(number: str, total: int = 11_900, **more: Any) -> dict[str, Any]:
    """A paid Checkout session: 10,000 net, 1,400 tax, 500 shipping by default."""
    return {
        "id": f"cs_{number}", "object": "checkout.session", "mode": "payment",
        "payment_status": "paid", "currency": "eur", "amount_total": total,
        "amount_subtotal": 10_000, "payment_intent": f"pi_{number}", "invoice": None,
        "subscription": None, "client_reference_id": None, "customer": "cus_9", "created": NOW - 90,
        "total_details": {"amount_discount": 0, "amount_shipping": 500, "amount_tax": 1_400},
        "customer_details": {"email": "Ann@example.com", "name": "Ann Bee",
                             "address": {"country": "DE", "line1": "Elm Street 5"}},
        "metadata": {}, **more,
    }  # fmt: skip


def invoice(
    number: str, sub: str, month: int, *, reason: str = "subscription_cycle", **more: Any
) -> dict[str, Any]:
    """A paid invoice of 20.00 for the month of a subscription, in the newest shape."""
    start = START + month * 30 * DAY
    return {
        "id": f"in_{number}", "object": "invoice", "status": "paid", "currency": "eur",
        "billing_reason": reason, "total": 2_000, "amount_paid": 2_000, "subtotal": 2_000,
        "total_taxes": [], "customer": "cus_9", "customer_email": "ann@example.com",
        "customer_address": {"country": "DE"}, "created": start,
        "status_transitions": {"paid_at": start + 60}, "metadata": {},
        "parent": {"subscription_details": {"subscription": sub, "metadata": {}}},
        "lines": {"has_more": False, "data": [
            {"id": f"il_{number}", "amount": 2_000, "quantity": 1, "description": "1 × Tea club",
             "discount_amounts": [], "taxes": [],
             "period": {"start": start, "end": start + 30 * DAY},
             "pricing": {"price_details": {"product": "prod_tea", "price": "price_1"}}}]},
        **more,
    }  # fmt: skip


def stripe_refund(number: str, amount: int, payment: str, **more: Any) -> dict[str, Any]:
    """A refund that went through."""
    return {
        "id": f"re_{number}", "object": "refund", "amount": amount, "currency": "eur",
        "charge": None, "payment_intent": payment, "status": "succeeded", "created": NOW - 20,
        "reason": "requested_by_customer", **more,
    }  # fmt: skip


def dispute(number: str, amount: int, payment: str, status: str) -> dict[str, Any]:
    """A dispute of a payment."""
    return {
        "id": f"du_{number}", "object": "dispute", "amount": amount, "currency": "eur",
        "charge": None, "payment_intent": payment, "status": status, "created": NOW - 10,
        "reason": "fraudulent",
    }  # fmt: skip


# Shopify


def order(number: int, **more: Any) -> dict[str, Any]:
    """A paid order: two cups at 20.00 less 4.00, a tin at 10.00: 46.00 net, tax 8.74 on top."""
    return {
        "id": number, "name": f"#{number}", "test": False, "currency": "EUR",
        "financial_status": "paid", "taxes_included": False, "cancelled_at": None,
        "created_at": iso(NOW - 3600, "+00:00"), "processed_at": iso(NOW - 3600),
        "total_price": "59.74", "subtotal_price": "46.00", "total_tax": "8.74",
        "landing_site": "/", "email": "ann@example.com", "note_attributes": [],
        "customer": {"id": 77, "email": "ann@example.com", "first_name": "Ann"},
        "shipping_address": {"country_code": "NL", "address1": "Elm Street 5"},
        "discount_codes": [{"code": "TEN", "amount": "4.00", "type": "fixed_amount"}],
        "shipping_lines": [{"price": "5.00", "discounted_price": "5.00", "tax_lines": []}],
        "line_items": [
            {"id": 1, "sku": "CUP", "title": "Cup", "quantity": 2, "price": "20.00",
             "properties": [], "discount_allocations": [{"amount": "4.00"}],
             "tax_lines": [{"price": "6.84"}]},
            {"id": 2, "sku": "TIN", "title": "Tin", "quantity": 1, "price": "10.00",
             "properties": [], "discount_allocations": [], "tax_lines": [{"price": "1.90"}]},
        ],
        "refunds": [], **more,
    }  # fmt: skip


def shop_refund(number: int, order_id: int, *goods: tuple[str, int, str, str], **more: Any) -> Any:
    """A refund of goods (sku, quantity, subtotal, tax); Shopify sends these amounts as numbers."""
    return {
        "id": number, "order_id": order_id, "created_at": iso(NOW - 60),
        "processed_at": iso(NOW - 60), "note": "too small", "order_adjustments": [],
        "transactions": [{"amount": "1.00", "currency": "EUR", "kind": "refund"}],
        "refund_line_items": [
            {"quantity": quantity, "restock_type": "return", "subtotal": float(subtotal),
             "total_tax": float(tax), "line_item": {"sku": sku},
             "subtotal_set": {"shop_money": {"amount": subtotal, "currency_code": "EUR"}}}
            for sku, quantity, subtotal, tax in goods
        ], **more,
    }  # fmt: skip


# WooCommerce


def woo_order(number: int, status: str = "processing", **more: Any) -> dict[str, Any]:
    """An order: 3 × 15.00 less 5.00 = 40.00, tax 7.60, shipping 4.00 and its tax 0.76."""
    return {
        "id": number, "number": str(number), "status": status, "currency": "EUR",
        "date_created_gmt": iso(NOW - 3600, ""), "date_modified_gmt": iso(NOW - 600, ""),
        "date_paid_gmt": iso(NOW - 3000, ""), "total": "52.36", "total_tax": "8.36",
        "shipping_total": "4.00", "shipping_tax": "0.76", "discount_total": "5.00",
        "customer_id": 5, "billing": {"email": "ann@example.com", "country": "FR",
                                      "first_name": "Ann", "address_1": "Elm Street 5"},
        "shipping": {"country": ""}, "meta_data": [], "coupon_lines": [{"code": "five"}],
        "line_items": [{"id": 1, "name": "Beans", "sku": "BEAN", "product_id": 9, "quantity": 3,
                        "subtotal": "45.00", "total": "40.00", "total_tax": "7.60"}],
        "fee_lines": [], "refunds": [], **more,
    }  # fmt: skip


def month_later(moment: datetime, months: int) -> datetime:
    """A rough month later."""
    return moment + timedelta(days=30 * months)
