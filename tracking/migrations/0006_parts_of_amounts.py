"""`prm.money.largest_remainder` in the database, for sums over many shared sales."""

from django.db import migrations

# Of `amount` (not below 0) split by `weights`, what falls to the places that are `mine`; the whole
# where there are no weights.
PART = """
CREATE FUNCTION tracking_part(amount numeric, weights bigint[], mine boolean[]) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN weights IS NULL THEN amount::bigint ELSE (
        SELECT COALESCE(sum(floor + (place <= amount - given)::int) FILTER (WHERE own), 0)::bigint
        FROM (
            SELECT own, floor, sum(floor) OVER () AS given,
                   row_number() OVER (ORDER BY amount * weight - floor * whole DESC, n) AS place
            FROM (
                SELECT n, own, weight, whole, div(amount * weight, whole) AS floor
                FROM (
                    SELECT n, own, weight, sum(weight) OVER () AS whole
                    FROM unnest(weights, mine) WITH ORDINALITY AS t(weight, own, n)
                ) w
            ) f
        ) p
    ) END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0005_drop_click_months")]
    operations = [
        migrations.RunSQL(PART, "DROP FUNCTION tracking_part(numeric, bigint[], boolean[])")
    ]
