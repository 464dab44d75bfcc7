"""Starts server processes that do not outlive us, and ends those that did."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from prm.embedded.account import Account
from prm.embedded.errors import ServerFailed

LOG_KEPT_BYTES = 5_000_000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """For Popen's preexec_fn: Linux sends the child this signal when we die, even by kill -9.

    Elsewhere there is no such call; a server left over there is stopped by the next start.
    Start children from the main thread only: Linux takes the end of the starting thread for ours.
    """
    if _libc is None:
        return None
    prctl, parent = _libc.prctl, os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask


def end_with_parent(own_signal: signal.Signals) -> None:
    """Sends ourselves this signal when the process that started us dies (Linux only)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, own_signal)


def spawn(
    command: Sequence[str | Path],
    *,
    account: Account,
    cwd: Path,
    log: Path,
    death_signal: signal.Signals,
) -> subprocess.Popen[bytes]:
    """Starts a server as ``account`` in a process group of its own, writing to ``log``."""
    _shorten(log)
    with log.open("ab") as output:
        account.own(log)
        return subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=_environment(cwd),
            umask=0o077,
            # Ctrl-C at the terminal goes to the whole foreground group; servers must stop last
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509 - plain system calls
            user=account.uid if account.switch else None,
            group=account.gid if account.switch else None,
            extra_groups=[] if account.switch else None,
        )


def run(command: Sequence[str | Path], *, account: Account, cwd: Path) -> None:
    """Runs a command to its end as ``account``; raises ServerFailed with what it said."""
    done = subprocess.run(
        [os.fspath(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=_environment(cwd),
        umask=0o077,
        check=False,
        user=account.uid if account.switch else None,
        group=account.gid if account.switch else None,
        extra_groups=[] if account.switch else None,
    )
    if done.returncode:
        said = done.stdout.decode(errors="replace").strip()
        raise ServerFailed(f"{Path(command[0]).name} failed ({done.returncode}):\n{said}")


def _environment(home: Path) -> dict[str, str]:
    # PG* and LD_* of the caller must not reach servers that run as somebody else
    return {"PATH": os.defpath, "HOME": os.fspath(home), "LC_ALL": "C", "TZ": "UTC"}


def _shorten(log: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_KEPT_BYTES:
            log.replace(log.with_suffix(".log.1"))


def end_of(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for a message about a failure."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], *, seconds: float
) -> bool:
    """Polls until ``ready()``; false when the process ended or time ran out first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return False
        if ready():
            return True
        time.sleep(0.02)
    return False


def stop(process: subprocess.Popen[bytes], polite: signal.Signals, *, seconds: float) -> None:
    """Asks with ``polite``, waits, then kills."""
    if process.poll() is None:
        process.send_signal(polite)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def command_line(pid: int) -> str:
    """What a process was started with; empty when it is gone."""
    try:
        if Path("/proc/self/cmdline").exists():
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
            return raw.replace(b"\0", b" ").decode(errors="replace").strip()
        asked = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
        )
    except OSError:
        return ""
    return asked.stdout.strip()


def stop_leftover(pid: int, marker: str, polite: signal.Signals, *, seconds: float) -> None:
    """Ends a server of an earlier start that still runs.

    ``marker`` must occur in its command line: after a reboot the same id may be anybody's.
    """
    if marker not in command_line(pid):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, polite)
        deadline = time.monotonic() + seconds
        while marker in command_line(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        if marker in command_line(pid):
            os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)
