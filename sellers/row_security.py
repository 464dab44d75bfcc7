"""Row security, grants and tenant keys, laid over the tables after each `migrate`.

Made from what stands in the catalogue and the models, so no table can be forgotten. Only what
differs is changed. Policies use no `OR`: an escape hatch in a policy disables indexes.
"""

from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper

from prm.fields import TenantForeignKey

APP_ROLE = "prm_app"
MAINTENANCE_ROLE = "prm_maintenance"
SELLER_TABLE = "sellers_seller"
APPEND_ONLY = ("activity_event", "activity_chainlink", "ledger_transfer")
READ_AND_INSERT_ONLY = ("ledger_account",)

TENANT_TABLES = """
SELECT c.relname,
       CASE WHEN c.relname = %s THEN 'id' ELSE 'seller_id' END,
       c.relrowsecurity,
       ARRAY(SELECT polname::text FROM pg_policy p WHERE p.polrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND (c.relname = %s OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
       AND a.attname = 'seller_id' AND NOT a.attisdropped))
ORDER BY c.relname
"""


def apply(*, using: str, **_signal: Any) -> None:
    """Bring policies, grants and composite foreign keys up to the tables (post_migrate)."""
    with connections[using].cursor() as cursor:
        cursor.execute(TENANT_TABLES, [SELLER_TABLE, SELLER_TABLE])
        for table, column, enabled, policies in cursor.fetchall():
            _protect(cursor, table, column, enabled, set(policies))
        _grant(cursor)
        _bind_tenant_keys(cursor)


def _protect(
    cursor: CursorWrapper, table: str, column: str, enabled: bool, policies: set[str]
) -> None:
    if not enabled:
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    if "own_seller" not in policies:
        rule = f"{column} = (SELECT current_setting('prm.seller')::uuid)"
        cursor.execute(
            f'CREATE POLICY own_seller ON "{table}" TO {APP_ROLE} '
            f"USING ({rule}) WITH CHECK ({rule})"
        )
    if "maintenance" not in policies:
        cursor.execute(
            f'CREATE POLICY maintenance ON "{table}" TO {MAINTENANCE_ROLE} '
            "USING (true) WITH CHECK (true)"
        )


def _grant(cursor: CursorWrapper) -> None:
    """Rows for the two roles; no role of the app may rewrite history or account totals."""
    roles = f"{APP_ROLE}, {MAINTENANCE_ROLE}"
    cursor.execute(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {roles}"
    )
    cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {roles}")
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r'",
        [[*APPEND_ONLY, *READ_AND_INSERT_ONLY]],
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {roles}')


def _bind_tenant_keys(cursor: CursorWrapper) -> None:
    """For each TenantForeignKey the constraint (seller_id, x_id) -> (seller_id, id)."""
    cursor.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")
    present = {name for (name,) in cursor.fetchall()}
    for model in apps.get_models():
        table = model._meta.db_table
        for field in model._meta.local_fields:
            if not isinstance(field, TenantForeignKey) or table not in present:
                continue
            target = field.related_model._meta.db_table
            if target not in present:
                continue
            unique, key = f"{target}_tenant_id", f"{table}_{field.column}_tenant"
            if unique not in present:
                cursor.execute(f'CREATE UNIQUE INDEX "{unique}" ON "{target}" (seller_id, id)')
                present.add(unique)
            if key not in present:
                cursor.execute(
                    f'ALTER TABLE "{table}" ADD CONSTRAINT "{key}" '
                    f'FOREIGN KEY (seller_id, "{field.column}") '
                    f'REFERENCES "{target}" (seller_id, id) DEFERRABLE INITIALLY DEFERRED'
                )


def require_bound_role() -> None:
    """Refuse to run on a connection that policies do not bind.

    Raises ImproperlyConfigured for a superuser, a BYPASSRLS role, an owner of tables, or a role
    that inherits the maintenance role.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, "
            "EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "        AND relkind IN ('r', 'p') AND relowner = r.oid), "
            "pg_has_role(oid, %s, 'USAGE') FROM pg_roles r WHERE rolname = current_user",
            [MAINTENANCE_ROLE],
        )
        bypasses, owns, inherits = cursor.fetchone()
    if bypasses or owns or inherits:
        raise ImproperlyConfigured(
            "DATABASE_URL must name a role that row security binds: no superuser, no BYPASSRLS, "
            "no owner of the tables, no inherited maintenance role. See docs/operators.md."
        )
