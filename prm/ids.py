"""Identifiers: UUID version 7 (RFC 9562), so that id order is order of creation."""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """A new time-ordered UUID."""
    return uuid_utils.compat.uuid7()
