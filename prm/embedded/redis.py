"""One Redis server on a loopback port behind a random password, append-only."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
from pathlib import Path

import redis

from prm.embedded import processes
from prm.embedded.account import Account, make_private
from prm.embedded.errors import ServerFailed

START_SECONDS = 30
STOP_SECONDS = 20
LEFTOVER_SECONDS = 10
PORT_ATTEMPTS = 5


class Redis:
    """Owns ``home/redis``. Port and password stay the same from start to start where they can."""

    def __init__(self, home: Path, program: Path, account: Account, *, durable: bool) -> None:
        self.home = home
        self.data = home / "redis"
        self.log = home / "redis.log"
        self.config = home / "redis.conf"
        self.notes = home / "redis.json"
        self.program = program
        self.account = account
        self.durable = durable
        self.port = 0
        self.password = ""
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: int = 0) -> str:
        """A client's address of one of the server's numbered databases."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

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
        """Process id of the running server."""
        return self._running.pid

    def start(self) -> None:
        """Starts the server and waits until it answers, its append-only file read."""
        make_private(self.data, self.account)
        self._recall()
        for _ in range(PORT_ATTEMPTS):
            # between finding a free port and taking it, somebody else may
            if self.port == 0 or not _is_free(self.port):
                self.port = _free_port()
            self._write_config()
            self.process = processes.spawn(
                [self.program, self.config],
                account=self.account,
                cwd=self.data,
                log=self.log,
                death_signal=signal.SIGTERM,
            )
            if processes.wait_until(self._answers, self.process, seconds=START_SECONDS):
                self._remember()
                return
            self.stop()
            if "Address already in use" not in processes.end_of(self.log):
                break
            self.port = 0
        raise ServerFailed(f"Redis did not start. {self.log} ends:\n{processes.end_of(self.log)}")

    def stop(self) -> None:
        """Lets the server flush its append-only file and exit."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM, seconds=STOP_SECONDS)

    def kill(self) -> None:
        """kill -9, for tests of what then happens."""
        self._running.kill()
        self._running.wait()

    def _recall(self) -> None:
        notes: dict[str, object] = {}
        with contextlib.suppress(FileNotFoundError, ValueError):
            notes = json.loads(self.notes.read_text(encoding="utf-8"))
        pid, port, password = notes.get("pid"), notes.get("port"), notes.get("password")
        if isinstance(pid, int) and self.process is None:
            processes.stop_leftover(pid, str(self.config), signal.SIGTERM, seconds=LEFTOVER_SECONDS)
        self.port = port if isinstance(port, int) else 0
        self.password = password if isinstance(password, str) else secrets.token_urlsafe(32)

    def _remember(self) -> None:
        notes = {"pid": self.pid, "port": self.port, "password": self.password}
        _write_private(self.notes, json.dumps(notes), self.account)

    def _write_config(self) -> None:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            "protected-mode yes",
            "daemonize no",
            "set-proc-title no",  # the command line tells our server from others
            "databases 64",
            f"dir {_quoted(self.data)}",
            "appendonly yes",
            f"appendfsync {'everysec' if self.durable else 'no'}",
            'save ""',
            # a broker that forgets under pressure would lose work: it must refuse instead
            "maxmemory-policy noeviction",
        ]
        _write_private(self.config, "\n".join(lines) + "\n", self.account)

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url(), socket_connect_timeout=1, socket_timeout=1)
        with contextlib.suppress(redis.RedisError):
            return bool(client.ping())
        return False


def _quoted(path: Path) -> str:
    text = os.fspath(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _write_private(path: Path, text: str, account: Account) -> None:
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(text)
    account.own(unfinished)
    unfinished.replace(path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # as Redis does: connections just closed there do not count
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
