"""What payouts answers to lower apps: its check of the books, and who shares an account
or a tax number."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from commissions.screening import partners
from ledger import checks as books
from payouts import checks
from payouts.models import PayoutMethod, TaxNumber


def shared_accounts() -> Iterable[tuple[str, frozenset[uuid.UUID]]]:
    """Partners of the seller in scope who are paid to one account."""
    found: defaultdict[str, set[uuid.UUID]] = defaultdict(set)
    rows = PayoutMethod.objects.filter(replaced_at=None, confirmed_at__isnull=False).exclude(
        account_key=""
    )
    for key, partner in rows.values_list("account_key", "partner_id"):
        found[key].add(partner)
    return [("account", frozenset(group)) for group in found.values() if len(group) > 1]


def shared_tax_numbers() -> Iterable[tuple[str, frozenset[uuid.UUID]]]:
    """Partners of the seller in scope who pay taxes under one number."""
    found: defaultdict[str, set[uuid.UUID]] = defaultdict(set)
    rows = TaxNumber.objects.filter(replaced_at=None)
    for key, partner in rows.values_list("number_key", "partner_id"):
        found[key].add(partner)
    return [("tax", frozenset(group)) for group in found.values() if len(group) > 1]


books.register(checks.faults)
partners.register_shared(shared_accounts)
partners.register_shared(shared_tax_numbers)
