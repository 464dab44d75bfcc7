"""The books: every amount in two accounts, kept and guarded by the database itself."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection
from django.utils import timezone

from ledger import checks, selectors
from ledger.models import Account, AccountKind, Transfer
from ledger.services import Move, Side, post
from sellers.scope import maintenance_scope
from tests.cast import Team, make_team
from tests.payouts.scene import at_once
from tests.superuser import superuser

COST = Side(AccountKind.EXPENSE)


@pytest.fixture
def team() -> Team:
    return make_team()


def move(
    partner: uuid.UUID,
    amount: int,
    source: str | None = None,
    target: str | None = "payable",
    **changes: Any,
) -> Move:
    """A move between two of the partner's accounts; None is the seller's cost."""
    values: dict[str, Any] = {
        "key": f"test:{uuid.uuid4()}",
        "kind": "accrue",
        "debit": Side(source, partner) if source else COST,
        "credit": Side(target, partner) if target else COST,
        "amount_minor": amount,
        "unit": "EUR",
        "at": timezone.now(),
        "source_type": "test",
        "source_id": uuid.uuid4(),
        "partner_id": partner,
    }
    return Move(**{**values, **changes})


def write(team: Team, *moves: Move) -> list[Transfer]:
    with team.scope():
        post(seller_id=team.id, moves=moves)
        return list(Transfer.objects.filter(key__in=[move.key for move in moves]))


def balance(team: Team, partner: uuid.UUID, unit: str = "EUR") -> selectors.Balance:
    with team.scope():
        found = {each.currency: each for each in selectors.balances(partner)}
    return found.get(unit, selectors.Balance(unit))


def faults(team: Team) -> list[str]:
    with team.scope():
        return [
            fault for fault in checks.faults() if "lines" not in fault
        ]  # the lines of commissions are another app's part, and these moves have none


def test_totals_follow_the_transfers(team: Team) -> None:
    partner = uuid.uuid4()
    write(team, move(partner, 1000), move(partner, 500), move(partner, 300, "payable", "held"))
    now = balance(team, partner)
    assert (now.payable, now.held, now.owed) == (1200, 300, 1500)
    with team.scope():
        assert selectors.trial_balance() == {"EUR": 0}
        cost = Account.objects.get(kind=AccountKind.EXPENSE)
        assert (cost.debits_minor, cost.credits_minor) == (1500, 0)
    assert faults(team) == []


def test_currencies_never_mix(team: Team) -> None:
    partner = uuid.uuid4()
    write(team, move(partner, 1000), move(partner, 70, unit="IDR"))
    assert balance(team, partner).payable == 1000
    assert balance(team, partner, "IDR").payable == 70
    with team.scope():
        assert selectors.trial_balance() == {"EUR": 0, "IDR": 0}


def test_a_key_is_written_once_and_with_it_nothing_else(team: Team) -> None:
    partner = uuid.uuid4()
    first = move(partner, 1000)
    write(team, first)
    with pytest.raises(IntegrityError, match="transfer_once"):
        write(team, move(partner, 5), first)
    assert balance(team, partner).payable == 1000


@pytest.mark.parametrize("amount", [0, -5])
def test_an_amount_is_above_zero(team: Team, amount: int) -> None:
    with pytest.raises(IntegrityError, match="transfer_amount_positive"):
        write(team, move(uuid.uuid4(), amount))


def test_a_transfer_has_two_accounts(team: Team) -> None:
    with pytest.raises(IntegrityError, match="transfer_two_accounts"):
        write(team, move(uuid.uuid4(), 5, "payable", "payable"))


@pytest.mark.parametrize("kind", ["held", "in_payout"])
def test_a_guarded_account_cannot_be_overdrawn(team: Team, kind: str) -> None:
    partner = uuid.uuid4()
    write(team, move(partner, 1000, None, kind))
    with pytest.raises(IntegrityError, match="account_guard"):
        write(team, move(partner, 1001, kind, "payable"))
    write(team, move(partner, 1000, kind, "payable"))
    assert balance(team, partner).payable == 1000


def test_payable_may_fall_below_zero(team: Team) -> None:
    """A refund after payment is carried: the partner owes until he earns again."""
    partner = uuid.uuid4()
    write(team, move(partner, 300, "payable", None))
    assert balance(team, partner).payable == -300


def test_the_database_refuses_a_transfer_in_another_unit(team: Team) -> None:
    partner = uuid.uuid4()
    (made,) = write(team, move(partner, 1000))
    made.pk, made.key, made.unit = uuid.uuid4(), "other", "IDR"
    with pytest.raises(DatabaseError, match="transfer unit or seller"), team.scope():
        made.save(force_insert=True)


def test_the_database_refuses_another_sellers_account(team: Team) -> None:
    other = make_team()
    (foreign,) = write(other, move(uuid.uuid4(), 1000))
    (made,) = write(team, move(uuid.uuid4(), 1000))
    made.pk, made.key, made.credit_id = uuid.uuid4(), "other", foreign.credit_id
    with pytest.raises(DatabaseError), team.scope():
        made.save(force_insert=True)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_transfer SET amount_minor = 1",
        "DELETE FROM ledger_transfer",
        "UPDATE ledger_account SET credits_minor = 999",
        "UPDATE ledger_account SET guarded = false",
        "DELETE FROM ledger_account",
    ],
)
@pytest.mark.parametrize("as_maintenance", [False, True])
def test_neither_history_nor_totals_can_be_written(
    team: Team, sql: str, as_maintenance: bool
) -> None:
    write(team, move(uuid.uuid4(), 1000))
    scope: Callable[[], Any] = maintenance_scope if as_maintenance else team.scope
    with pytest.raises(DatabaseError, match="permission denied"), scope():
        connection.cursor().execute(sql)


def test_posts_that_cross_do_not_lock_each_other(team: Team, rounds: int) -> None:
    """Two batches that touch the same accounts in opposite order: nobody waits for ever."""
    one, two = uuid.uuid4(), uuid.uuid4()
    write(team, move(one, 10**6), move(two, 10**6))

    def there() -> None:
        for _ in range(20):
            write(team, move(one, 1, "payable", "held"), move(two, 1, "payable", "held"))

    def back() -> None:
        for _ in range(20):
            write(team, move(two, 1), move(one, 1))

    for _ in range(rounds):
        assert at_once(there, back, there, back) == [None] * 4
    assert balance(team, one).held == 40 * rounds
    assert faults(team) == []


def test_first_posts_at_once_share_one_account(team: Team) -> None:
    partner = uuid.uuid4()
    results = at_once(*[lambda: write(team, move(partner, 10))] * 4)
    assert all(isinstance(result, list) for result in results)
    assert balance(team, partner).payable == 40
    with team.scope():
        assert Account.objects.filter(partner_id=partner).count() == 1


# Reading


def test_a_statement_shows_the_very_transfers(team: Team) -> None:
    partner, start = uuid.uuid4(), timezone.now() - timedelta(days=30)
    before, end = start - timedelta(days=1), start + timedelta(days=10)
    write(
        team,
        move(partner, 700, at=before),
        move(partner, 500, None, "pending", at=start),
        move(partner, 500, "pending", "payable", at=start + timedelta(days=1)),
        move(partner, 200, "payable", None, at=start + timedelta(days=2)),
        move(partner, 1000, "payable", "paid", at=start + timedelta(days=3)),
        move(partner, 9, at=end),
    )
    with team.scope():
        found = selectors.statement(partner, "EUR", start, end)
        sums = selectors.movement(partner, "EUR", start, end)
        third = found.lines[2].transfer
        assert selectors.owed_before_transfer(partner, third) == 1200
    assert (found.opening, found.closing) == (700, 0)
    assert [(line.effect, line.balance) for line in found.lines] == [
        (500, 1200),
        (0, 1200),
        (-200, 1000),
        (-1000, 0),
    ]
    assert (sums.opening, sums.earned, sums.taken_back, sums.paid, sums.closing) == (
        700,
        500,
        200,
        1000,
        0,
    )


# The check finds what should never be


PLANTED = {
    "an account's total": (
        (
            "UPDATE ledger_account SET credits_minor = credits_minor + 5 "
            "WHERE seller_id = %s AND kind = 'payable'"
        ),
        ["trial balance of EUR is 5", "keeps 0/1005, its transfers sum to 0/1000"],
    ),
    "a transfer's amount": (
        "UPDATE ledger_transfer SET amount_minor = 400 WHERE seller_id = %s",
        ["keeps 0/1000, its transfers sum to 0/400"],
    ),
    "a transfer gone": (
        "DELETE FROM ledger_transfer WHERE seller_id = %s",
        ["keeps 0/1000, its transfers sum to 0/0"],
    ),
    "both totals": (
        (
            "UPDATE ledger_account SET credits_minor = credits_minor * 2, "
            "debits_minor = debits_minor * 2 WHERE seller_id = %s"
        ),
        ["keeps 0/2000, its transfers sum to 0/1000"],
    ),
}


@pytest.mark.parametrize(("sql", "found"), PLANTED.values(), ids=PLANTED.keys())
def test_the_check_finds_planted_faults(team: Team, sql: str, found: list[str]) -> None:
    write(team, move(uuid.uuid4(), 1000))
    assert faults(team) == []
    with superuser() as cursor:
        cursor.execute(sql, [str(team.id)])
    told = "\n".join(faults(team))
    assert all(words in told for words in found), told
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 1 books are not whole"):
        call_command("check_ledger", seller=team.seller.slug, stdout=StringIO(), stderr=err)
    assert found[0] in err.getvalue()


def test_the_check_compares_with_commissions(team: Team) -> None:
    """A move without a commission behind it is a fault too."""
    partner = uuid.uuid4()
    write(team, move(partner, 1000))
    with team.scope():
        assert any("his lines sum to 0" in fault for fault in checks.faults())


def test_whole_books_are_said_to_be_whole(team: Team) -> None:
    out = StringIO()
    call_command("check_ledger", seller=team.seller.slug, stdout=out)
    assert f"{team.seller.slug}: whole" in out.getvalue()
    with pytest.raises(CommandError, match="no seller"):
        call_command("check_ledger", seller="nobody-here", stdout=StringIO())
