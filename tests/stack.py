"""The product as it runs: web server, shipper and worker in processes of their own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from prm.embedded.processes import die_with_parent
from prm.embedded.redis import Redis

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
INBOUND = {
    "PRM_INBOUND_MAIL_ADDRESS": "reply@in.example.com",
    "PRM_INBOUND_MAIL_SECRET": "only-for-tests-inbound",
}
"""Answers by mail come in at `POST /hooks/mail`."""


class Part:
    """One process of the stack with the children it makes; may be killed and started again."""

    def __init__(
        self,
        name: str,
        command: list[str],
        environ: Mapping[str, str],
        log: Path,
        ready: Callable[["Part"], bool],
    ) -> None:
        self.name = name
        self.command = command
        self.environ = dict(environ)
        self.log = log
        self.ready = ready
        self.process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self.log_from = 0

    @property
    def pid(self) -> int:
        """Process id; the process leads a group with its children in it."""
        assert self.process is not None
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Starts the process and waits until it is ready; the log says why when it is not."""
        self._output = self.log.open("ab")
        self.log_from = self._output.tell()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - plain system calls
        )
        deadline = time.monotonic() + START_SECONDS
        while not self.ready(self):
            if not self.running or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"{self.name} did not start:\n{self.text()[-3000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it as an operator would."""
        if self.process is not None and self.running:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
        self._close()

    def kill(self) -> None:
        """kill -9 of the process and its children at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._close()

    def restart(self) -> None:
        """Stops if it runs, then starts."""
        self.stop()
        self.start()

    def text(self) -> str:
        """What it has printed since its last start."""
        return self.log.read_bytes()[self.log_from :].decode(errors="replace")

    def _close(self) -> None:
        if self._output is not None:
            self._output.close()
            self._output = None


class Stack:
    """Web, shipper and worker on the database and Redis of this test process."""

    def __init__(
        self, name: str, *, redis: Redis | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        self.redis = redis
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        logs = Path(os.environ["PRM_VAR_DIR"])
        self.environ: dict[str, str] = {
            **os.environ,
            "PRM_BASE_URL": self.url,
            "PORT": str(self.port),
            "PRM_SPOOL_DIR": str(logs / f"{name}-spool"),
            **INBOUND,
            **({"REDIS_URL": redis.url()} if redis else {}),
            **(environ or {}),
        }
        granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        granian += [
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--backpressure",
            "64",
        ]
        granian += ["prm.wsgi:application"]
        celery = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "prm",
            "worker",
            "--beat",
            "--concurrency",
            "1",
        ]
        celery += [
            "--schedule",
            str(logs / f"{name}-beat"),
            "--loglevel",
            "INFO",
            "--without-gossip",
            "--without-mingle",
        ]
        self.web = Part("web", granian, self.environ, logs / f"{name}-web.log", self._answers)
        ship = [sys.executable, "manage.py", "ship_clicks"]
        # nobody waits for it: what comes before it lies in the spool
        self.shipper = Part(
            "shipper", ship, self.environ, logs / f"{name}-shipper.log", lambda _part: True
        )
        self.worker = Part(
            "worker", celery, self.environ, logs / f"{name}-worker.log", _worker_ready
        )

    def start(self) -> None:
        """Starts all."""
        self.shipper.start()
        self.web.start()
        self.worker.start()

    def stop(self) -> None:
        """Stops all."""
        self.worker.stop()
        self.web.stop()
        self.shipper.stop()

    def manage(self, *arguments: str) -> str:
        """Runs manage.py beside the stack and returns what it prints; fails when it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environ,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def _answers(self, _part: Part) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False


def _worker_ready(part: Part) -> bool:
    return " ready." in part.text()


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
