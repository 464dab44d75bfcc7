"""An API key with its seller and who made it, as a function: its plan is kept between calls.

Each call of the API begins with it, and to plan the join took longer than to run it.
"""

from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation

MAKE = """
CREATE FUNCTION sellers_key_holders(hash text)
RETURNS TABLE (scope_seller uuid, api_key sellers_apikey, seller sellers_seller, maker sellers_user)
LANGUAGE plpgsql STABLE ROWS 1 SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT k.seller_id, k, s, u FROM sellers_apikey k
    JOIN sellers_seller s ON s.id = k.seller_id
    LEFT JOIN sellers_user u ON u.id = k.created_by_id
    WHERE k.key_hash = $1 AND k.revoked_at IS NULL;
END $$;
"""
DROP = "DROP FUNCTION sellers_key_holders(text)"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("sellers", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunSQL(MAKE, DROP)]
