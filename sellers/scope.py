"""The only ways to tenant-owned rows.

`seller_scope(seller_id)` shows one seller's rows, `snapshot_scope` as of one moment;
`scope_by_row` the same, of the seller that a row names, looked up in the same statement: an API
key's. `maintenance_scope()` shows all, by switching to the maintenance role; it is for look-ups
that must happen before the seller is known (sign-in, link code, invitation) and for sweeps. All
use SET LOCAL only, inside a transaction: a session-level setting would leak through connection
pools.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

SETTING = "prm.seller"
MAINTENANCE_ROLE = "prm_maintenance"


@contextmanager
def seller_scope(seller_id: uuid.UUID) -> Iterator[None]:
    """Transaction in which the database shows `seller_id`'s rows and no others."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting(%s, true), set_config(%s, %s, true)",
            [SETTING, SETTING, str(seller_id)],
        )
        previous = cursor.fetchone()[0]
        yield
        if not connection.needs_rollback:  # else the rollback restores it
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, previous or ""])


@contextmanager
def snapshot_scope(seller_id: uuid.UUID) -> Iterator[None]:
    """`seller_scope` for reading: all of its statements see what one moment saw.

    For sums that are compared with each other while others write. Not inside another transaction:
    raises RuntimeError there. Nothing can be written in it.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with seller_scope(seller_id):
            yield


@contextmanager
def maintenance_scope() -> Iterator[None]:
    """Transaction in which the database shows all sellers' rows. Keep it short."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        outer = cursor.fetchone()[0]
        cursor.execute(f"SET LOCAL ROLE {MAINTENANCE_ROLE}")
        yield
        if not connection.needs_rollback:
            cursor.execute(f'SET LOCAL ROLE "{outer}"')


@contextmanager
def scope_by_row(select: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...] | None]:
    """Transaction in which the database shows the rows of the seller whom a row names.

    `select` finds at most one row, among all sellers' as the maintenance role, and calls the
    seller's id `scope_seller`. The statement that finds it also opens the scope and takes the
    role off. Gives the row; None, and no scope at all, where there is none. Not inside another.
    """
    sql = f"""
        SET LOCAL ROLE {MAINTENANCE_ROLE};
        SELECT set_config('{SETTING}', found.scope_seller::text, true),
               set_config('role', 'none', true), found.*
        FROM ({select}) found
    """  # noqa: S608  constant texts
    with ExitStack() as stack:
        try:
            row = _opened(stack, sql, values)
        except OperationalError:  # the server was started anew since the last call: ask it again
            if not connection.is_usable():
                connection.close()
            row = _opened(stack, sql, values)
        yield None if row is None else row[2:]


def _opened(stack: ExitStack, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """The row; with one, the transaction is left to `stack`.

    Whether the connection is still good shows by this very statement: Django need not ask before.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    with ExitStack() as trying:
        trying.enter_context(transaction.atomic(durable=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
        if row is not None:
            stack.push(trying.pop_all())
    return row


def current_seller_id() -> uuid.UUID:
    """The seller in scope. Raises LookupError outside a scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [SETTING])
        value = cursor.fetchone()[0]
    if not value:
        raise LookupError("no seller in scope")
    return uuid.UUID(value)
