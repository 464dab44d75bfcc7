"""What is kept encrypted: account and tax numbers, and payout files because they list them."""

import hashlib
import hmac

from payouts.models import Batch, PayoutMethod, TaxNumber
from prm import crypto


def seal_account(method: PayoutMethod, number: str) -> bytes:
    """The account number, to be stored in this very row."""
    return crypto.seal(number.encode(), place=_account_place(method))


def account_of(method: PayoutMethod) -> str:
    """The whole account number. Raises CannotOpen when the row was tampered with."""
    return crypto.open_sealed(bytes(method.account), place=_account_place(method)).decode()


def account_key(method: PayoutMethod, number: str) -> str:
    """A keyed hash of the account, the same for the same account wherever it stands."""
    text = f"{method.kind}:{number.casefold()}"
    return hmac.new(crypto.lookup_key(), text.encode(), hashlib.sha256).hexdigest()


def seal_tax_number(found: TaxNumber, number: str) -> bytes:
    """The tax number, to be stored in this very row."""
    return crypto.seal(number.encode(), place=_tax_place(found))


def tax_number_of(found: TaxNumber) -> str:
    """The whole tax number. Raises CannotOpen when the row was tampered with."""
    return crypto.open_sealed(bytes(found.number), place=_tax_place(found)).decode()


def tax_key(found: TaxNumber, number: str) -> str:
    """A keyed hash of the number, the same for the same number wherever it stands."""
    text = f"tax:{found.country}:{number.casefold()}"
    return hmac.new(crypto.lookup_key(), text.encode(), hashlib.sha256).hexdigest()


def seal_file(batch: Batch, content: bytes) -> bytes:
    """The payout file, to be stored in this very batch."""
    return crypto.seal(content, place=_file_place(batch))


def file_of(batch: Batch) -> bytes:
    """The payout file's very bytes. Raises CannotOpen when the row was tampered with."""
    return crypto.open_sealed(bytes(batch.file or b""), place=_file_place(batch))


def _account_place(method: PayoutMethod) -> str:
    return f"payout_method:{method.seller_id}:{method.partner_id}:{method.pk}"


def _file_place(batch: Batch) -> str:
    return f"payout_file:{batch.seller_id}:{batch.pk}"


def _tax_place(found: TaxNumber) -> str:
    return f"tax_number:{found.seller_id}:{found.partner_id}:{found.pk}"
