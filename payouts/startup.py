"""What payouts answers to lower apps: its check of the books, and who shares an account
or a tax number."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from campaigns import onboarding
from campaigns.models import Enrollment
from campaigns.models.onboarding import StepKind
from commissions.screening import partners
from ledger import checks as books
from payouts import checks, gates
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


def _with_account(rows: Sequence[Enrollment]) -> set[uuid.UUID]:
    """Which of these enrollments' partners have given a payout account."""
    known = gates.current_methods({row.partner_id for row in rows})
    return {row.pk for row in rows if row.partner_id in known}


books.register(checks.faults)
onboarding.register(StepKind.PAYOUT, _with_account)
partners.register_shared(shared_accounts)
partners.register_shared(shared_tax_numbers)
