"""The function that drops months looks at a table's name before it reads a date from it: the planner
is free to try the condition on tables of other schemas first."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION drop_click_months(moment timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    FOR found IN
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'clicks_by_month' AND c.relkind = 'r'
          AND CASE WHEN c.relname ~ '^m[0-9]{4}_[0-9]{2}$'
                   THEN to_date(c.relname, '"m"YYYY_MM') + interval '1 month'
                        <= moment AT TIME ZONE 'UTC' END
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE clicks_by_month.%I', found);
        RETURN NEXT found;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("tracking", "0004_redirect_notices")]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
