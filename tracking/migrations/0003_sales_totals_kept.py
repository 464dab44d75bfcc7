"""Triggers that keep the sums of sales: every change of a sale or a share adds its difference.

A shared sale itself adds a count and no money; its shares add the money, each partner's his. They
are read only for a statement that has a shared sale in it.
"""

from django.db import migrations

COLUMNS = """seller_id, grain, starts_on, currency, program_id, partner_id, amount_minor, count,
        parts, by_click"""
COUNTED = "state = 'computed' AND partner_id IS NOT NULL AND program_id IS NOT NULL"

KEEP = f"""
CREATE FUNCTION tracking_count_changed_sales() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO tracking_salestotal ({COLUMNS})
    SELECT r.seller_id, 'fresh', (r.occurred_at AT TIME ZONE s.time_zone)::date, r.currency,
           r.program_id, r.partner_id, sum(sign * r.amount_minor), sum(sign), 0,
           sum(CASE WHEN r.method = 'click' THEN sign ELSE 0 END)
    FROM (
        SELECT 1 AS sign, seller_id, occurred_at, currency, program_id, partner_id,
               CASE WHEN is_shared THEN 0 ELSE amount_minor END AS amount_minor,
               attribution ->> 'method' AS method
        FROM new_rows WHERE {COUNTED}
        UNION ALL
        SELECT -1, seller_id, occurred_at, currency, program_id, partner_id,
               CASE WHEN is_shared THEN 0 ELSE amount_minor END, attribution ->> 'method'
        FROM old_rows WHERE {COUNTED}
    ) r
    JOIN sellers_seller s ON s.id = r.seller_id
    GROUP BY 1, 2, 3, 4, 5, 6
    HAVING (sum(sign * r.amount_minor), sum(sign),
            sum(CASE WHEN r.method = 'click' THEN sign ELSE 0 END)) <> (0, 0, 0);
    IF EXISTS (SELECT FROM new_rows WHERE is_shared)
        OR EXISTS (SELECT FROM old_rows WHERE is_shared)
    THEN
        INSERT INTO tracking_salestotal ({COLUMNS})
        SELECT r.seller_id, 'fresh', (r.occurred_at AT TIME ZONE s.time_zone)::date, r.currency,
               r.program_id, h.partner_id, sum(sign * h.net_minor), 0,
               sum(CASE WHEN h.partner_id <> r.partner_id THEN sign ELSE 0 END), 0
        FROM (
            SELECT 1 AS sign, id, seller_id, occurred_at, currency, program_id, partner_id
            FROM new_rows WHERE is_shared AND {COUNTED}
            UNION ALL
            SELECT -1, id, seller_id, occurred_at, currency, program_id, partner_id
            FROM old_rows WHERE is_shared AND {COUNTED}
        ) r
        CROSS JOIN LATERAL (
            SELECT x.partner_id, sum(x.net_minor) AS net_minor FROM tracking_saleshare x
            WHERE x.seller_id = r.seller_id AND x.sale_id = r.id GROUP BY 1
        ) h
        JOIN sellers_seller s ON s.id = r.seller_id
        GROUP BY 1, 2, 3, 4, 5, 6
        HAVING (sum(sign * h.net_minor),
                sum(CASE WHEN h.partner_id <> r.partner_id THEN sign ELSE 0 END)) <> (0, 0);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tracking_sale_counts_changes AFTER UPDATE ON tracking_sale
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION tracking_count_changed_sales();

-- Sales come in to be computed and are never deleted; what comes or goes computed is rare. The
-- money of a shared one comes and goes with its shares.
CREATE FUNCTION tracking_count_sale() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sale tracking_sale := CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
    sign int := CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO tracking_salestotal ({COLUMNS})
    SELECT sale.seller_id, 'fresh', (sale.occurred_at AT TIME ZONE s.time_zone)::date,
           sale.currency, sale.program_id, sale.partner_id,
           CASE WHEN sale.is_shared THEN 0 ELSE sign * sale.amount_minor END, sign, 0,
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
"""  # noqa: S608  the parts are our own
BACK = """
DROP TRIGGER tracking_sale_counts_gone ON tracking_sale;
DROP TRIGGER tracking_sale_counts_new ON tracking_sale;
DROP TRIGGER tracking_sale_counts_changes ON tracking_sale;
DROP FUNCTION tracking_count_sale();
DROP FUNCTION tracking_count_changed_sales();
"""


def shares_trigger(event: str, tables: dict[str, tuple[str, int]]) -> str:
    """Trigger and function of one kind of change. Shares come while their sale waits and count when
    it is computed; those of a computed sale count at once. Several clicks of one partner are one
    part: it comes with the first of them and goes with the last.
    """
    named = " ".join(f"{which} TABLE AS {name}" for which, (name, _sign) in tables.items())
    moved = " UNION ALL ".join(
        f"SELECT seller_id, sale_id, partner_id, {sign} * net_minor AS net, {sign} AS n"  # noqa: S608
        f" FROM {name}"
        for name, sign in tables.values()
    )
    name = f"tracking_count_shares_{event.lower()}"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO tracking_salestotal ({COLUMNS})
    SELECT m.seller_id, 'fresh', (r.occurred_at AT TIME ZONE s.time_zone)::date, r.currency,
           r.program_id, m.partner_id, sum(m.net), 0,
           sum(CASE WHEN m.partner_id = r.partner_id THEN 0
               ELSE (h.n > 0)::int - (h.n > m.n)::int END), 0
    FROM (
        SELECT seller_id, sale_id, partner_id, sum(net) AS net, sum(n) AS n
        FROM ({moved}) x GROUP BY 1, 2, 3 HAVING sum(net) <> 0 OR sum(n) <> 0
    ) m
    CROSS JOIN LATERAL (
        SELECT occurred_at, currency, program_id, partner_id FROM tracking_sale
        WHERE id = m.sale_id AND is_shared AND {COUNTED} OFFSET 0
    ) r
    CROSS JOIN LATERAL (
        SELECT count(*) AS n FROM tracking_saleshare x
        WHERE x.seller_id = m.seller_id AND x.sale_id = m.sale_id AND x.partner_id = m.partner_id
    ) h
    JOIN sellers_seller s ON s.id = m.seller_id
    GROUP BY 1, 2, 3, 4, 5, 6;
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} ON tracking_saleshare REFERENCING {named}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""  # noqa: S608  the parts are our own


NEW, OLD = ("new_rows", 1), ("old_rows", -1)
SHARES = {"INSERT": {"NEW": NEW}, "UPDATE": {"OLD": OLD, "NEW": NEW}, "DELETE": {"OLD": OLD}}


def no_shares_trigger(event: str) -> str:
    """Drops what `shares_trigger` made."""
    name = f"tracking_count_shares_{event.lower()}"
    return f"DROP TRIGGER {name} ON tracking_saleshare; DROP FUNCTION {name}();"


class Migration(migrations.Migration):
    dependencies = [("tracking", "0002_clicks_by_month")]
    operations = [
        migrations.RunSQL(KEEP, BACK),
        *(
            migrations.RunSQL(shares_trigger(event, tables), no_shares_trigger(event))
            for event, tables in SHARES.items()
        ),
    ]
