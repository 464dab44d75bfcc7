"""Whether a seller's books are whole. Higher apps register their own checks.

The checks compare sums read by several statements. While money is written they agree only where
all see one moment, so `faults_of` reads in one snapshot; `faults` is for books that stand still.
"""

import uuid
from collections.abc import Callable, Iterable

from ledger import selectors
from sellers.scope import snapshot_scope

Check = Callable[[], Iterable[str]]


def faults_of(seller_id: uuid.UUID, tell: Callable[[int], None] = lambda _done: None) -> list[str]:
    """Every fault of a seller's books as of one moment, in words; empty when they are whole.

    `tell` hears how many of the `count()` checks are done. Needs to be outside any scope.
    """
    with snapshot_scope(seller_id):
        return faults(tell)


def faults(tell: Callable[[int], None] = lambda _done: None) -> list[str]:
    """The same in the scope and transaction that are open."""
    found: list[str] = []
    for number, check in enumerate(_checks, 1):
        found += check()
        tell(number)
    return found


def count() -> int:
    """How many checks there are."""
    return len(_checks)


def register(check: Check) -> None:
    """Called at start-up by apps whose records must agree with the ledger."""
    _checks.append(check)


def _balances() -> Iterable[str]:
    for unit, total in selectors.trial_balance().items():
        if total:
            yield f"trial balance of {unit} is {total}, not 0"


def _totals_of_accounts() -> Iterable[str]:
    for account, debited, credited in selectors.accounts_out_of_step():
        yield (
            f"account {account.kind} {account.partner_id or 'seller'} {account.unit} keeps "
            f"{account.debits_minor}/{account.credits_minor}, its transfers sum to "
            f"{debited}/{credited}"
        )


_checks: list[Check] = [_balances, _totals_of_accounts]
