"""Whether the books of the seller in scope are whole. Higher apps register their own checks."""

from collections.abc import Callable, Iterable

from activity.services import record
from ledger import selectors
from sellers.actors import Actor
from sellers.models import Seller

Check = Callable[[], Iterable[str]]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Called at start-up by apps whose records must agree with the ledger."""
    _checks.append(check)


def check_and_record(*, seller: Seller, actor: Actor) -> list[str]:
    """The faults found; who looked, and how many there were, is itself an entry of the trail."""
    found = faults()
    record(
        seller=seller,
        actor=actor,
        verb="books.checked",
        object=seller,
        detail={"whole": not found, "faults": len(found)},
    )
    return found


def faults() -> list[str]:
    """Every fault found, in words; empty when the books are whole."""
    found = [
        f"trial balance of {unit} is {total}, not 0"
        for unit, total in selectors.trial_balance().items()
        if total
    ]
    found += [
        f"account {account.kind} {account.partner_id or 'seller'} {account.unit} keeps "
        f"{account.debits_minor}/{account.credits_minor}, its transfers sum to {debited}/{credited}"
        for account, debited, credited in selectors.accounts_out_of_step()
    ]
    for check in _checks:
        found += check()
    return found
