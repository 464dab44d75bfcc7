"""A stored trace in the reader's words: one sentence per line of earnings."""

from commissions.reasons.figures import (
    GAP,
    PARTNER,
    STAFF,
    Reason,
    amount_text,
    digits_text,
    fine_digits,
    number,
)
from commissions.reasons.lines import reason, sentence, stop_text
from commissions.reasons.paid import base_unit, rate_text
from commissions.reasons.reward_words import reward_text
from commissions.reasons.stopped import refund_words, stop_words

__all__ = [
    "GAP",
    "PARTNER",
    "STAFF",
    "Reason",
    "amount_text",
    "base_unit",
    "digits_text",
    "fine_digits",
    "number",
    "rate_text",
    "reason",
    "refund_words",
    "reward_text",
    "sentence",
    "stop_text",
    "stop_words",
]
