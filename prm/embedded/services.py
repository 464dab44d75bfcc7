"""Both servers as one thing: started, described in services.json, stopped."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from prm.embedded import account as accounts
from prm.embedded import binaries
from prm.embedded.errors import AlreadyRunning
from prm.embedded.postgres import Postgres
from prm.embedded.redis import Redis
from prm.roles import prepare_database

DATABASE = "prm"
SERVICES_FILE = "services.json"


@dataclass
class Services:
    """Running servers. ``environ`` is what web, workers and manage.py need to reach them."""

    var_dir: Path
    home: Path
    postgres: Postgres | None
    redis: Redis | None
    kept: bool
    lock: IO[str]

    @property
    def environ(self) -> dict[str, str]:
        """The URLs of those servers that we run, by the name of their environment variable."""
        found: dict[str, str] = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url("prm_app", DATABASE)
            found["DATABASE_OWNER_URL"] = self.postgres.url("prm_owner", DATABASE)
        if self.redis:
            found["REDIS_URL"] = self.redis.url()
        return found

    def write_file(self) -> None:
        """Leaves the URLs where a manage.py started by hand finds them; readable by us only."""
        unfinished = self.var_dir / (SERVICES_FILE + ".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            json.dump(self.environ, output, indent=1)
        unfinished.replace(self.var_dir / SERVICES_FILE)

    def revive(self, say: Callable[[str], None]) -> bool:
        """Starts again what ended by itself; true if anything had. Redis may change its port."""
        revived = False
        for name, server in (("PostgreSQL", self.postgres), ("Redis", self.redis)):
            if server and not server.running:
                say(f"{name} ended; starting it again. See {server.log}")
                server.start()
                revived = True
        return revived

    def stop(self) -> None:
        """Stops both cleanly; data that is not to be kept goes too."""
        (self.var_dir / SERVICES_FILE).unlink(missing_ok=True)
        for server in (self.redis, self.postgres):
            if server:
                server.stop()
        if self.postgres:
            with contextlib.suppress(OSError):
                self.postgres.sockets.rmdir()
        if not self.kept:
            shutil.rmtree(self.home, ignore_errors=True)
            (self.var_dir / "embedded-home").unlink(missing_ok=True)
        self.lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    var_dir: Path,
    *,
    durable: bool = True,
    kept: bool = True,
    with_postgres: bool = True,
    with_redis: bool = True,
) -> Services:
    """Starts the servers of ``var_dir`` with roles and an (empty) database ``prm``.

    Raises AlreadyRunning when another live process runs them and ServerFailed when one will not
    start. ``kept=False`` removes the data on stop: for measuring. ``durable=False`` does so too and
    trades the data's safety for speed: for tests.
    """
    var_dir = var_dir.resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    lock = _take_lock(var_dir)
    kept = kept and durable
    account = accounts.server_account()
    accounts.remove_abandoned_trials(account)
    home = accounts.servers_home(var_dir, account, kept=kept)
    services = Services(var_dir, home, None, None, kept, lock)
    try:
        if with_postgres:
            sockets = accounts.socket_directory(home, account, kept=kept)
            bin_dir = binaries.postgres_bin(account)
            services.postgres = Postgres(home, sockets, bin_dir, account, durable=durable)
            services.postgres.start()
            prepare_database(services.postgres.url(), DATABASE)
        if with_redis:
            program = binaries.redis_server(account)
            services.redis = Redis(home, program, account, durable=durable)
            services.redis.start()
        services.write_file()
    except BaseException:
        services.stop()
        raise
    return services


def _take_lock(var_dir: Path) -> IO[str]:
    """An flock that ends with this process, however it ends."""
    lock = (var_dir / "embedded.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        pid = lock.read().strip() or "unknown"
        lock.close()
        raise AlreadyRunning(f"The servers of {var_dir} already run (process {pid}).") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
