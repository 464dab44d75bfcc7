"""Deliveries as each system signs them: by its own library where it has one."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import standardwebhooks
import stripe

from tests.cast import token

STRIPE_SECRET = "whsec_" + "s1" * 16
SHOPIFY_SECRET = "shpss_" + "a7" * 16
WOO_SECRET = "woo secret of thirty-two signs ok"
GENERIC_SECRET = "whsec_" + base64.b64encode(b"generic-secret-of-32-bytes-long!").decode()
SECRETS = {
    "stripe": STRIPE_SECRET,
    "shopify": SHOPIFY_SECRET,
    "woocommerce": WOO_SECRET,
    "generic": GENERIC_SECRET,
}


@dataclass(frozen=True)
class Delivery:
    """What goes over the wire."""

    body: bytes
    headers: dict[str, str]

    def with_headers(self, **changes: str) -> "Delivery":
        """Other headers (underscores for hyphens); an empty one is left out."""
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        return replace(self, headers={k: v for k, v in {**self.headers, **named}.items() if v})


def encoded(payload: dict[str, Any]) -> bytes:
    """A payload's bytes."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def by_stripe(event: dict[str, Any], *, secret: str = STRIPE_SECRET, at: int = 0) -> Delivery:
    """As Stripe's own library computes its signatures."""
    body, seconds = encoded(event), at or int(time.time())
    signed = stripe.WebhookSignature._compute_signature(f"{seconds}.{body.decode()}", secret)
    return Delivery(body, {"stripe-signature": f"t={seconds},v1={signed}"})


def by_shopify(
    payload: dict[str, Any], topic: str = "orders/paid", *, secret: str = SHOPIFY_SECRET
) -> Delivery:
    """By the documented scheme: base64 of the body's HMAC-SHA256."""
    body = encoded(payload)
    headers = {
        "x-shopify-topic": topic,
        "x-shopify-webhook-id": f"wh-{token()}{token()}",
        "x-shopify-hmac-sha256": _base64_hmac(body, secret),
    }
    return Delivery(body, headers)


def by_woo(
    payload: dict[str, Any], topic: str = "order.updated", *, secret: str = WOO_SECRET
) -> Delivery:
    """By the documented scheme: base64 of the body's HMAC-SHA256."""
    body = encoded(payload)
    headers = {
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-delivery-id": token() + token(),
        "x-wc-webhook-signature": _base64_hmac(body, secret),
    }
    return Delivery(body, headers)


def by_standard(
    payload: dict[str, Any], *, secret: str = GENERIC_SECRET, at: int = 0, name: str = ""
) -> Delivery:
    """As the library of Standard Webhooks signs."""
    body, message = encoded(payload), name or f"msg_{token()}{token()}"
    moment = datetime.fromtimestamp(at or int(time.time()), tz=UTC)
    signed = standardwebhooks.Webhook(secret).sign(message, moment, body.decode())
    headers = {
        "webhook-id": message,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signed,
    }
    return Delivery(body, headers)


def _base64_hmac(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
