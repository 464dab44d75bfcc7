"""Whether the books of the seller in scope are whole. Higher apps register their own checks."""

from collections.abc import Callable, Iterable

from ledger import selectors

Check = Callable[[], Iterable[str]]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Called at start-up by apps whose records must agree with the ledger."""
    _checks.append(check)


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
