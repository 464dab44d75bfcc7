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


def balances_of_all() -> list[Balance]:
    """What all partners together have, one per currency; one query."""
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    rows = Account.objects.exclude(partner_id=None).values_list("unit", "kind")
    for unit, kind, total in rows.annotate(total=Sum(F("credits_minor") - F("debits_minor"))):
        sums[unit][kind] = int(total)
    return [Balance(unit, **by_kind) for unit, by_kind in sorted(sums.items())]


def transfers_of(partner_id: uuid.UUID) -> QuerySet[Transfer]:
    """A partner's transfers with their accounts, in the order in which they took effect."""
    return (
        Transfer.objects.filter(partner_id=partner_id)
        .select_related("debit", "credit")
        .order_by("at", "id")
    )


@dataclass(frozen=True)
class Movement:
    """What a period did to what is owed. opening + earned - taken_back - paid = closing."""

    opening: int
    earned: int
    taken_back: int
    paid: int

    @property
    def closing(self) -> int:
        """What is owed at the end of the period."""
        return self.opening + self.earned - self.taken_back - self.paid

    @property
    def back_effect(self) -> int:
        """What refunds did to the sum: 0 or below."""
        return -self.taken_back

    @property
    def paid_effect(self) -> int:
        """What payouts did to the sum."""
        return -self.paid


def movement(partner_id: uuid.UUID, currency: str, start: datetime, end: datetime) -> Movement:
    """The sums of a partner's transfers of `[start, end)` in one currency."""
    rows = Transfer.objects.filter(
        partner_id=partner_id, unit=currency, at__gte=start, at__lt=end
    ).order_by()
    cost, paid = AccountKind.EXPENSE, AccountKind.PAID
    found = rows.aggregate(
        earned=_sum(debit__kind=cost),
        taken_back=_sum(credit__kind=cost),
        paid=_sum(credit__kind=paid),
        unpaid=_sum(debit__kind=paid),
    )
    return Movement(
        _owed_before(partner_id, currency, start),
        found["earned"],
        found["taken_back"],
        found["paid"] - found["unpaid"],
    )


def owed_before_transfer(partner_id: uuid.UUID, transfer: Transfer) -> int:
    """What was owed just before `transfer`, in the order in which transfers took effect."""
    earlier = Q(at__lt=transfer.at) | Q(at=transfer.at, id__lt=transfer.pk)
    return _owed(Transfer.objects.filter(earlier, partner_id=partner_id, unit=transfer.unit))


def currencies_of(partner_id: uuid.UUID) -> list[str]:
    """Currencies in which a partner ever had anything."""
    rows = Account.objects.filter(partner_id=partner_id).order_by("unit")
    return list(rows.values_list("unit", flat=True).distinct())


def first_at(partner_id: uuid.UUID) -> datetime | None:
    """When a partner's first transfer took effect."""
    return transfers_of(partner_id).values_list("at", flat=True).first()


def accounts() -> QuerySet[Account]:
    """All accounts of the seller in scope, with `balance`."""
    return Account.objects.annotate(balance=F("credits_minor") - F("debits_minor"))


def transfers() -> QuerySet[Transfer]:
    """All transfers of the seller in scope with him and their accounts, newest first."""
    return Transfer.objects.select_related("seller", "debit", "credit").order_by("-id")


def sums_by_kind() -> dict[str, dict[str, int]]:
    """Balance by unit and kind of account."""
    rows = Account.objects.values("unit", "kind").order_by("unit", "kind")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows.annotate(sum=Sum(F("credits_minor") - F("debits_minor"))):
        found[row["unit"]][row["kind"]] = int(row["sum"])
    return dict(found)


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
    return _owed(Transfer.objects.filter(partner_id=partner_id, unit=currency, at__lt=moment))


def _owed(rows: QuerySet[Transfer]) -> int:
    found = rows.order_by().aggregate(
        gained=_sum(credit__kind__in=OWED), lost=_sum(debit__kind__in=OWED)
    )
    return int(found["gained"]) - int(found["lost"])


def _sum(**conditions: object) -> Coalesce:
    return Coalesce(Sum("amount_minor", filter=Q(**conditions)), 0)


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
