"""Notices to redirects: which row changed that a remembered link or link domain was made from.

A notice carries an id or a host and nothing else, since every session of the database may listen.
It is sent when the change commits, whoever made it. What was never asked for needs none, so
insertions are not told.
"""

from django.db import migrations

# table, what is told of a row, the columns that matter ("" for all)
WATCHED = (
    ("tracking_link", "id", ""),
    ("tracking_linkdomain", "host", ""),
    ("campaigns_campaign", "id", "ends_on"),
    ("campaigns_enrollment", "id", "status, program_id, partner_id"),
    ("campaigns_program", "id", "status, landing_url, allowed_hosts, window_days, cookieless"),
    ("partners_partner", "id", "status"),
    ("sellers_seller", "id", "time_zone"),
)
FUNCTION = """
CREATE FUNCTION tell_redirects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('prm_redirects', to_jsonb(OLD) ->> TG_ARGV[0]);
    RETURN NULL;
END $$;
"""


def _row(name: str, columns: str) -> str:
    """The columns that matter of OLD or NEW."""
    names = [column.strip() for column in columns.split(",") if column]
    return f"ROW({', '.join(f'{name}.{one}' for one in names)})" if names else f"{name}.*"


def _triggers(table: str, told: str, columns: str) -> str:
    return f"""
    CREATE TRIGGER tell_redirects_of_change AFTER UPDATE ON {table} FOR EACH ROW
    WHEN ({_row("OLD", columns)} IS DISTINCT FROM {_row("NEW", columns)})
    EXECUTE FUNCTION tell_redirects('{told}');
    CREATE TRIGGER tell_redirects_of_end AFTER DELETE ON {table} FOR EACH ROW
    EXECUTE FUNCTION tell_redirects('{told}');
    """


UNDO = "".join(
    f"DROP TRIGGER tell_redirects_of_change ON {table};"
    f"DROP TRIGGER tell_redirects_of_end ON {table};"
    for table, _told, _columns in WATCHED
) + "DROP FUNCTION tell_redirects();"


class Migration(migrations.Migration):

    dependencies = [("tracking", "0003_sales_totals_kept"), ("campaigns", "0001_initial"), ("partners", "0001_initial"), ("sellers", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION + "".join(_triggers(*one) for one in WATCHED), UNDO),
    ]
