"""The database refuses: row security, grants and tenant keys, read from the catalogue and tried."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg2 import extensions

from campaigns.models import Program
from partners.models import Partner
from prm.fields import TenantForeignKey
from sellers import row_security
from sellers.models import Seller, Staff
from sellers.scope import current_seller_id, maintenance_scope, seller_scope
from tests.cast import Team, make_team

UNPROTECTED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
              AND a.attname = 'seller_id' AND NOT a.attisdropped)
  AND NOT (c.relrowsecurity AND EXISTS (
      SELECT 1 FROM pg_policy p JOIN pg_roles r ON r.oid = ANY(p.polroles)
      WHERE p.polrelid = c.oid AND r.rolname = 'prm_app' AND p.polcmd = '*'
        AND pg_get_expr(p.polqual, p.polrelid) LIKE '%%seller_id = %%prm.seller%%'
        AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%%seller_id = %%prm.seller%%'))
ORDER BY 1
"""


@contextmanager
def as_owner() -> Iterator[extensions.connection]:
    """A connection of the tables' owner whose work is undone at the end."""
    owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        yield owner
    finally:
        owner.rollback()
        owner.close()


def unprotected(of: extensions.connection) -> list[str]:
    """Tables with seller_id that no policy guards for the app's role."""
    with of.cursor() as cursor:
        cursor.execute(UNPROTECTED)
        return [name for (name,) in cursor.fetchall()]


@pytest.fixture(scope="module")
def two_teams() -> tuple[Team, Team]:
    """Two sellers who must not see each other."""
    return make_team(name="Kopi Utara"), make_team(name="Kopi Selatan")


def test_every_table_with_seller_id_has_a_policy() -> None:
    with as_owner() as owner:
        assert unprotected(owner) == []
        with owner.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_policies WHERE policyname = 'own_seller'")
            row = cursor.fetchone()
    tenant_models = [
        model
        for model in apps.get_models()
        if any(field.attname == "seller_id" for field in model._meta.concrete_fields)
    ]
    assert row == (len(tenant_models) + 1,)  # and the table of sellers itself


def test_a_dropped_policy_is_caught() -> None:
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("DROP POLICY own_seller ON tracking_sale")
        assert unprotected(owner) == ["tracking_sale"]


def test_a_new_table_without_policy_is_caught() -> None:
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE forgotten (id int, seller_id uuid)")
        assert unprotected(owner) == ["forgotten"]


def test_every_key_between_tenants_tables_carries_the_seller() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        present = {name for (name,) in cursor.fetchall()}
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, TenantForeignKey):
                assert f"{model._meta.db_table}_{field.column}_tenant" in present


def test_no_plain_foreign_key_leads_to_a_tenants_table() -> None:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            target = field.related_model
            if target is None or isinstance(target, str) or isinstance(field, TenantForeignKey):
                continue
            columns = {column.attname for column in target._meta.concrete_fields}
            assert "seller_id" not in columns, f"{model.__name__}.{field.name}"


def test_a_scope_shows_one_seller(two_teams: tuple[Team, Team]) -> None:
    first, second = two_teams
    with seller_scope(first.id):
        assert list(Seller.objects.all()) == [first.seller]
        assert set(Staff.objects.values_list("seller", flat=True)) == {first.id}
        assert not Seller.objects.filter(pk=second.id).exists()
        with seller_scope(second.id):
            assert list(Seller.objects.all()) == [second.seller]
        assert current_seller_id() == first.id


def test_no_scope_raises_instead_of_showing_nothing(two_teams: tuple[Team, Team]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Seller.objects.exists()
    with two_teams[0].scope():
        assert Seller.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Seller.objects.exists()


def test_an_error_inside_a_scope_closes_it(two_teams: tuple[Team, Team]) -> None:
    with pytest.raises(RuntimeError), two_teams[0].scope():
        raise RuntimeError
    with pytest.raises(LookupError):
        current_seller_id()


def test_the_maintenance_role_sees_all_and_ends(two_teams: tuple[Team, Team]) -> None:
    with two_teams[0].scope():
        with maintenance_scope():
            assert Seller.objects.filter(pk__in=[team.id for team in two_teams]).count() == 2
        assert Seller.objects.count() == 1


def test_another_sellers_row_cannot_be_written(two_teams: tuple[Team, Team]) -> None:
    first, second = two_teams
    with pytest.raises(DatabaseError), first.scope():
        Partner.objects.create(seller=second.seller, name="Planted")
    with first.scope():
        partner = Partner.objects.create(seller=first.seller, name="Own")
    with second.scope():
        assert Partner.objects.filter(pk=partner.pk).update(name="Stolen") == 0
        assert Partner.objects.filter(pk=partner.pk).delete()[0] == 0


def test_a_key_to_another_sellers_row_is_refused(two_teams: tuple[Team, Team]) -> None:
    first, second = two_teams
    with second.scope():
        program = Program.objects.create(
            seller=second.seller,
            name="Theirs",
            slug="theirs",
            currency="EUR",
            landing_url="https://example.com/",
        )
        partner = Partner.objects.create(seller=second.seller, name="Theirs")
    with pytest.raises(IntegrityError), first.scope():
        _enroll(first, program, partner)


def _enroll(team: Team, program: Program, partner: Partner) -> None:
    apps.get_model("campaigns", "Enrollment").objects.create(
        seller_id=team.id, program_id=program.pk, partner_id=partner.pk
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activity_event SET verb = 'x'",
        "DELETE FROM activity_event",
        "TRUNCATE activity_chainlink",
        "UPDATE ledger_transfer SET amount_minor = 1",
        "DELETE FROM ledger_transfer",
        "UPDATE ledger_account SET credits_minor = 0",
    ],
)
@pytest.mark.parametrize("role", ["prm_app", "prm_maintenance"])
def test_history_cannot_be_rewritten(
    two_teams: tuple[Team, Team], role: str, statement: str
) -> None:
    with (
        pytest.raises(DatabaseError, match=r"permission denied|append-only"),
        two_teams[0].scope(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET LOCAL ROLE {role}; {statement}")


def test_the_owner_cannot_rewrite_history_either() -> None:
    for table in ("activity_event", "activity_chainlink", "ledger_transfer"):
        with (
            as_owner() as owner,
            owner.cursor() as cursor,
            pytest.raises(psycopg2.Error, match="append-only"),
        ):
            cursor.execute(f"DELETE FROM {table}")


def test_the_app_refuses_roles_that_policies_do_not_bind() -> None:
    row_security.require_bound_role()
    with (
        pytest.raises(ImproperlyConfigured, match="role that row security binds"),
        maintenance_scope(),
    ):
        row_security.require_bound_role()
