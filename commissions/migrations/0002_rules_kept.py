"""A version of a rule is never changed, nor what its rule is for, whoever writes."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

FORTH = """
CREATE TRIGGER commissions_ruleversion_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON commissions_ruleversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();

CREATE FUNCTION commissions_keep_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A rule can be ended, once: sales before that moment are paid by it for ever.
    IF OLD.ended_at IS NOT NULL
        OR (NEW.seller_id, NEW.program_id, NEW.partner_id, NEW.group_id, NEW.campaign_id,
            NEW.tier_id, NEW.priority, NEW.created_at)
        IS DISTINCT FROM (OLD.seller_id, OLD.program_id, OLD.partner_id, OLD.group_id,
            OLD.campaign_id, OLD.tier_id, OLD.priority, OLD.created_at) THEN
        RAISE EXCEPTION 'rule % is kept as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER commissions_rule_kept BEFORE UPDATE ON commissions_rule
    FOR EACH ROW EXECUTE FUNCTION commissions_keep_rule();
"""

BACK = """
DROP TRIGGER commissions_rule_kept ON commissions_rule;
DROP FUNCTION commissions_keep_rule();
DROP TRIGGER commissions_ruleversion_append_only ON commissions_ruleversion;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("commissions", "0001_initial"), ("activity", "0002_append_only")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(FORTH, BACK)]
