"""Shopify: orders and refunds with an HMAC of the body; the headers beside it are not signed.

So what a message is, is told by its shape and not by its topic header. An order is a sale once it
is paid; its totals are those of the order as placed, and what was taken off it since comes as
refunds, whichever message brings them.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from commissions.inbound import fields, identity, lines, signatures
from commissions.inbound.meanings import Credit, GoodsBack, Meaning, Nothing, Returned, Sold
from commissions.inbound.signatures import Headers
from commissions.inputs import CustomerInput, LineInput, SaleInput
from tracking.rules import CLICK_PARAMETER

SOURCE: Final = "shopify"
PAID: Final = frozenset({"paid", "partially_refunded", "refunded"})
EVENTS: Final = ("orders/create", "orders/paid", "orders/cancelled", "refunds/create")


def verify(body: bytes, headers: Headers, secrets: Sequence[bytes], _now: datetime) -> None:
    """Refuse unless the header is the body's HMAC in base64. The scheme has no time."""
    given = signatures.header(headers, "x-shopify-hmac-sha256").encode("ascii")
    expected = [base64.b64encode(signatures.digest(secret, body)) for secret in secrets]
    signatures.check_any([given], expected)


def identify(body: bytes, headers: Headers) -> identity.Identity:
    """The delivery's id and topic."""
    return identity.of_headers(
        body, headers, id_header="x-shopify-webhook-id", topic_header="x-shopify-topic"
    )


def read(payload: dict[str, Any]) -> list[Meaning]:
    """What an order or a refund means."""
    if "refund_line_items" in payload and "order_id" in payload:
        return _refund(payload, "")
    if "line_items" in payload and "financial_status" in payload:
        return _order(payload)
    return [Nothing("not_needed")]


def _order(order: dict[str, Any]) -> list[Meaning]:
    order_id = fields.needed(order, "id")
    if fields.at(order, "test") is True:
        return [Nothing("test_order", order_id)]
    status = fields.text(order, "financial_status").lower()
    if status not in PAID:
        return [Nothing("not_paid_yet", order_id)]
    code = fields.currency(order, "currency")
    found: list[Meaning] = [_sold(order, order_id, code)]
    for refund in fields.rows(order, "refunds"):
        found += _refund({**refund, "order_id": order_id}, code)
    cancelled = fields.instant(order, "cancelled_at")
    if cancelled:
        left = f"{order_id}-cancelled"
        found.append(Returned(left, (order_id,), cancelled, "cancelled", all_left=True))
    return found


def _sold(order: dict[str, Any], order_id: str, code: str) -> Sold:
    included = fields.at(order, "taxes_included") is True
    rows = fields.rows(order, "line_items")
    subtotal = fields.minor(order, "subtotal_price", code, required=True)
    net = subtotal - sum(_tax(row, code) for row in rows if included)
    items, left_out = lines.adding_up(
        lambda: [_line(row, code, included) for row in rows if fields.at(row, "quantity")], net
    )
    placed = fields.moment(order, "processed_at", "created_at")
    customer_id = fields.name(order, "customer")
    sale = SaleInput(
        external_id=order_id,
        currency=code,
        amount=net,
        lines=items,
        tax=fields.minor(order, "total_tax", code),
        shipping=_shipping(order, code, included),
        customer=CustomerInput(
            external_id=customer_id,
            email=fields.email(order, "email", "contact_email", "customer.email"),
            country=fields.country(
                order, "shipping_address.country_code", "billing_address.country_code"
            ),
        ),
        occurred_at=placed,
        paid_at=placed,
        metadata={"order": fields.short(order, "name", 40)},
        source=SOURCE,
    )
    gross = fields.minor(order, "total_price", code, required=True)
    return Sold(sale, gross, _credit(order), tax_included=included, lines_left_out=left_out)


def _line(row: dict[str, Any], code: str, included: bool) -> LineInput:
    quantity = max(fields.whole(row, "quantity"), 1)
    tax = _tax(row, code) if included else 0
    before = fields.minor(row, "price", code, required=True) * quantity - tax
    taken_off = sum(
        fields.minor(one, "amount", code) for one in fields.rows(row, "discount_allocations")
    )
    return lines.line(
        sku=_sku(row),
        name=fields.short(row, "title", 300),
        quantity=quantity,
        before=before,
        net=before - taken_off,
    )


def _sku(row: dict[str, Any]) -> str:
    return fields.short(row, "sku", 120) or fields.text(row, "variant_id")


def _tax(row: dict[str, Any], code: str) -> int:
    return sum(fields.minor(one, "price", code) for one in fields.rows(row, "tax_lines"))


def _shipping(order: dict[str, Any], code: str, included: bool) -> int:
    """What shipping cost after discount, without tax."""
    cost = 0
    for row in fields.rows(order, "shipping_lines"):
        path = "price" if fields.at(row, "discounted_price") is None else "discounted_price"
        cost += fields.minor(row, path, code) - (_tax(row, code) if included else 0)
    return max(cost, 0)


def _credit(order: dict[str, Any]) -> Credit:
    """A cart attribute, else a line's property, else the page that the customer landed on."""
    attributes = [*fields.pairs(fields.rows(order, "note_attributes"))]
    for row in fields.rows(order, "line_items"):
        attributes += fields.pairs(fields.rows(row, "properties"))
    found = [value for name, value in attributes if name == CLICK_PARAMETER and value]
    click = found[0][:500] if found else fields.click_in_address(fields.at(order, "landing_site"))
    codes = [fields.short(one, "code", 60) for one in fields.rows(order, "discount_codes")]
    return Credit(click, tuple(dict.fromkeys(code for code in codes if code)))


def _refund(refund: dict[str, Any], code: str) -> list[Meaning]:
    refund_id, order_id = fields.needed(refund, "id"), fields.needed(refund, "order_id")
    items = fields.rows(refund, "refund_line_items")
    adjustments = [
        one
        for one in fields.rows(refund, "order_adjustments")
        if fields.text(one, "kind") == "refund_discrepancy"
    ]
    if not items and not adjustments:
        return [Nothing("no_goods_back", refund_id)]
    code = code or _currency(refund, items, adjustments)
    kinds = {fields.text(row, "restock_type") for row in items}
    reason = "cancelled" if "cancel" in kinds else "return" if "return" in kinds else ""
    return [
        Returned(
            id=refund_id,
            of=(order_id,),
            at=fields.moment(refund, "processed_at", "created_at"),
            reason=reason,
            goods=tuple(_goods(row, code) for row in items),
            # negative where more was given back than the goods cost
            extra=-sum(fields.minor(one, "amount", code) for one in adjustments),
            currency=code,
        )
    ]


def _goods(row: dict[str, Any], code: str) -> GoodsBack:
    return GoodsBack(
        sku=_sku(fields.at(row, "line_item") or {}),
        quantity=fields.whole(row, "quantity"),
        amount=fields.minor(row, "subtotal", code),
        tax=fields.minor(row, "total_tax", code),
    )


def _currency(refund: dict[str, Any], *groups: list[dict[str, Any]]) -> str:
    """The shop's currency; a refund by itself names it only beside its amounts."""
    for rows in groups:
        for row in rows:
            for path in ("subtotal_set", "amount_set"):
                if fields.at(row, f"{path}.shop_money.currency_code"):
                    return fields.currency(row, f"{path}.shop_money.currency_code")
    paid = fields.rows(refund, "transactions")
    return fields.currency(paid[0] if paid else {}, "currency")


def secret_fault(text: str) -> str:
    """Why `text` cannot be the secret; "" where it can."""
    fits = len(text) >= 16 and text.isascii() and text.isprintable() and " " not in text
    return "" if fits else "no_secret_text"


def key(text: str) -> bytes:
    """The bytes that sign."""
    return text.encode("ascii")
