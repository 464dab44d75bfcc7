"""Children are started again when they end, and ended when told."""

import os
import sys
import time
from pathlib import Path

import pytest

from prm import supervisor
from prm.embedded.processes import command_line
from prm.supervisor import Child, Supervisor

FAMILY = """
import os, time
if os.fork():
    print("two of us", flush=True)
time.sleep(60)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def team(said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.05)
    return Supervisor(tmp_path, os.environ, said.append)


def child(tmp_path: Path, code: str, stop_seconds: float = 5) -> Child:
    made = Child("part", [sys.executable, "-c", code], tmp_path / "log", stop_seconds=stop_seconds)
    made.pause = 0.05
    return made


def look_until(team: Supervisor, times: int) -> None:
    deadline = time.monotonic() + 10
    while times and time.monotonic() < deadline:
        times -= team.look()
        time.sleep(0.01)
    assert not times


def members(group: int) -> int:
    count = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, of = entry.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        count += int(of) == group and state != "Z"
    return count


def wait_for_end(group: int) -> None:
    """A process that was killed is gone a moment later."""
    deadline = time.monotonic() + 10
    while members(group):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_child_is_started_again_and_its_own_children_end(
    team: Supervisor, said: list[str], tmp_path: Path
) -> None:
    team.add(child(tmp_path, FAMILY))
    (first,) = team.pids
    while not (tmp_path / "log").read_text():
        time.sleep(0.01)
    assert members(first) == 2
    os.kill(first, 9)
    look_until(team, 1)
    (second,) = team.pids
    assert second != first
    assert "part ended (signal 9)" in said[0]
    wait_for_end(first)
    team.stop()
    wait_for_end(second)


def test_one_that_ends_at_once_is_tried_ever_later(
    team: Supervisor, said: list[str], tmp_path: Path
) -> None:
    team.add(child(tmp_path, "raise SystemExit(3)"))
    look_until(team, 3)
    team.stop()
    assert all("exit code 3" in line for line in said)
    assert team.children[0].pause >= 0.05 * 2**3


def test_one_that_will_not_stop_is_killed(team: Supervisor, tmp_path: Path) -> None:
    team.add(child(tmp_path, DEAF, stop_seconds=0.2))
    (pid,) = team.pids
    while not (tmp_path / "log").read_text():
        time.sleep(0.01)
    team.stop()
    assert command_line(pid) == ""


def test_a_process_that_is_not_ours_is_left_alone() -> None:
    supervisor.end_leftovers([os.getpid(), 2**22 + 1])
