"""Keeps child processes running until told to stop them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from prm.embedded.processes import LOG_KEPT_BYTES, command_line, die_with_parent

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LEFTOVER_SECONDS = 15.0


class Child:
    """One process that is started again whenever it ends, ever later when it ends at once."""

    def __init__(
        self, name: str, command: Sequence[str], log: Path, *, stop_seconds: float
    ) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.stop_seconds = stop_seconds
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_again_at = 0.0
        self.pause = FIRST_PAUSE_SECONDS

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def start(self, environ: Mapping[str, str], cwd: Path) -> None:
        """Starts it in a group of its own: Ctrl-C reaches only us, and we choose the order."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LOG_KEPT_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                list(self.command),
                cwd=cwd,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - plain system calls
            )
        self.started_at = time.monotonic()

    def ask_to_stop(self) -> None:
        """Sends the polite signal and returns at once."""
        if self.process is not None and self.running:
            self.process.terminate()

    def finish(self) -> None:
        """Waits for the end, then makes sure of it, children included."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=self.stop_seconds)
        self.end_group()
        self.process.wait()

    def end_group(self) -> None:
        """kill -9 for whatever is left of the process and its children."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def how_it_ended(self) -> str:
        """For the person at the terminal."""
        code = self.process.returncode if self.process is not None else None
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


class Supervisor:
    """Starts children in order, watches them, stops them in the same order."""

    def __init__(self, cwd: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.cwd = cwd
        self.environ = dict(environ)
        self.say = say
        self.children: list[Child] = []

    def add(self, child: Child) -> None:
        """Starts one more."""
        self.children.append(child)
        child.start(self.environ, self.cwd)

    @property
    def pids(self) -> list[int]:
        """Process ids of those that run; each leads a group."""
        return [child.process.pid for child in self.children if child.process and child.running]

    def look(self) -> bool:
        """One round: notes who ended and starts again who has paused enough; true if it did."""
        now = time.monotonic()
        changed = False
        for child in self.children:
            if child.running:
                continue
            if not child.start_again_at:
                child.end_group()
                if now - child.started_at > STEADY_SECONDS:
                    child.pause = FIRST_PAUSE_SECONDS
                child.start_again_at = now + child.pause
                self.say(
                    f"{child.name} ended ({child.how_it_ended()}); starting it again "
                    f"in {child.pause:.0f} s. See {child.log}"
                )
                child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)
            elif now >= child.start_again_at:
                child.start_again_at = 0.0
                child.start(self.environ, self.cwd)
                changed = True
        return changed

    def restart_all(self, environ: Mapping[str, str]) -> None:
        """For when the addresses that the children were given no longer hold."""
        self.environ = dict(environ)
        self.stop()
        for child in self.children:
            child.start(self.environ, self.cwd)

    def stop(self) -> None:
        """Stops all: first the one that takes work in, then those that do it."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.finish()


def end_leftovers(pids: Sequence[int]) -> None:
    """Ends children of an earlier supervisor that was killed, once they had time to do it alone."""
    ours = [pid for pid in pids if _is_ours(pid)]
    deadline = time.monotonic() + LEFTOVER_SECONDS
    for pid in ours:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    while any(_is_ours(pid) for pid in ours) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in ours:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _is_ours(pid: int) -> bool:
    """By its command line: after a reboot the same id may be anybody's."""
    line = command_line(pid)
    return sys.executable in line and ("granian" in line or "celery" in line)
