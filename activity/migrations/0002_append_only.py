"""The trail and its chain only grow, whoever asks."""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

FORTH = """
CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER activity_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
CREATE TRIGGER activity_chainlink_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON activity_chainlink
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();
"""

BACK = """
DROP TRIGGER activity_chainlink_append_only ON activity_chainlink;
DROP TRIGGER activity_event_append_only ON activity_event;
DROP FUNCTION refuse_history_change();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("activity", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(FORTH, BACK)]
