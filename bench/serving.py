"""The web server on a processor of its own, the load and PostgreSQL on the other."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg2

from prm.launcher import WEB_THREADS

ROOT = Path(__file__).resolve().parent.parent
SERVER, OTHERS = {0}, {1}
START_SECONDS = 60


@contextlib.contextmanager
def serving(
    application: str, environ: Mapping[str, str] | None = None, *, threads: int = WEB_THREADS
) -> Iterator[int]:
    """The port of granian with one worker on its own processor, as `make run` starts it."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1"]
    command += ["--blocking-threads", str(threads)]
    command += ["--log-level", "warning", application]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | dict(environ or {}),
        preexec_fn=lambda: _pin(0, SERVER),  # noqa: PLW1509  one plain system call
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """This process and the database's on the other processor, where the machine has several."""
    before = os.sched_getaffinity(0)
    _pin(0, OTHERS)
    _pin(_postmaster(), OTHERS)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _pin(pid: int, processors: set[int]) -> None:
    """Keep a process on these processors; children made later stay there too."""
    if processors <= os.sched_getaffinity(0) | SERVER | OTHERS and (os.cpu_count() or 1) > 1:
        with contextlib.suppress(PermissionError):
            os.sched_setaffinity(pid, processors)


def _postmaster() -> int:
    server = psycopg2.connect(os.environ["PRM_BENCH_POSTGRES"])
    with server, server.cursor() as cursor:
        cursor.execute("SELECT pg_read_file('postmaster.pid')")
        found = cursor.fetchone()
    server.close()
    assert found is not None
    return int(found[0].split("\n", 1)[0])


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"granian ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("granian does not answer")
