"""New commissions of sales wait for the look at fraud: noted by the database, so that none is
forgotten."""

from django.db import migrations

NOTE = """
CREATE FUNCTION commissions_note_unscreened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO commissions_unscreened (seller_id, sale_id, due_at)
    SELECT DISTINCT seller_id, sale_id, now() FROM added
    WHERE kind = 'commission' AND sale_id IS NOT NULL
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER commissions_line_unscreened AFTER INSERT ON commissions_commission
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_unscreened();
"""
UNDO = """
DROP TRIGGER commissions_line_unscreened ON commissions_commission;
DROP FUNCTION commissions_note_unscreened();
"""


class Migration(migrations.Migration):

    dependencies = [("commissions", "0003_earned_totals_kept")]

    operations = [migrations.RunSQL(NOTE, UNDO)]
