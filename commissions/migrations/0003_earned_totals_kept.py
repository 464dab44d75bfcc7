"""Triggers that keep the sums of earnings: every change of a line adds its difference."""

from django.db import migrations

KEEP = """
CREATE FUNCTION commissions_count_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO commissions_earnedtotal (seller_id, grain, starts_on, currency, partner_id, kind,
        status, amount_minor, lines)
    SELECT r.seller_id, 'fresh', (r.occurred_at AT TIME ZONE s.time_zone)::date, r.currency,
           r.partner_id, r.kind, r.status, sum(r.amount_minor), count(*)
    FROM new_rows r JOIN sellers_seller s ON s.id = r.seller_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_line_counts_new AFTER INSERT ON commissions_commission
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_count_lines();

CREATE FUNCTION commissions_count_changed_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO commissions_earnedtotal (seller_id, grain, starts_on, currency, partner_id, kind,
        status, amount_minor, lines)
    SELECT r.seller_id, 'fresh', (r.occurred_at AT TIME ZONE s.time_zone)::date, r.currency,
           r.partner_id, r.kind, r.status, sum(sign * r.amount_minor), sum(sign)
    FROM (
        SELECT 1 AS sign, seller_id, occurred_at, currency, partner_id, kind, status, amount_minor
        FROM new_rows
        UNION ALL
        SELECT -1, seller_id, occurred_at, currency, partner_id, kind, status, amount_minor
        FROM old_rows
    ) r
    JOIN sellers_seller s ON s.id = r.seller_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING (sum(sign * r.amount_minor), sum(sign)) <> (0, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_line_counts_changes AFTER UPDATE ON commissions_commission
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_count_changed_lines();
"""
BACK = """
DROP TRIGGER commissions_line_counts_changes ON commissions_commission;
DROP TRIGGER commissions_line_counts_new ON commissions_commission;
DROP FUNCTION commissions_count_changed_lines();
DROP FUNCTION commissions_count_lines();
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0002_rules_kept")]
    operations = [migrations.RunSQL(KEEP, BACK)]
