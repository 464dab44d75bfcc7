"""Standard Webhooks (standardwebhooks.com) with the API's own shapes of sales, refunds and leads.

`{"type": "sale.created", "timestamp": …, "data": {…}}`; signed over id, time and body.
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from rest_framework.exceptions import ValidationError

from commissions.api.leads import LeadFields
from commissions.api.refunds import NamedRefundFields
from commissions.api.sales import SaleFields
from commissions.inbound import fields, identity, signatures
from commissions.inbound.meanings import Given, Meaning, Nothing
from commissions.inbound.signatures import Headers, Refused
from commissions.inputs import (
    CustomerInput,
    LeadInput,
    LineInput,
    RefundInput,
    RefundLine,
    SaleInput,
)
from sellers.rest.problems import invalid

SOURCE: Final = "webhook"
EVENTS: Final = ("sale.created", "refund.created", "lead.created")
PREFIX: Final = "whsec_"
_ID: Final = re.compile(r"[\x21-\x7e]{1,120}\Z")


def verify(body: bytes, headers: Headers, secrets: Sequence[bytes], now: datetime) -> None:
    """Refuse unless one `v1` signs `<id>.<timestamp>.<body>` and the time is now."""
    message_id, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    signed = signatures.header(headers, "webhook-signature")
    if not _ID.match(message_id) or not time:
        raise Refused("bad_header")
    parts = [part.partition(",") for part in signed.split(" ")]
    given = [value.encode("ascii") for version, _comma, value in parts if version == "v1"]
    content = f"{message_id}.{time}.".encode("ascii") + body
    expected = [base64.b64encode(signatures.digest(secret, content)) for secret in secrets]
    signatures.check_any(given, expected)
    signatures.check_time(time, now)


def identify(body: bytes, headers: Headers) -> identity.Identity:
    """The message's id, which is signed, and its type."""
    given = headers.get("webhook-id", "")
    return identity.of_body(body, id_path="id", topic_path="type", given=given)


def read(payload: dict[str, Any]) -> list[Meaning]:
    """The record in `data`. Raises Refusal as the API would answer it."""
    kind = fields.text(payload, "type")
    reader = READERS.get(kind)
    if reader is None:
        return [Nothing("not_needed", kind)]
    return [Given(reader(_plain(fields.at(payload, "data"))))]


def _plain(value: Any) -> Any:
    """Fractions as the API reads them."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def _checked(serializer: Any) -> dict[str, Any]:
    try:
        serializer.is_valid(raise_exception=True)
    except ValidationError as error:
        raise invalid(error) from error
    return dict(serializer.validated_data)


def _sale(data: Any) -> SaleInput:
    found = _named(_checked(SaleFields(data=data)))
    charge = found.pop("charge", {})
    return SaleInput(
        **{**found, "lines": [LineInput(**line) for line in found.get("lines", ())]},
        subscription_id=charge.get("subscription_id", ""),
        charge_number=charge.get("number"),
        source=SOURCE,
    )


def _lead(data: Any) -> LeadInput:
    return LeadInput(**_named(_checked(LeadFields(data=data))))


def _named(found: dict[str, Any]) -> dict[str, Any]:
    ids: dict[str, Any] = {
        name: str(found[name]) for name in ("partner", "program") if name in found
    }
    return {**found, **ids, "customer": CustomerInput(**found.get("customer", {}))}


def _refund(data: Any) -> RefundInput:
    found = _checked(NamedRefundFields(data=data))
    lines = [RefundLine(**line) for line in found.get("lines", ())]
    return RefundInput(**{**found, "lines": lines}, source=SOURCE)


READERS: Final[dict[str, Callable[[Any], SaleInput | RefundInput | LeadInput]]] = {
    "sale.created": _sale,
    "refund.created": _refund,
    "lead.created": _lead,
}


def secret_fault(text: str) -> str:
    """Why `text` cannot be a secret of the scheme; "" where it can."""
    if not text.startswith(PREFIX):
        return "no_whsec"
    try:
        found = base64.b64decode(text.removeprefix(PREFIX).encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        return "no_whsec"
    return "" if 16 <= len(found) <= 64 else "no_whsec"


def key(text: str) -> bytes:
    """The bytes that sign."""
    return base64.b64decode(text.removeprefix(PREFIX))
