"""Identifiers: UUID version 7 (RFC 9562), so that id order is order of creation."""

import uuid
from datetime import UTC, datetime

import uuid_utils
import uuid_utils.compat


def new_id() -> uuid.UUID:
    """A new time-ordered UUID."""
    return uuid_utils.compat.uuid7()


def new_text_id() -> str:
    """A new time-ordered UUID as text, for rows written by the thousand."""
    return str(uuid_utils.uuid7())


def lowest_id_at(moment: datetime) -> uuid.UUID:
    """An id below every one made at `moment` or later: a bound for ranges over time."""
    milliseconds = max(int(moment.timestamp() * 1000), 0)
    return uuid.UUID(int=milliseconds << 80)


def made_at(record_id: uuid.UUID) -> datetime:
    """When a time-ordered id was made, to the millisecond."""
    return datetime.fromtimestamp((record_id.int >> 80) / 1000, tz=UTC)
