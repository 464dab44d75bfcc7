"""One PostgreSQL server on a unix socket in a private directory; no TCP port at all."""

import contextlib
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg2

from prm.embedded import processes
from prm.embedded.account import Account
from prm.embedded.errors import ServerFailed

SUPERUSER = "postgres"
START_SECONDS = 60
STOP_SECONDS = 60
LEFTOVER_SECONDS = 30

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",  # compiling costs more than these short queries take
    "random_page_cost": "1.1",  # a solid-state disk reads anywhere as fast as in order
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "2000",
}
_FAST_AND_LOOSE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
}


class Postgres:
    """Owns ``home/postgres``; ``start()`` makes the cluster when there is none."""

    def __init__(
        self, home: Path, sockets: Path, bin_dir: Path, account: Account, *, durable: bool
    ) -> None:
        self.home = home
        self.data = home / "postgres"
        self.log = home / "postgres.log"
        self.sockets = sockets
        self.bin = bin_dir
        self.account = account
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """A log-in over the socket; only our account and root can reach it, so no password."""
        return f"postgres://{role}@/{database}?host={quote(str(self.sockets))}"

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise ServerFailed("The server was not started.")
        return self.process

    @property
    def running(self) -> bool:
        """Whether the server is there."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the running postmaster."""
        return self._running.pid

    def start(self) -> None:
        """Starts the server and waits until it takes queries."""
        self._make_cluster()
        self._clear_leftovers()
        options = _SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            options |= _FAST_AND_LOOSE
        command: list[str | Path] = [self.bin / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.process = processes.spawn(
            command, account=self.account, cwd=self.home, log=self.log, death_signal=signal.SIGINT
        )
        if not processes.wait_until(self._answers, self.process, seconds=START_SECONDS):
            self.stop()
            raise ServerFailed(
                f"PostgreSQL did not start. {self.log} ends:\n{processes.end_of(self.log)}"
            )

    def stop(self) -> None:
        """Fast shutdown: ends sessions, writes a checkpoint."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT, seconds=STOP_SECONDS)

    def _make_cluster(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        # under another name first: a run killed half way leaves no half-made cluster behind
        unfinished = self.home / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        command: list[str | Path] = [self.bin / "initdb", "-D", unfinished, "-U", SUPERUSER]
        command += ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        if not self.durable:
            command.append("--no-sync")
        processes.run(command, account=self.account, cwd=self.home)
        unfinished.rename(self.data)

    def _clear_leftovers(self) -> None:
        """Ends a server that outlived its launcher; forgets a lock file of one that is gone."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        processes.stop_leftover(pid, str(self.data), signal.SIGINT, seconds=LEFTOVER_SECONDS)
        if str(self.data) not in processes.command_line(pid):
            # after a reboot the id in the file may be anybody's, and the server would give up
            lock.unlink(missing_ok=True)

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url()).close()
            return True
        return False
