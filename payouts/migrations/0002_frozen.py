"""From approval on a batch is frozen, whoever writes: the file, the amounts, the two people."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

FORTH = """
CREATE FUNCTION payouts_keep_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.file_hash <> '' AND (NEW.number, NEW.currency, NEW.cutoff, NEW.drafted_by_id,
        NEW.approved_by_id, NEW.approved_at, NEW.file_hash, NEW.file)
        IS DISTINCT FROM (OLD.number, OLD.currency, OLD.cutoff, OLD.drafted_by_id,
        OLD.approved_by_id, OLD.approved_at, OLD.file_hash, OLD.file) THEN
        RAISE EXCEPTION 'batch % is frozen', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payouts_batch_frozen BEFORE UPDATE ON payouts_batch
    FOR EACH ROW EXECUTE FUNCTION payouts_keep_batch();

CREATE FUNCTION payouts_keep_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (NEW.batch_id, NEW.partner_id, NEW.method_id, NEW.amount_minor,
        NEW.reference) IS DISTINCT FROM (OLD.batch_id, OLD.partner_id, OLD.method_id,
        OLD.amount_minor, OLD.reference) THEN
        RAISE EXCEPTION 'payout % is frozen', OLD.reference USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payouts_line_frozen BEFORE UPDATE ON payouts_batchline
    FOR EACH ROW EXECUTE FUNCTION payouts_keep_line();
"""

BACK = """
DROP TRIGGER payouts_line_frozen ON payouts_batchline;
DROP FUNCTION payouts_keep_line();
DROP TRIGGER payouts_batch_frozen ON payouts_batch;
DROP FUNCTION payouts_keep_batch();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("payouts", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(FORTH, BACK)]
