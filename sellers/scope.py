"""The only two ways to tenant-owned rows.

`seller_scope(seller_id)` shows one seller's rows. `maintenance_scope()` shows all, by switching
to the maintenance role; it is for look-ups that must happen before the seller is known (sign-in,
link code, API key, invitation) and for sweeps. Both use SET LOCAL only, inside a transaction:
a session-level setting would leak through connection pools.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

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
def maintenance_scope() -> Iterator[None]:
    """Transaction in which the database shows all sellers' rows. Keep it short."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        outer = cursor.fetchone()[0]
        cursor.execute(f"SET LOCAL ROLE {MAINTENANCE_ROLE}")
        yield
        if not connection.needs_rollback:
            cursor.execute(f'SET LOCAL ROLE "{outer}"')


def current_seller_id() -> uuid.UUID:
    """The seller in scope. Raises LookupError outside a scope."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [SETTING])
        value = cursor.fetchone()[0]
    if not value:
        raise LookupError("no seller in scope")
    return uuid.UUID(value)
