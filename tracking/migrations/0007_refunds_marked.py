"""A trigger that marks the day of each refund to be counted anew for whoever had the sale."""

from django.db import migrations

MARK = """
CREATE FUNCTION tracking_mark_refund() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO tracking_changedday (seller_id, partner_id, day)
    SELECT NEW.seller_id, p.partner_id, (NEW.occurred_at AT TIME ZONE s.time_zone)::date
    FROM sellers_seller s
    CROSS JOIN (
        SELECT NEW.partner_id
        UNION
        SELECT x.partner_id FROM tracking_sale x WHERE x.id = NEW.sale_id
        UNION
        SELECT x.partner_id FROM tracking_saleshare x
        WHERE x.seller_id = NEW.seller_id AND x.sale_id = NEW.sale_id
    ) p
    WHERE s.id = NEW.seller_id AND p.partner_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER tracking_refund_marked AFTER INSERT OR UPDATE ON tracking_refund FOR EACH ROW
    WHEN (NEW.state = 'computed') EXECUTE FUNCTION tracking_mark_refund();
"""
BACK = """
DROP TRIGGER tracking_refund_marked ON tracking_refund;
DROP FUNCTION tracking_mark_refund();
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0006_parts_of_amounts")]
    operations = [migrations.RunSQL(MARK, BACK)]
