"""The servers that come with the product: started, described, kept apart, recovered."""

import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from prm import launcher
from prm.embedded import AlreadyRunning, Services, start
from prm.embedded.account import Account, socket_directory
from prm.embedded.processes import command_line
from prm.roles import prepare_database
from tests.services import ROOT

HOLD = """
import sys, time
from pathlib import Path
from prm.embedded import start
services = start(Path(sys.argv[1]))
print(services.postgres.pid, services.redis.pid, flush=True)
time.sleep(120)
"""


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    return tmp_path / "with a space" / "var"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with start(tmp_path_factory.mktemp("one for") / "all of them", durable=False) as running:
        yield running


def connect(services: Services, role: str = "prm_app") -> "psycopg2.extensions.connection":
    assert services.postgres
    return psycopg2.connect(services.postgres.url(role, "prm"))


def test_both_servers_answer_and_are_described(services: Services) -> None:
    with connect(services) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user, inet_server_addr()")
        assert cursor.fetchone() == ("prm_app", None)
    assert redis.Redis.from_url(services.environ["REDIS_URL"]).ping()
    written = services.var_dir / "services.json"
    assert json.loads(written.read_text()) == services.environ
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_redis_wants_its_password(services: Services) -> None:
    assert services.redis
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=services.redis.port, retry=Retry(NoBackoff(), 0)).ping()


def test_nobody_else_can_enter_the_directories(services: Services) -> None:
    assert services.postgres
    for path in (services.home, services.postgres.sockets, services.postgres.data):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_the_app_takes_maintenance_but_does_not_inherit_it(services: Services) -> None:
    with connect(services, "prm_owner") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id int)")
        cursor.execute("REVOKE ALL ON kept FROM prm_app")
    with connect(services) as connection, connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT FROM kept")
        connection.rollback()
        cursor.execute("SET LOCAL ROLE prm_maintenance")
        cursor.execute("SELECT FROM kept")
        connection.rollback()
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'prm%' AND (rolsuper OR rolbypassrls)"
        )
        assert cursor.fetchall() == []
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE mine (id int)")


def test_roles_can_be_prepared_again(services: Services) -> None:
    assert services.postgres
    prepare_database(services.postgres.url(), "prm")
    prepare_database(services.postgres.url(), "prm")


def test_a_second_start_of_the_same_directory_is_refused(services: Services) -> None:
    with pytest.raises(AlreadyRunning, match=str(os.getpid())):
        start(services.var_dir)


def test_redis_keeps_its_address_and_data_over_kill_and_restart(services: Services) -> None:
    assert services.redis
    before = services.redis.url()
    client = redis.Redis.from_url(before)
    client.set("kept", "yes")
    services.redis.kill()
    assert services.revive(lambda _text: None)
    assert services.redis.url() == before
    assert client.get("kept") == b"yes"


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's own")
def test_servers_end_with_a_killed_owner_and_the_data_stays(var_dir: Path) -> None:
    with start(var_dir) as running, connect(running, "prm_owner") as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        connection.commit()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(var_dir)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    with holder.stdout as output:
        pids = [int(pid) for pid in output.readline().split()]
    assert len(pids) == 2
    holder.kill()
    holder.wait()
    deadline = time.monotonic() + 20
    while any(command_line(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(command_line(pid) for pid in pids)
    home = None
    try:
        with start(var_dir) as running, connect(running, "prm_owner") as connection:
            home = running.home
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM kept")
                assert cursor.fetchall() == [(1,)]
    finally:
        if home is not None:
            subprocess.run(["rm", "-rf", str(home)], check=True)


def test_data_that_is_not_to_be_kept_goes_on_stop_though_it_was_durable(var_dir: Path) -> None:
    with start(var_dir, kept=False) as running:
        assert running.postgres
        with psycopg2.connect(running.postgres.url()) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW fsync")
            assert cursor.fetchall() == [("on",)]
        connection.close()
        assert running.home.is_dir()
    assert not running.home.exists()


def test_a_lock_file_of_a_server_long_gone_does_not_matter(var_dir: Path) -> None:
    with start(var_dir, durable=False) as running:
        assert running.postgres
        postgres = running.postgres
        postgres.stop()
        # our own id: alive, and certainly no PostgreSQL, as ids are after a reboot
        (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
        assert running.revive(lambda _text: None)


def test_a_socket_directory_that_somebody_else_may_enter_is_not_used(tmp_path: Path) -> None:
    account = Account(os.geteuid(), os.getegid(), switch=False)
    home = tmp_path / ("long" * 20)
    first = socket_directory(home, account, kept=True)
    assert socket_directory(home, account, kept=True) == first
    first.chmod(0o755)
    second = socket_directory(home, account, kept=True)
    assert second != first
    assert stat.S_IMODE(second.stat().st_mode) == 0o700
    first.rmdir()
    second.rmdir()


def launch(port: int, var_dir: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "PORT": str(port), "PRM_VAR_DIR": str(var_dir), **more}
    return subprocess.run(
        [sys.executable, "-m", "prm.launcher"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_taken_port_is_said_before_anything_is_touched(var_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = launch(port, var_dir)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert f"PORT={port + 1} make run" in done.stderr
    assert not var_dir.exists()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(launcher.Refused, match="PORT must be a number"):
        launcher._port({"PORT": port})


def test_the_secret_is_made_once_and_readable_by_us_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    made = launcher._secret(path)
    assert len(made) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert launcher._secret(path) == made
