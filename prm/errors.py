"""Refusals that every layer understands. Services raise them; the API and the pages show them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One thing wrong: dotted field path (`lines[0].sku`), machine code, sentence with the cure."""

    field: str
    code: str
    message: str


class Refusal(Exception):
    """Base of all refusals. `status` is the HTTP status that answers it."""

    status = 400
    title = "Refused"

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        code: str = "invalid",
        errors: list[FieldError] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.message = str(message)
        self.errors = errors or ([FieldError(field, code, str(message))] if field else [])
        self.extra = extra


class Malformed(Refusal):
    """Wrong shape: missing, wrong type, unknown field."""

    status = 400
    title = "Malformed"


class NotAllowed(Refusal):
    """The reader may know the thing exists but has no right to do this."""

    status = 403
    title = "Not allowed"


class NotFound(Refusal):
    """Unknown, or another seller's: the answer is the same."""

    status = 404
    title = "Not found"


class Conflict(Refusal):
    """The state has moved on, or the same key came with other content."""

    status = 409
    title = "Conflict"


class Unacceptable(Refusal):
    """Right shape, value that cannot be accepted."""

    status = 422
    title = "Not acceptable"
