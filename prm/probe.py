"""Health checks that containers run.

``python -m prm.probe web | worker | beat SCHEDULE | shipper SPOOL``. Exit code 0 when the part is
well; the message says what is not.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from prm.celery import app

WEB_SECONDS = 4.0
WORKER_SECONDS = 8.0
BEAT_SILENT_SECONDS = 600.0
SHIPPER_SILENT_SECONDS = 60.0


def web(environ: Mapping[str, str]) -> str | None:
    """Asks the web server of this container; None when it can serve."""
    port = environ.get("PORT") or "8000"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz")
    # the server answers to its public name only
    if host := urlsplit(environ.get("PRM_BASE_URL", "")).hostname:
        request.add_header("Host", host)
    try:
        urllib.request.urlopen(request, timeout=WEB_SECONDS).close()  # noqa: S310 - ourselves
    except (urllib.error.URLError, OSError) as error:
        return f"web does not answer: {error}"
    return None


def worker(_environ: Mapping[str, str]) -> str | None:
    """Pings the worker of this container through the broker; None when it answers."""
    name = f"celery@{socket.gethostname()}"
    if app.control.inspect([name], timeout=WORKER_SECONDS).ping():
        return None
    return f"{name} does not answer"


def beat(schedule: Path) -> str | None:
    """Beat writes its schedule every few minutes while it lives; None when it did lately."""
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    if written and time.time() - max(written) < BEAT_SILENT_SECONDS:
        return None
    return "beat has not written its schedule lately"


def shipper(spool: Path) -> str | None:
    """The shipper touches its lock file while it goes round, the database being there or not."""
    lock = spool / "shipper.lock"
    if lock.exists() and time.time() - lock.stat().st_mtime < SHIPPER_SILENT_SECONDS:
        return None
    return "the shipper has not gone round lately"


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Runs one check; returns the exit code."""
    match list(arguments):
        case ["web"]:
            problem = web(environ)
        case ["worker"]:
            problem = worker(environ)
        case ["beat", schedule]:
            problem = beat(Path(schedule))
        case ["shipper", spool]:
            problem = shipper(Path(spool))
        case _:
            problem = "say: web, worker, beat and its schedule file, or shipper and its spool"
    if problem:
        sys.stderr.write(f"{problem}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
