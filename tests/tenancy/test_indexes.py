"""No index is kept that another one covers: each costs every insert, and can mislead the planner.

An index on `seller_id` alone, beside those that begin with it, let PostgreSQL read all rows of a
large seller to find a few. People and hosts are looked up across sellers, by their own.
"""

import pytest
from psycopg2 import extensions

from tests.tenancy.test_row_security import as_owner

_COVERED = """
    SELECT a.indexrelid::regclass::text
    FROM pg_index a
    JOIN pg_class c ON c.oid = a.indrelid AND c.relnamespace = 'public'::regnamespace
    JOIN pg_index b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid
    JOIN pg_attribute t ON t.attrelid = a.indrelid AND t.attname = 'seller_id'
    JOIN pg_attribute own ON own.attrelid = a.indrelid AND own.attnum = a.indkey[0]
    WHERE NOT a.indisunique AND a.indpred IS NULL AND b.indpred IS NULL
      AND own.attname NOT IN ('user_id', 'host')
      AND a.indnatts = 1 AND a.indexprs IS NULL AND b.indexprs IS NULL
      AND (a.indkey[0] = b.indkey[0] AND b.indnatts > 1
           OR b.indkey[0] = t.attnum AND b.indkey[1] = a.indkey[0] AND b.indnatts > 1)
"""


def _covered(owner: extensions.connection) -> set[str]:
    with owner.cursor() as cursor:
        cursor.execute(_COVERED)
        return {name for (name,) in cursor.fetchall()}


def test_no_key_has_an_index_that_another_one_covers() -> None:
    with as_owner() as owner:
        assert _covered(owner) == set()


@pytest.mark.parametrize("column", ["seller_id", "partner_id"])
def test_a_covered_index_would_be_found(column: str) -> None:
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(f"CREATE INDEX covered ON tracking_sale ({column})")
        assert _covered(owner) == {"covered"}
