"""What is sealed of a line of earnings is never changed, and no line is taken out, whoever asks."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

SEALED = (
    "id, seller_id, kind, program_id, partner_id, enrollment_id, sale_id, occasion_id, refund_id, "
    "reverses_id, rule_version_id, occurred_at, base_minor, amount_minor, currency, batch"
)
OLD = ", ".join(f"OLD.{name}" for name in SEALED.split(", "))
NEW = ", ".join(f"NEW.{name}" for name in SEALED.split(", "))
# By the row and only where one of these columns is set: changes of status cost nothing more.
FORTH = f"""
CREATE FUNCTION commissions_keep_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what line % earned is kept as it is', OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER commissions_line_kept BEFORE UPDATE OF {SEALED} ON commissions_commission
    FOR EACH ROW WHEN (({OLD}) IS DISTINCT FROM ({NEW}))
    EXECUTE FUNCTION commissions_keep_line();
CREATE TRIGGER commissions_line_stays BEFORE DELETE OR TRUNCATE ON commissions_commission
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
"""
BACK = """
DROP TRIGGER commissions_line_stays ON commissions_commission;
DROP TRIGGER commissions_line_kept ON commissions_commission;
DROP FUNCTION commissions_keep_line();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("commissions", "0006_customer_candidates"),
        ("activity", "0002_append_only"),
    ]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(FORTH, BACK)]
