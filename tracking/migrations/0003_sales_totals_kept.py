"""Triggers that keep the sums of sales: every change of a sale adds its difference."""

from django.db import migrations

KEEP = """
CREATE FUNCTION tracking_count_changed_sales() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO tracking_salestotal (seller_id, grain, starts_on, currency, program_id,
        partner_id, amount_minor, count, by_click)
    SELECT r.seller_id, 'fresh', (r.occurred_at AT TIME ZONE s.time_zone)::date, r.currency,
           r.program_id, r.partner_id, sum(sign * r.amount_minor), sum(sign),
           sum(CASE WHEN r.method = 'click' THEN sign ELSE 0 END)
    FROM (
        SELECT 1 AS sign, seller_id, occurred_at, currency, program_id, partner_id, amount_minor,
               attribution ->> 'method' AS method
        FROM new_rows
        WHERE state = 'computed' AND partner_id IS NOT NULL AND program_id IS NOT NULL
        UNION ALL
        SELECT -1, seller_id, occurred_at, currency, program_id, partner_id, amount_minor,
               attribution ->> 'method'
        FROM old_rows
        WHERE state = 'computed' AND partner_id IS NOT NULL AND program_id IS NOT NULL
    ) r
    JOIN sellers_seller s ON s.id = r.seller_id
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING (sum(sign * r.amount_minor), sum(sign),
            sum(CASE WHEN r.method = 'click' THEN sign ELSE 0 END)) <> (0, 0, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER tracking_sale_counts_changes AFTER UPDATE ON tracking_sale
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tracking_count_changed_sales();

-- Sales come in to be computed and are never deleted; what comes or goes computed is rare.
CREATE FUNCTION tracking_count_sale() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sale tracking_sale := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
    sign int := CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO tracking_salestotal (seller_id, grain, starts_on, currency, program_id,
        partner_id, amount_minor, count, by_click)
    SELECT sale.seller_id, 'fresh', (sale.occurred_at AT TIME ZONE s.time_zone)::date,
           sale.currency, sale.program_id, sale.partner_id, sign * sale.amount_minor, sign,
           CASE WHEN sale.attribution ->> 'method' = 'click' THEN sign ELSE 0 END
    FROM sellers_seller s WHERE s.id = sale.seller_id;
    RETURN NULL;
END $$;
CREATE TRIGGER tracking_sale_counts_new AFTER INSERT ON tracking_sale FOR EACH ROW
    WHEN (NEW.state = 'computed' AND NEW.partner_id IS NOT NULL AND NEW.program_id IS NOT NULL)
    EXECUTE FUNCTION tracking_count_sale();
CREATE TRIGGER tracking_sale_counts_gone AFTER DELETE ON tracking_sale FOR EACH ROW
    WHEN (OLD.state = 'computed' AND OLD.partner_id IS NOT NULL AND OLD.program_id IS NOT NULL)
    EXECUTE FUNCTION tracking_count_sale();
"""
BACK = """
DROP TRIGGER tracking_sale_counts_gone ON tracking_sale;
DROP TRIGGER tracking_sale_counts_new ON tracking_sale;
DROP TRIGGER tracking_sale_counts_changes ON tracking_sale;
DROP FUNCTION tracking_count_sale();
DROP FUNCTION tracking_count_changed_sales();
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0002_clicks_by_month")]
    operations = [migrations.RunSQL(KEEP, BACK)]
