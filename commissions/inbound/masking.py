"""A message as people may read it: laid out, and without what is known of persons."""

import json
from decimal import Decimal
from typing import Any, Final

from commissions.inbound import fields
from commissions.inbound.meanings import Unreadable

MASK: Final = "•••"

# Texts under these keys are a person's, or would let somebody act as one.
PERSONAL: Final = frozenset(
    """
    email customer_email contact_email receipt_email from to phone customer_phone first_name
    last_name customer_name company address address1 address2 address_1 address_2 line1 line2 city
    zip postcode postal_code province latitude longitude browser_ip ip_address ip
    customer_ip_address user_agent customer_user_agent note customer_note order_status_url
    checkout_token cart_token token cart_hash order_key hosted_invoice_url invoice_pdf receipt_url
    client_secret payment_url url transaction_id last4 fingerprint value
    """.split()  # noqa: SIM905  a list of fifty words, to be read as one
)
ABOUT_PERSONS: Final = frozenset(
    """
    billing shipping customer customer_details customer_address customer_shipping billing_details
    billing_address shipping_address shipping_details default_address client_details
    payment_details metadata
    """.split()  # noqa: SIM905
)
STAYS: Final = frozenset({"id", "country", "country_code", "currency", "object", "customer"})
OURS: Final = "prm_"


def laid_out(body: bytes) -> str:
    """The body as indented JSON with persons masked; "" where it is no JSON."""
    try:
        masked = _masked(fields.parse(body), person=False)
    except (Unreadable, RecursionError):
        return ""
    return json.dumps(masked, indent=2, ensure_ascii=False, default=_number)


def _number(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _masked(value: Any, *, person: bool) -> Any:
    if isinstance(value, dict):
        ours = str(value.get("name", value.get("key", ""))).lstrip("_").startswith(OURS)
        return {key: _field(key, one, person, ours) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, person=person) for one in value]
    return MASK if isinstance(value, str) and value and (person or "@" in value) else value


def _field(key: str, value: Any, person: bool, ours: bool) -> Any:
    """`ours` says that the object beside it is an attribute of ours, as `prm_click`."""
    name = key.lower()
    if isinstance(value, dict | list):
        return _masked(value, person=person or name in ABOUT_PERSONS)
    if not isinstance(value, str) or not value or name in STAYS or name.startswith(OURS) or ours:
        return value
    return MASK if person or name in PERSONAL or "@" in value else value
