"""What the database itself guards: transfers only grow, and account totals follow them."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

POST = """
CREATE FUNCTION ledger_post_transfers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    -- Wrong units or another seller's account would unbalance books; refuse, whoever asks.
    IF EXISTS (
        SELECT 1 FROM fresh t
        JOIN ledger_account d ON d.id = t.debit_id
        JOIN ledger_account c ON c.id = t.credit_id
        WHERE d.unit <> t.unit OR c.unit <> t.unit
           OR d.seller_id <> t.seller_id OR c.seller_id <> t.seller_id
    ) THEN
        RAISE EXCEPTION 'transfer unit or seller differs from its account'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_same_unit';
    END IF;
    -- Locks in key order, so that two batches cannot wait for each other.
    PERFORM 1 FROM ledger_account
    WHERE id IN (SELECT debit_id FROM fresh UNION SELECT credit_id FROM fresh)
    ORDER BY id FOR UPDATE;
    UPDATE ledger_account a
    SET debits_minor = a.debits_minor + s.debits, credits_minor = a.credits_minor + s.credits
    FROM (
        SELECT id, sum(debit) AS debits, sum(credit) AS credits FROM (
            SELECT debit_id AS id, amount_minor AS debit, 0 AS credit FROM fresh
            UNION ALL SELECT credit_id, 0, amount_minor FROM fresh
        ) sides GROUP BY id
    ) s WHERE a.id = s.id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_transfer_posts AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_post_transfers();
"""

APPEND_ONLY = """
CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
"""

BACK = """
DROP TRIGGER ledger_transfer_append_only ON ledger_transfer;
DROP TRIGGER ledger_transfer_posts ON ledger_transfer;
DROP FUNCTION ledger_post_transfers();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("ledger", "0001_initial"),
        ("activity", "0002_append_only"),
    ]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(POST + APPEND_ONLY, BACK)]
