"""Why a line is held or was rejected, and why money went back: stored codes in words."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FRAUD_REVIEW: Final = "fraud_review"
"""Stored as the reason of a hold, alone or as `fraud_review: <what the partner is told>`."""

CHARGEBACK: Final = "chargeback"
REFUND_REASONS: Final[dict[str, str | Promise]] = {
    "return": gettext_lazy("Goods came back"),
    "cancelled": gettext_lazy("Order cancelled"),
    CHARGEBACK: gettext_lazy("Charged back by the customer’s bank"),
}
"""Reasons of refunds that are known by a code; any other reason is text."""


def stop_words(reason: str) -> str:
    """Why a line stopped: what staff wrote, or what a stored code means."""
    if reason == "own_purchase":
        return _("the buyer is one of the partner’s own people")
    code, _colon, text = reason.partition(": ")
    if code != FRAUD_REVIEW:
        return reason
    what = _("under review")
    if text:
        what = f"{what}: {text.rstrip('.')}"
    todo = _("Keep what shows how this customer came to the partner; the seller may ask for it.")
    return f"{what}. {todo}"


def refund_words(reason: str) -> str:
    """Why money went back, in words."""
    known = REFUND_REASONS.get(reason.strip().lower())
    return str(known) if known else reason


def is_chargeback(reason: str) -> bool:
    """Whether the customer's bank took the money back."""
    return reason.strip().lower() == CHARGEBACK
