"""Signed webhooks: what all schemes share. Pure; a refusal is an exception with its reason."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

TOLERANCE_SECONDS: Final = 300
Headers = Mapping[str, str]
"""Lower-case names to values, several of one name joined by commas."""


class Refused(Exception):
    """The message is not from who it says; `why` is a code for the set-up page."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def header(headers: Headers, name: str) -> str:
    """A header that must be there."""
    value = headers.get(name, "")
    if not value:
        raise Refused("no_signature")
    return value


def digest(secret: bytes, content: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(secret, content, hashlib.sha256).digest()


def check_time(text: str, now: datetime) -> None:
    """Refuse a timestamp (seconds since 1970) further than the tolerance to either side."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise Refused("bad_header")
    if abs(now.timestamp() - int(text)) > TOLERANCE_SECONDS:
        raise Refused("too_old")


def check_any(given: Iterable[bytes], expected: Iterable[bytes]) -> None:
    """Refuse unless one of the given signatures is one of the expected, in constant time."""
    wanted = list(expected)
    matches = [hmac.compare_digest(one, other) for one in given for other in wanted]
    if not any(matches):
        raise Refused("wrong_signature")
