"""Reading the ledger: balances, statements, and whether the books are whole."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ledger.models import Account, AccountKind, Transfer

OWED = (AccountKind.PENDING, AccountKind.HELD, AccountKind.PAYABLE, AccountKind.IN_PAYOUT)


@dataclass(frozen=True)
class Balance:
    """What a partner has in one currency, by where it is. All in minor units."""

    currency: str
    pending: int = 0
    held: int = 0
    payable: int = 0
    in_payout: int = 0
    paid: int = 0

    @property
    def owed(self) -> int:
        """Everything earned and not yet paid."""
        return self.pending + self.held + self.payable + self.in_payout


@dataclass(frozen=True)
class StatementLine:
    """A transfer as the partner sees it: `effect` on what is owed to him, and the sum after."""

    transfer: Transfer
    effect: int
    balance: int


@dataclass(frozen=True)
class Statement:
    """A partner's transfers of a period in one currency. closing = opening + effects."""

    currency: str
    start: datetime
    end: datetime
    opening: int
    lines: list[StatementLine]

    @property
    def closing(self) -> int:
        """What is owed at the end of the period."""
        return self.lines[-1].balance if self.lines else self.opening


def balances(partner_id: uuid.UUID) -> list[Balance]:
    """A partner's balances, one per currency, by currency code."""
    return balances_of([partner_id]).get(partner_id, [])


def balances_of(partner_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Balance]]:
    """Balances of many partners in one query."""
    sums: dict[tuple[uuid.UUID, str], dict[str, int]] = defaultdict(dict)
    for account in Account.objects.filter(partner_id__in=list(partner_ids)).order_by("unit"):
        if account.partner_id:
            sums[account.partner_id, account.unit][account.kind] = account.balance_minor
    found: dict[uuid.UUID, list[Balance]] = defaultdict(list)
    for (partner_id, unit), by_kind in sums.items():
        found[partner_id].append(Balance(unit, **by_kind))
    return dict(found)


def transfers_of(partner_id: uuid.UUID) -> QuerySet[Transfer]:
    """A partner's transfers with their accounts, in the order in which they took effect."""
    return (
        Transfer.objects.filter(partner_id=partner_id)
        .select_related("debit", "credit")
        .order_by("at", "id")
    )


def statement(partner_id: uuid.UUID, currency: str, start: datetime, end: datetime) -> Statement:
    """The very transfers of `[start, end)`, with what was owed before and after each."""
    rows = transfers_of(partner_id).filter(unit=currency)
    opening = _owed_before(partner_id, currency, start)
    lines, balance = [], opening
    for transfer in rows.filter(at__gte=start, at__lt=end):
        effect = effect_on_owed(transfer)
        balance += effect
        lines.append(StatementLine(transfer, effect, balance))
    return Statement(currency, start, end, opening, lines)


def effect_on_owed(transfer: Transfer) -> int:
    """How much a transfer adds to what is owed to the partner; 0 for moves between his own."""
    gained = transfer.amount_minor if transfer.credit.kind in OWED else 0
    lost = transfer.amount_minor if transfer.debit.kind in OWED else 0
    return gained - lost


def _owed_before(partner_id: uuid.UUID, currency: str, moment: datetime) -> int:
    rows = Transfer.objects.filter(partner_id=partner_id, unit=currency, at__lt=moment)
    gained = Coalesce(Sum("amount_minor", filter=Q(credit__kind__in=OWED)), 0)
    lost = Coalesce(Sum("amount_minor", filter=Q(debit__kind__in=OWED)), 0)
    found = rows.aggregate(gained=gained, lost=lost)
    return int(found["gained"]) - int(found["lost"])


def trial_balance() -> dict[str, int]:
    """Sum of all balances by unit; every value is 0 when the books balance."""
    rows = Account.objects.values("unit").annotate(sum=Sum(F("credits_minor") - F("debits_minor")))
    return {row["unit"]: int(row["sum"]) for row in rows}


def accounts_out_of_step() -> list[tuple[Account, int, int]]:
    """Accounts whose kept totals differ from their transfers: (account, debits, credits)."""
    debited = dict(Transfer.objects.values_list("debit").annotate(Sum("amount_minor")))
    credited = dict(Transfer.objects.values_list("credit").annotate(Sum("amount_minor")))
    return [
        (account, int(debited.get(account.pk, 0)), int(credited.get(account.pk, 0)))
        for account in Account.objects.all()
        if (account.debits_minor, account.credits_minor)
        != (debited.get(account.pk, 0), credited.get(account.pk, 0))
    ]
