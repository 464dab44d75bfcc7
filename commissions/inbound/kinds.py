"""What each kind of source can do, in one table."""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from commissions.inbound import generic, shopify, stripe, woocommerce
from commissions.inbound.identity import Identity
from commissions.inbound.meanings import Meaning
from commissions.inbound.signatures import Headers
from commissions.models import SourceKind


@dataclass(frozen=True)
class Kind:
    """One shop system. `verify` raises on anything not signed with one of the keys; `make_secret`
    is there where the seller may choose the secret; `prefix` stands before its numbers by default.
    """

    verify: Callable[[bytes, Headers, Sequence[bytes], datetime], None]
    identify: Callable[[bytes, Headers], Identity]
    read: Callable[[dict[str, Any]], list[Meaning]]
    secret_fault: Callable[[str], str]
    key: Callable[[str], bytes]
    events: tuple[str, ...]
    make_secret: Callable[[], str] | None = None
    is_greeting: Callable[[bytes, Headers], bool] | None = None
    prefix: str = ""


def _whsec() -> str:
    return generic.PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


KINDS: Final[dict[str, Kind]] = {
    SourceKind.STRIPE: Kind(
        stripe.verify, stripe.identify, stripe.read, stripe.secret_fault, stripe.key, stripe.EVENTS
    ),
    SourceKind.SHOPIFY: Kind(
        shopify.verify,
        shopify.identify,
        shopify.read,
        shopify.secret_fault,
        shopify.key,
        shopify.EVENTS,
    ),
    SourceKind.WOOCOMMERCE: Kind(
        woocommerce.verify,
        woocommerce.identify,
        woocommerce.read,
        woocommerce.secret_fault,
        woocommerce.key,
        woocommerce.EVENTS,
        make_secret=lambda: secrets.token_urlsafe(32),
        is_greeting=woocommerce.is_greeting,
        prefix="wc-",
    ),
    SourceKind.GENERIC: Kind(
        generic.verify,
        generic.identify,
        generic.read,
        generic.secret_fault,
        generic.key,
        generic.EVENTS,
        make_secret=_whsec,
    ),
}
