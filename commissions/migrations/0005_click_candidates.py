"""The candidate of one click token as a function: its plan is kept, which a statement's is not.

It says what `commissions.crediting.statements.CLICKS` says of one click; a test compares them.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION commissions_click_candidates(place int, click uuid, at timestamptz, link uuid)
RETURNS TABLE (n int, kind text, click_id text, since timestamptz, until timestamptz, link_id text,
    code text, weight bigint, enrollment text, partner text, program text, partner_status text,
    status text, model text, window_days int, precedence text, binding text, months int,
    currency text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT $1, 'click', $2::text, $3,
        least(l.disabled_at, l.expires_at,
            (SELECT (k.ends_on + 1)::timestamp AT TIME ZONE s.time_zone
             FROM campaigns_campaign k JOIN sellers_seller s ON s.id = k.seller_id
             WHERE k.id = l.campaign_id)),
        l.id::text, l.code::text, 0::bigint, e.id::text, p.id::text, g.id::text, p.status::text,
        e.status::text, g.attribution::text, g.window_days::int, g.precedence::text,
        g.customer_binding::text, g.binding_months::int, g.currency::text
    FROM tracking_link l
    JOIN campaigns_enrollment e ON e.id = l.enrollment_id
    JOIN partners_partner p ON p.id = e.partner_id
    JOIN campaigns_program g ON g.id = e.program_id
    WHERE l.id = $4;
END $$;
"""
DROP = "DROP FUNCTION commissions_click_candidates(int, uuid, timestamptz, uuid)"


class Migration(migrations.Migration):
    dependencies = [("commissions", "0004_unscreened")]
    operations = [migrations.RunSQL(MAKE, DROP)]
