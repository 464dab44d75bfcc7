"""What `make run` starts, until Ctrl-C: servers, migrations, demo data, web, shipper, worker, beat.

One process of this kind per ``var`` directory. It keeps running what it started, stops all of it
in order, and clears up after one that was killed.
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

from prm.embedded import AlreadyRunning, ServerFailed, Services, start
from prm.embedded.processes import die_with_parent, end_with_parent
from prm.supervisor import Child, Supervisor, end_leftovers

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8000
WEB_START_SECONDS = 60.0
LOOK_SECONDS = 0.5
WORKER_STOP_SECONDS = 30.0
MOST_WEB_PROCESSES = 4
WEB_THREADS = 8  # so that a slow visitor's upload or download does not hold up the others


class Refused(Exception):
    """Cannot start; the message says why and what to do."""


class Stop(BaseException):
    """A signal asked to stop; no handler for mere errors may swallow it."""


def say(text: str) -> None:
    """A line for the person at the terminal."""
    with contextlib.suppress(OSError):  # the terminal may be gone; the shutdown goes on
        print(text, flush=True)


def main(environ: Mapping[str, str]) -> int:
    """Runs the product; returns the exit code."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _raise_stop)
    if environ.get("PRM_END_WITH_PARENT"):
        end_with_parent(signal.SIGTERM)  # `make` killed outright must not leave us behind
    var_dir = Path(environ.get("PRM_VAR_DIR") or ROOT / "var").resolve()
    try:
        port = _port(environ)
        _clear_up(var_dir)
        _require_free(port)
        with _only_one(var_dir):
            _run(var_dir, port, environ)
    except (Refused, AlreadyRunning, ServerFailed) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except Stop:
        return 0
    return 0


def _raise_stop(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def _port(environ: Mapping[str, str]) -> int:
    text = environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refused(f"Port {port} needs root. Choose another: PORT=8001 make run") from None
        except OSError:
            other = port + 1 if port < 65535 else 8001
            raise Refused(
                f"Port {port} is taken by another program. Choose another: PORT={other} make run"
            ) from None


def _clear_up(var_dir: Path) -> None:
    """Says so when the product runs from here already; ends what a killed launcher left behind."""
    notes = var_dir / "run.json"
    try:
        found = json.loads(notes.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return
    with (var_dir / "launcher.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"It runs already, at {found.get('url')} (process {found.get('launcher')})."
            ) from None
        end_leftovers(found.get("children", []))
        notes.unlink(missing_ok=True)


@contextlib.contextmanager
def _only_one(var_dir: Path) -> Iterator[None]:
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "launcher.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"It is being started from {var_dir} already.") from None
        yield


def _run(var_dir: Path, port: int, given: Mapping[str, str]) -> None:
    environ = _base_environ(var_dir, port, given)
    services: Services | None = None
    supervisor = Supervisor(ROOT, environ, say)
    try:
        if missing := [name for name in ("DATABASE_URL", "REDIS_URL") if not given.get(name)]:
            say("Starting " + _listed(missing))
            services = start(
                var_dir,
                with_postgres="DATABASE_URL" in missing,
                with_redis="REDIS_URL" in missing,
            )
            environ |= services.environ
        say("Bringing the database up to date")
        logins = _prepare(environ)
        supervisor.environ = environ
        web, *others = _children(var_dir, port)
        supervisor.add(web)
        _note(var_dir, environ, supervisor)
        _wait_for_web(environ["PRM_BASE_URL"], port, supervisor)
        say(f"\nRunning at {environ['PRM_BASE_URL']} (Ctrl-C stops it; logs: {var_dir / 'log'})\n")
        say(logins)
        for child in others:
            supervisor.add(child)
            _note(var_dir, environ, supervisor)
        _watch(var_dir, environ, supervisor, services)
    finally:
        _stop(var_dir, supervisor, services)


def _stop(var_dir: Path, supervisor: Supervisor, services: Services | None) -> None:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)  # a second Ctrl-C must not cut the shutdown short
    say("\nStopping")
    supervisor.stop()
    if services:
        services.stop()
    (var_dir / "run.json").unlink(missing_ok=True)
    say("Stopped")


def _listed(missing: list[str]) -> str:
    names = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Redis"}
    return " and ".join(names[name] for name in missing)


def _base_environ(var_dir: Path, port: int, given: Mapping[str, str]) -> dict[str, str]:
    return {
        "PRM_BASE_URL": f"http://localhost:{port}",
        "PRM_SECRET_KEY": given.get("PRM_SECRET_KEY") or _secret(var_dir / "secret"),
        **given,
        "PRM_VAR_DIR": str(var_dir),
        "PYTHONUNBUFFERED": "1",
    }


def _secret(path: Path) -> str:
    """Made once, readable by us only."""
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def _prepare(environ: Mapping[str, str]) -> str:
    """Migrates and loads the demo seller, told on our terminal; returns the demo log-ins."""
    reading, writing = os.pipe()
    command = [sys.executable, "manage.py", "prepare"]
    if environ.get("PRM_DEMO", "1") != "0":
        command += ["--demo-logins", f"/dev/fd/{writing}"]
    with os.fdopen(reading, encoding="utf-8") as logins:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            pass_fds=[writing],
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - plain system calls
        )
        os.close(writing)
        try:
            code = process.wait()
        except Stop:
            process.terminate()
            process.wait()
            raise
        if code:
            raise Refused("The database could not be prepared; the message stands above.")
        return logins.read()


def _children(var_dir: Path, port: int) -> list[Child]:
    logs = var_dir / "log"
    for directory in (logs, var_dir / "static"):
        directory.mkdir(parents=True, exist_ok=True)
    python = sys.executable
    web = [
        python,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    processes = min(os.cpu_count() or 1, MOST_WEB_PROCESSES)
    web += ["--workers", str(processes), "--blocking-threads", str(WEB_THREADS)]
    web += ["--respawn-failed-workers", "prm.wsgi:application"]
    worker = [python, "-m", "celery", "-A", "prm", "worker", "--loglevel", "INFO"]
    worker += ["--concurrency", "2", "--without-gossip", "--without-mingle"]
    beat = [python, "-m", "celery", "-A", "prm", "beat", "--loglevel", "INFO"]
    beat += ["--schedule", str(var_dir / "beat-schedule"), "--pidfile", ""]
    shipper = [python, "manage.py", "ship_clicks"]
    return [
        Child("web", web, logs / "web.log", stop_seconds=10),
        Child("shipper", shipper, logs / "shipper.log", stop_seconds=10),
        Child("beat", beat, logs / "beat.log", stop_seconds=5),
        Child("worker", worker, logs / "worker.log", stop_seconds=WORKER_STOP_SECONDS),
    ]


def _note(var_dir: Path, environ: Mapping[str, str], supervisor: Supervisor) -> None:
    """What the next start needs to know should this one be killed."""
    notes = {"url": environ["PRM_BASE_URL"], "launcher": os.getpid(), "children": supervisor.pids}
    unfinished = var_dir / "run.json.new"
    unfinished.write_text(json.dumps(notes), encoding="utf-8")
    unfinished.replace(var_dir / "run.json")


def _wait_for_web(base_url: str, port: int, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + WEB_START_SECONDS
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz")
    while time.monotonic() < deadline:
        with contextlib.suppress(urllib.error.HTTPError, OSError):
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310
            return
        supervisor.look()
        time.sleep(0.1)
    raise Refused(f"The web server does not answer at {base_url}; see {supervisor.children[0].log}")


def _watch(
    var_dir: Path, environ: dict[str, str], supervisor: Supervisor, services: Services | None
) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        if services and services.revive(say):
            services.write_file()
            if any(environ.get(name) != url for name, url in services.environ.items()):
                environ |= services.environ
                supervisor.restart_all(environ)
            _note(var_dir, environ, supervisor)
        if supervisor.look():
            _note(var_dir, environ, supervisor)


if __name__ == "__main__":
    sys.exit(main(os.environ))
