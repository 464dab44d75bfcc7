"""Writes about payouts, by noun."""

from payouts.services.approval import approve_batch, export_file
from payouts.services.drafts import cancel_batch, draft_batch, refresh_draft
from payouts.services.methods import set_payout_method
from payouts.services.settlement import return_line, settle_batch, settle_line

__all__ = [
    "approve_batch",
    "cancel_batch",
    "draft_batch",
    "export_file",
    "refresh_draft",
    "return_line",
    "set_payout_method",
    "settle_batch",
    "settle_line",
]
