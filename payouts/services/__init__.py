"""Writes about payouts, by noun."""

from payouts.services.approval import approve_batch, export_file
from payouts.services.drafts import cancel_batch, draft_batch, refresh_draft
from payouts.services.methods import (
    confirm_payout_method,
    request_payout_method,
    resend_confirmation,
    set_payout_method,
    stop_change,
)
from payouts.services.settlement import return_line, settle_batch, settle_line
from payouts.services.tax import set_tax_number

__all__ = [
    "approve_batch",
    "cancel_batch",
    "confirm_payout_method",
    "draft_batch",
    "export_file",
    "refresh_draft",
    "request_payout_method",
    "resend_confirmation",
    "return_line",
    "set_payout_method",
    "set_tax_number",
    "settle_batch",
    "settle_line",
    "stop_change",
]
