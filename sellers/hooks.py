"""Questions of this app that higher apps answer.

A higher app names its answer at start-up, as a dotted path, because models cannot be imported
that early; it is looked up when first asked.

- `trail.record`: the trail's `record` (sellers/trail.py says what it gets)
- `seats.everywhere`: `(user) -> list[tuple[Seller, PartnerSeat]]`, in the maintenance scope
- `partner.name`: `(partner_id) -> str`, in the seller's scope
- `partner.join`: `(*, seller, partner_id, user, role, actor)` seats an invited person, in scope
"""

from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string

_answers: dict[str, str] = {}


def register(question: str, dotted_path: str) -> None:
    """Name the callable that answers `question`; the last one named answers."""
    _answers[question] = dotted_path


def answer(question: str) -> Callable[..., Any]:
    """The callable that answers. Raises LookupError when no app does."""
    if question not in _answers:
        raise LookupError(f"no app answers {question!r}")
    found: Callable[..., Any] = import_string(_answers[question])
    return found
