"""What is kept of one customer, his clicks and his bonds, as a function: its plans are kept.

It says what `commissions.crediting.statements.TOUCHES` and `BONDS` say of one customer, who is
known by the seller's number or by the hash of his mailbox; a test compares them.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION commissions_customer_candidates(place int, number text, mailbox text)
RETURNS TABLE (n int, kind text, click_id text, since timestamptz, until timestamptz, link_id text,
    code text, weight bigint, enrollment text, partner text, program text, partner_status text,
    status text, model text, window_days int, precedence text, binding text, months int,
    currency text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    customers uuid[];
BEGIN
    customers := ARRAY(
        SELECT c.id FROM tracking_customer c WHERE c.external_id = $2
        UNION SELECT c.id FROM tracking_customer c WHERE c.email_hash = $3
    );
    IF cardinality(customers) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT $1, 'click', h.click_id::text, h.at,
        least(l.disabled_at, l.expires_at,
            (SELECT (k.ends_on + 1)::timestamp AT TIME ZONE s.time_zone
             FROM campaigns_campaign k JOIN sellers_seller s ON s.id = k.seller_id
             WHERE k.id = l.campaign_id)),
        l.id::text, l.code::text, 0::bigint, e.id::text, p.id::text, g.id::text, p.status::text,
        e.status::text, g.attribution::text, g.window_days::int, g.precedence::text,
        g.customer_binding::text, g.binding_months::int, g.currency::text
    FROM (
        SELECT t.click_id, t.at, t.link_id FROM tracking_touch t
        WHERE t.customer_id = ANY(customers) ORDER BY t.at DESC LIMIT 50
    ) AS h
    JOIN tracking_link l ON l.id = h.link_id
    JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    JOIN partners_partner p ON p.id = e.partner_id
    JOIN campaigns_program g ON g.id = e.program_id;
    RETURN QUERY
    SELECT $1, 'bond', '', b.since, b.until, '', '', 0::bigint, e.id::text, p.id::text, g.id::text,
        p.status::text, e.status::text, g.attribution::text, g.window_days::int,
        g.precedence::text, g.customer_binding::text, g.binding_months::int, g.currency::text
    FROM tracking_bond b
    JOIN campaigns_enrollment e ON e.id = b.enrollment_id
    JOIN partners_partner p ON p.id = e.partner_id
    JOIN campaigns_program g ON g.id = e.program_id
    WHERE b.customer_id = ANY(customers);
END $$;
"""
DROP = "DROP FUNCTION commissions_customer_candidates(int, text, text)"


class Migration(migrations.Migration):
    dependencies = [("commissions", "0005_click_candidates")]
    operations = [migrations.RunSQL(MAKE, DROP)]
