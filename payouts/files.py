"""Payout files. The same lines always make the same bytes."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from prm.money import to_major

HEAD: Final = (
    "batch",
    "reference",
    "partner",
    "account_holder",
    "method",
    "account",
    "currency",
    "amount",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Payment:
    """One line of a payout file; `amount_minor` in minor units."""

    reference: str
    partner: str
    holder: str
    method: str
    account: str
    amount_minor: int


def generic_csv(number: str, currency: str, payments: Iterable[Payment]) -> bytes:
    """UTF-8, CRLF, one payment per row. No cell can start a formula in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for payment in payments:
        amount = f"{to_major(payment.amount_minor, currency):f}"
        cells = (
            number,
            payment.reference,
            payment.partner,
            payment.holder,
            payment.method,
            payment.account,
            currency,
            amount,
        )
        writer.writerow([safe(cell) for cell in cells])
    return text.getvalue().encode()


def safe(text: str) -> str:
    """`text` with a leading apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
