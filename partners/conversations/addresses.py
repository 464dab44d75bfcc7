"""The address that an answer by mail goes to: one for each person in a conversation.

`reply+<token>@in.example.com`: the token is the participant's id and the first eight bytes of its
HMAC, in base32, because mail programs may change the case of an address. Together it stays below
the 64 characters that a local part may have (RFC 5321, 4.5.3.1.1).
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from typing import Final

from django.conf import settings

PURPOSE: Final = b"prm.reply-address"
_SEAL: Final = 8


def is_set_up() -> bool:
    """Whether the operator has set up mail that comes in."""
    return bool(settings.INBOUND_MAIL_ADDRESS and settings.INBOUND_MAIL_SECRET)


def address_for(participant_id: uuid.UUID) -> str:
    """Where this person's answers by mail go; "" where no mail comes in."""
    if not is_set_up():
        return ""
    local, _at, domain = settings.INBOUND_MAIL_ADDRESS.rpartition("@")
    return f"{local}+{_token(participant_id, settings.SECRET_KEY)}@{domain}"


def participant_in(address: str) -> uuid.UUID | None:
    """The participant that an address of ours names; None for any other."""
    if not is_set_up():
        return None
    local, _at, domain = settings.INBOUND_MAIL_ADDRESS.lower().rpartition("@")
    given, _at, given_domain = address.strip().lower().rpartition("@")
    prefix, _plus, token = given.partition("+")
    if prefix != local or given_domain != domain:
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        found = uuid.UUID(bytes=raw[:-_SEAL])
    except (binascii.Error, ValueError):
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ours = any(hmac.compare_digest(_token(found, key), token) for key in keys)
    return found if ours else None


def _token(participant_id: uuid.UUID, key: str) -> str:
    seal = hmac.new(key.encode(), PURPOSE + participant_id.bytes, hashlib.sha256).digest()[:_SEAL]
    return base64.b32encode(participant_id.bytes + seal).decode().rstrip("=").lower()
