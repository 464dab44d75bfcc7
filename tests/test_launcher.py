"""`make run` as a person meets it: up, refused twice, killed, up again, stopped."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from prm.embedded.account import ROOT_HOME
from prm.embedded.processes import command_line
from tests.services import ROOT, make_database
from tests.stack import free_port

UP_SECONDS = 120
STOP_SECONDS = 60


class Run:
    """One launcher, its output in a file."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "prm.launcher"],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def until(self, text: str) -> None:
        """Waits for a line that has ``text`` in it."""
        deadline = time.monotonic() + UP_SECONDS
        while text not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A database with tables in it, so that only starting and stopping takes time."""
    suffix = f"launcher_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    own = {"PORT": str(free_port()), "PRM_VAR_DIR": str(tmp_path / "its var"), "PRM_DEMO": "0"}
    taken = ("REDIS_URL", "PRM_SECRET_KEY", "PRM_BASE_URL")
    given = {name: value for name, value in os.environ.items() if name not in taken}
    yield given | make_database(suffix, template="template") | own
    note = tmp_path / "its var" / "embedded-home"
    if note.exists():  # as root the data lies elsewhere and would stay
        shutil.rmtree(ROOT_HOME / note.read_text())


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    started: list[Run] = []
    yield started
    for run in started:
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(timeout=STOP_SECONDS)


def wait_for_end(pids: list[int]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while any(command_line(pid) for pid in pids):
        assert time.monotonic() < deadline, [command_line(pid) for pid in pids]
        time.sleep(0.1)


def test_it_runs_once_survives_a_kill_and_stops_cleanly(
    environ: dict[str, str], runs: list[Run], tmp_path: Path
) -> None:
    var_dir, port = Path(environ["PRM_VAR_DIR"]), environ["PORT"]
    first = Run(environ, tmp_path / "first.log")
    runs.append(first)
    first.until(f"Running at http://localhost:{port}")
    urllib.request.urlopen(f"http://localhost:{port}/healthz").close()

    beside = Run(environ, tmp_path / "beside.log")
    assert beside.process.wait(timeout=UP_SECONDS) == 1
    assert f"It runs already, at http://localhost:{port}" in beside.log.read_text()

    left_behind = json.loads((var_dir / "run.json").read_text())["children"]
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()

    second = Run(environ, tmp_path / "second.log")
    runs.append(second)
    second.until(f"Running at http://localhost:{port}")
    wait_for_end(left_behind)
    urllib.request.urlopen(f"http://localhost:{port}/healthz").close()
    running = json.loads((var_dir / "run.json").read_text())["children"]

    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(timeout=STOP_SECONDS) == 0
    wait_for_end(running)
    assert second.log.read_text().endswith("Stopped\n")
    assert not (var_dir / "run.json").exists()
    assert not (var_dir / "services.json").exists()
