"""Creates the application's database and its roles on a PostgreSQL server.

Embedded servers, tests and docker-compose all come through here, so that there is one definition
of who may do what: ``prm/roles.sql``. On a server of your own::

    PRM_POSTGRES_ADMIN_URL=postgres://admin:…@host/postgres python -m prm.roles

takes the passwords and the database name from DATABASE_URL and DATABASE_OWNER_URL.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

ROLES_SQL = Path(__file__).with_name("roles.sql")
_LOCK = 7_071_998


def with_database(url: str, name: str) -> str:
    """The same server and log-in, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def create_database(admin_url: str, name: str, *, template: str | None = None) -> None:
    """Creates the database unless it is there; ``template`` is copied, rows and all."""
    connection = psycopg2.connect(admin_url)
    try:
        connection.autocommit = True  # CREATE DATABASE refuses to run in a transaction
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return
            statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            if template:
                statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            cursor.execute(statement)
    finally:
        connection.close()


def prepare_database(
    admin_url: str,
    name: str,
    *,
    passwords: Mapping[str, str] | None = None,
    template: str | None = None,
) -> None:
    """Makes database ``name`` with roles and grants; safe to repeat.

    ``admin_url`` is a superuser's log-in to any database of the server; ``passwords`` maps a role
    name to the password that it gets.
    """
    with _one_at_a_time(admin_url):
        create_database(admin_url, name, template=template)
        _apply(with_database(admin_url, name), passwords or {})


@contextlib.contextmanager
def _one_at_a_time(admin_url: str) -> Iterator[None]:
    """Two at once would trip over the same row of the role catalogue."""
    connection = psycopg2.connect(admin_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        connection.commit()
        yield
    finally:
        connection.close()


def _apply(url: str, passwords: Mapping[str, str]) -> None:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(ROLES_SQL.read_text(encoding="utf-8"))
            for role, password in passwords.items():
                cursor.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(role)), [password]
                )
    finally:
        connection.close()


def main(environ: Mapping[str, str]) -> int:
    """Prepares the server that the environment names; returns the exit code."""
    missing = [
        key
        for key in ("PRM_POSTGRES_ADMIN_URL", "DATABASE_URL", "DATABASE_OWNER_URL")
        if not environ.get(key)
    ]
    if missing:
        sys.stderr.write(f"Set {', '.join(missing)} first (docs/operators.md says how).\n")
        return 2
    app, owner = urlsplit(environ["DATABASE_URL"]), urlsplit(environ["DATABASE_OWNER_URL"])
    passwords = {
        unquote(login.username): unquote(login.password)
        for login in (app, owner)
        if login.username and login.password
    }
    unknown = sorted(set(passwords) - {"prm_app", "prm_owner"})
    if unknown:
        sys.stderr.write(
            f"DATABASE_URL must log in as prm_app and DATABASE_OWNER_URL as prm_owner, "
            f"not as {', '.join(unknown)}.\n"
        )
        return 2
    prepare_database(
        environ["PRM_POSTGRES_ADMIN_URL"], unquote(app.path.lstrip("/")), passwords=passwords
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
