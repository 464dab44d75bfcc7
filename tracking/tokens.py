"""Click tokens: signed, self-describing proof of a click.

A token carries the link's and the click's id; the click's id (UUID version 7) carries its time.
So a sale can be credited without looking up the click.
"""

import base64
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

SIGNER = signing.Signer(salt="prm.click")
MAX_LENGTH = 200


@dataclass(frozen=True)
class ClickToken:
    """What a genuine token says."""

    link_id: uuid.UUID
    click_id: uuid.UUID

    @property
    def clicked_at(self) -> datetime:
        """When the click happened, to the millisecond."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        return epoch + timedelta(milliseconds=self.click_id.int >> 80)


def make(link_id: uuid.UUID, click_id: uuid.UUID) -> str:
    """The token of a click."""
    packed = base64.urlsafe_b64encode(link_id.bytes + click_id.bytes).decode().rstrip("=")
    return SIGNER.sign(packed)


def read(token: str) -> ClickToken | None:
    """What `token` says, or None unless we made it."""
    if len(token) > MAX_LENGTH:
        return None
    try:
        packed = SIGNER.unsign(token)
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        return ClickToken(uuid.UUID(bytes=raw[:16]), uuid.UUID(bytes=raw[16:]))
    except (signing.BadSignature, ValueError):
        return None
