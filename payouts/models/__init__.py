"""Payout methods, tax numbers and payout batches."""

from payouts.models.batches import Batch, BatchItem, BatchLine, BatchStatus, LineStatus
from payouts.models.methods import HOLD, MethodKind, PayoutMethod
from payouts.models.tax import TaxNumber

__all__ = [
    "HOLD",
    "Batch",
    "BatchItem",
    "BatchLine",
    "BatchStatus",
    "LineStatus",
    "MethodKind",
    "PayoutMethod",
    "TaxNumber",
]
