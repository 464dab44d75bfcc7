"""Stripe: events with a `Stripe-Signature` of time and body.

A payment through Checkout is a sale under the session's id, anything with an invoice under the
invoice's. Refunds and disputes name the payment. What a session says of who brought the customer
is kept for its invoice and subscription, which may come first.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from commissions.inbound import fields, identity, signatures, stripe_billing
from commissions.inbound import stripe_values as values
from commissions.inbound.meanings import Credit, Meaning, Nothing, Returned, Sold, Told
from commissions.inbound.signatures import Headers, Refused
from commissions.inputs import SaleInput

SOURCE: Final = "stripe"
REASONS: Final = {"requested_by_customer": "return"}
EVENTS: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "invoice.paid",
    "invoice_payment.paid",
    "customer.subscription.created",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.closed",
)


def verify(body: bytes, headers: Headers, secrets: Sequence[bytes], now: datetime) -> None:
    """Refuse unless one `v1` signs `<t>.<body>` with one of the secrets and `t` is now."""
    parts = [part.strip().partition("=") for part in _header(headers).split(",")]
    times = [value for key, _sign, value in parts if key == "t"]
    given = [value.encode("ascii") for key, _sign, value in parts if key == "v1"]
    if len(times) != 1 or not given:
        raise Refused("bad_header")
    content = times[0].encode("ascii") + b"." + body
    expected = [signatures.digest(secret, content).hex().encode() for secret in secrets]
    signatures.check_any(given, expected)
    signatures.check_time(times[0], now)


def _header(headers: Headers) -> str:
    return signatures.header(headers, "stripe-signature")


def identify(body: bytes, _headers: Headers) -> identity.Identity:
    """The event's id and type."""
    return identity.of_body(body, id_path="id", topic_path="type")


def read(event: dict[str, Any]) -> list[Meaning]:
    """What an event means."""
    kind = fields.text(event, "type")
    thing = fields.at(event, "data.object")
    reader = READERS.get(kind)
    if reader is None or not isinstance(thing, dict):
        return [Nothing("not_needed", kind)]
    return reader(thing, event)


def _session(session: dict[str, Any], event: dict[str, Any]) -> list[Meaning]:
    reference = fields.short(session, "client_reference_id", 500)
    credit = values.credit(session, reference=reference)
    billed = [
        x for x in (fields.name(session, "invoice"), fields.name(session, "subscription")) if x
    ]
    if billed:
        facts = {"click": credit.click, "coupons": list(credit.coupons)}
        return [Told(one, facts) for one in billed]
    if fields.text(session, "mode") == "setup":
        return [Nothing("no_payment")]
    if fields.text(session, "payment_status") == "unpaid":
        return [Nothing("not_paid_yet", fields.text(session, "id"))]
    return [_sold(session, event, credit)]


def _sold(session: dict[str, Any], event: dict[str, Any], credit: Credit) -> Sold:
    code = fields.currency(session, "currency")
    gross = values.minor(session, "amount_total", code)
    tax = values.minor(session, "total_details.amount_tax", code, default=0)
    shipping = values.minor(session, "total_details.amount_shipping", code, default=0)
    payment = fields.name(session, "payment_intent")
    sale = SaleInput(
        external_id=fields.needed(session, "id"),
        currency=code,
        amount=gross - tax - shipping,
        tax=tax,
        shipping=shipping,
        customer=values.customer(
            session,
            email=("customer_details.email", "customer_email"),
            country=("customer_details.address.country",),
        ),
        occurred_at=fields.moment(session, "created"),
        paid_at=fields.moment(event, "created"),
        metadata=dict(values.metadata(session)),
        source=SOURCE,
    )
    return Sold(sale, gross, credit, names=(payment,) if payment else ())


def _refund(refund: dict[str, Any], _event: dict[str, Any]) -> list[Meaning]:
    status, refund_id = fields.text(refund, "status"), fields.needed(refund, "id")
    if status in {"failed", "canceled"}:
        return [Nothing("refund_failed", refund_id, undoes=refund_id)]
    if status != "succeeded":
        return [Nothing("refund_pending", refund_id)]
    reason = fields.short(refund, "reason", 60)
    return [_returned(refund, REASONS.get(reason, reason))]


def _charge_refunded(charge: dict[str, Any], event: dict[str, Any]) -> list[Meaning]:
    listed = fields.rows(charge, "refunds.data")
    if not listed:  # not in the event since API version 2022-11-15
        return [Nothing("told_by_refunds")]
    return [meaning for one in listed for meaning in _refund(one, event)]


def _dispute(dispute: dict[str, Any], _event: dict[str, Any]) -> list[Meaning]:
    status, dispute_id = fields.text(dispute, "status"), fields.needed(dispute, "id")
    if status.startswith("warning"):
        return [Nothing("inquiry_only", dispute_id)]
    if status == "won":
        return [Nothing("dispute_won", dispute_id, undoes=dispute_id)]
    return [_returned(dispute, "chargeback")]


def _returned(thing: dict[str, Any], reason: str) -> Returned:
    """Refund or dispute: an amount of a payment, tax and shipping counted in."""
    code = fields.currency(thing, "currency")
    names = [x for x in (fields.name(thing, "payment_intent"), fields.name(thing, "charge")) if x]
    return Returned(
        id=fields.needed(thing, "id"),
        of=tuple(names),
        at=fields.moment(thing, "created"),
        reason=reason,
        gross=values.minor(thing, "amount", code),
        currency=code,
    )


Reader = Callable[[dict[str, Any], dict[str, Any]], list[Meaning]]
READERS: Final[dict[str, Reader]] = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "invoice.paid": stripe_billing.invoice,
    "invoice.payment_succeeded": stripe_billing.invoice,
    "invoice_payment.paid": stripe_billing.invoice_payment,
    "customer.subscription.created": stripe_billing.subscription,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.refunded": _charge_refunded,
    "charge.dispute.created": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.closed": _dispute,
}


def secret_fault(text: str) -> str:
    """Why `text` cannot be a signing secret of an endpoint; "" where it can."""
    fits = text.startswith("whsec_") and len(text) >= 20 and text.isascii() and text.isprintable()
    return "" if fits and " " not in text else "no_stripe_secret"


def key(text: str) -> bytes:
    """The bytes that sign."""
    return text.encode("ascii")
