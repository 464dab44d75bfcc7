"""Pytest plugin: a real PostgreSQL and a real Redis for the test run, ready before settings load.

The first process starts both servers and migrates one template database; every worker process
(pytest-xdist) copies it and takes a numbered Redis database of its own. Nothing outlives the run,
not even one that was killed. ``PRM_TEST_POSTGRES`` (a superuser's URL) and ``PRM_TEST_REDIS`` name
servers to use instead.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from psycopg2 import sql

from prm.embedded import Services, start
from prm.embedded.account import process_exists
from prm.embedded.processes import end_with_parent
from prm.roles import prepare_database, with_database

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "only-for-tests"
_running: list[Services] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Runs ahead of pytest-django, which reads the settings at this very point."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        end_with_parent(signal.SIGTERM)  # the first process killed outright takes us along
    else:
        _start_servers()
        _migrate_template()
    _use_own_copies(worker or "main")
    return (yield)


def pytest_unconfigure() -> None:
    """Ends what this process started."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    if "PRM_TEST_RUN" in os.environ:
        _drop_databases()
    for services in _running:
        services.stop()
    _running.clear()
    shutil.rmtree(os.environ["PRM_TEST_DIR"], ignore_errors=True)


def _start_servers() -> None:
    _remove_leftovers()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # it would make every start of the stack slow
    directory = Path(tempfile.mkdtemp(prefix=f"prm-test-{os.getpid()}-"))
    os.environ["PRM_TEST_DIR"] = str(directory)
    own_postgres = not os.environ.get("PRM_TEST_POSTGRES")
    own_redis = not os.environ.get("PRM_TEST_REDIS")
    # on a server that others use too, our databases carry the run's number
    if not own_postgres:
        os.environ["PRM_TEST_RUN"] = str(os.getpid())
    if own_postgres or own_redis:
        services = start(directory, durable=False, with_postgres=own_postgres, with_redis=own_redis)
        _running.append(services)
        if services.postgres:
            os.environ["PRM_TEST_POSTGRES"] = services.postgres.url()
        if services.redis:
            os.environ["PRM_TEST_REDIS"] = services.redis.url()
    os.environ |= {
        "PRM_SECRET_KEY": "only-for-tests",
        "PRM_DEBUG": "0",
        "PRM_BASE_URL": "http://localhost:8000",
        "PRM_SWEEP_SECONDS": "1",
        # playwright keeps an event loop in the main thread; Django would not work beside it
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        "DJANGO_SETTINGS_MODULE": "prm.settings",
    }


def _remove_leftovers() -> None:
    """Directories of runs that were killed."""
    for directory in Path(tempfile.gettempdir()).glob("prm-test-*-*"):
        pid = directory.name.split("-")[2]
        if pid.isdigit() and not process_exists(int(pid)):
            shutil.rmtree(directory, ignore_errors=True)


def database_name(suffix: str) -> str:
    """The run's database of that name: ``template``, or a worker's."""
    return f"prm_test{os.environ.get('PRM_TEST_RUN', '')}_{suffix}"


def database_urls(name: str) -> dict[str, str]:
    """Both log-ins to a database, as environment variables."""
    url = urlsplit(with_database(os.environ["PRM_TEST_POSTGRES"], name))
    place = url.netloc.rpartition("@")[2]
    return {
        variable: url._replace(netloc=f"{role}:{PASSWORD}@{place}").geturl()
        for variable, role in (("DATABASE_URL", "prm_app"), ("DATABASE_OWNER_URL", "prm_owner"))
    }


def make_database(suffix: str, *, template: str | None = None) -> dict[str, str]:
    """Creates a database of this run and returns the variables that lead to it."""
    name = database_name(suffix)
    passwords = {"prm_app": PASSWORD, "prm_owner": PASSWORD}
    source = database_name(template) if template else None
    prepare_database(os.environ["PRM_TEST_POSTGRES"], name, passwords=passwords, template=source)
    return database_urls(name)


def _migrate_template() -> None:
    environ = os.environ | make_database("template") | {"REDIS_URL": os.environ["PRM_TEST_REDIS"]}
    command = [
        sys.executable,
        "manage.py",
        "migrate",
        "--database",
        "owner",
        "--verbosity",
        "0",
        "--skip-checks",
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environ,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        for services in _running:
            services.stop()
        raise pytest.UsageError(f"The test database could not be migrated:\n{done.stdout}")


def redis_url(database: int) -> str:
    """A numbered database of the run's Redis."""
    return urlsplit(os.environ["PRM_TEST_REDIS"])._replace(path=f"/{database}").geturl()


def _use_own_copies(worker: str) -> None:
    number = int(worker.removeprefix("gw")) + 2 if worker.startswith("gw") else 1
    var_dir = Path(os.environ["PRM_TEST_DIR"]) / worker
    (var_dir / "static").mkdir(parents=True, exist_ok=True)  # else WhiteNoise warns in every test
    os.environ |= make_database(worker, template="template")
    os.environ |= {"REDIS_URL": redis_url(number), "PRM_VAR_DIR": str(var_dir)}
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()


def _drop_databases() -> None:
    connection = psycopg2.connect(os.environ["PRM_TEST_POSTGRES"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
                [database_name("")],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )
    finally:
        connection.close()
