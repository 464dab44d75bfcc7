"""WooCommerce: whole orders with an HMAC of the body; the headers beside it are not signed.

An order is a sale once it is processing, completed or has a day of payment. Its refunds stand in
the order itself, with tax and shipping in them. When its webhook is saved, WooCommerce asks once
with an unsigned form whether the address answers.
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from commissions.inbound import fields, identity, lines, signatures
from commissions.inbound.meanings import Credit, Meaning, Nothing, Returned, Sold
from commissions.inbound.signatures import Headers
from commissions.inputs import CustomerInput, LineInput, SaleInput
from tracking.rules import CLICK_PARAMETER

SOURCE: Final = "woocommerce"
TAKEN: Final = frozenset({"processing", "completed", "refunded"})
GONE: Final = {"refunded": "return", "cancelled": "cancelled", "failed": "cancelled"}
EVENTS: Final = ("order.created", "order.updated")
SIGNATURE: Final = "x-wc-webhook-signature"
_GREETING: Final = re.compile(rb"webhook_id=[0-9]{1,12}\Z")


def verify(body: bytes, headers: Headers, secrets: Sequence[bytes], _now: datetime) -> None:
    """Refuse unless the header is the body's HMAC in base64. The scheme has no time."""
    given = signatures.header(headers, SIGNATURE).encode("ascii")
    expected = [base64.b64encode(signatures.digest(secret, body)) for secret in secrets]
    signatures.check_any([given], expected)


def is_greeting(body: bytes, headers: Headers) -> bool:
    """Whether it is the unsigned question whether anybody answers: it says nothing else."""
    return SIGNATURE not in headers and bool(_GREETING.match(body))


def identify(body: bytes, headers: Headers) -> identity.Identity:
    """The delivery's id and topic."""
    return identity.of_headers(
        body, headers, id_header="x-wc-webhook-delivery-id", topic_header="x-wc-webhook-topic"
    )


def read(order: dict[str, Any]) -> list[Meaning]:
    """What an order means as it now stands."""
    if "line_items" not in order or "status" not in order:
        return [Nothing("not_needed")]
    order_id, status = fields.needed(order, "id"), fields.text(order, "status")
    paid_at = fields.instant(order, "date_paid_gmt")
    if status not in TAKEN and paid_at is None:
        return [Nothing("not_paid_yet", order_id)]
    code = fields.currency(order, "currency")
    changed = fields.moment(order, "date_modified_gmt", "date_created_gmt")
    found: list[Meaning] = [_sold(order, order_id, code, paid_at)]
    for row in fields.rows(order, "refunds"):
        amount = abs(fields.minor(row, "total", code, required=True))
        refund_id = fields.needed(row, "id")
        found.append(Returned(refund_id, (order_id,), changed, gross=amount, currency=code))
    if status in GONE:
        left = f"{order_id}-left"
        found.append(Returned(left, (order_id,), changed, GONE[status], all_left=True))
    return found


def _sold(order: dict[str, Any], order_id: str, code: str, paid_at: datetime | None) -> Sold:
    gross = fields.minor(order, "total", code, required=True)
    tax = fields.minor(order, "total_tax", code)
    shipping = fields.minor(order, "shipping_total", code)
    net = gross - tax - shipping
    items, left_out = lines.adding_up(lambda: _lines(order, code), net)
    placed = fields.moment(order, "date_created_gmt")
    known = fields.whole(order, "customer_id", default=0)
    sale = SaleInput(
        external_id=order_id,
        currency=code,
        amount=net,
        lines=items,
        tax=tax,
        shipping=shipping,
        customer=CustomerInput(
            external_id=str(known) if known > 0 else "",
            email=fields.email(order, "billing.email"),
            country=fields.country(order, "shipping.country", "billing.country"),
        ),
        occurred_at=placed,
        paid_at=max(paid_at, placed) if paid_at else None,
        metadata={"order": fields.short(order, "number", 40)},
        source=SOURCE,
    )
    return Sold(sale, gross, _credit(order), lines_left_out=left_out)


def _lines(order: dict[str, Any], code: str) -> list[LineInput]:
    """Products after discount and without tax; a fee is a line too."""
    found = [
        lines.line(
            sku=fields.short(row, "sku", 120) or fields.text(row, "product_id"),
            name=fields.short(row, "name", 300),
            quantity=max(fields.whole(row, "quantity"), 1),
            before=fields.minor(row, "subtotal", code, required=True),
            net=fields.minor(row, "total", code, required=True),
        )
        for row in fields.rows(order, "line_items")
    ]
    for fee in fields.rows(order, "fee_lines"):
        amount = fields.minor(fee, "total", code)
        name = fields.short(fee, "name", 300)
        found.append(lines.line(sku="", name=name, quantity=1, before=amount, net=amount))
    return found


def _credit(order: dict[str, Any]) -> Credit:
    found = fields.pairs(fields.rows(order, "meta_data"), key="key")
    click = next((value[:500] for key, value in found if key == CLICK_PARAMETER and value), "")
    codes = [fields.short(one, "code", 60) for one in fields.rows(order, "coupon_lines")]
    return Credit(click, tuple(dict.fromkeys(code for code in codes if code)))


def secret_fault(text: str) -> str:
    """Why `text` cannot be the secret; "" where it can."""
    return "" if len(text) >= 16 and text.isascii() and text.isprintable() else "no_secret_text"


def key(text: str) -> bytes:
    """The bytes that sign."""
    return text.encode("ascii")
