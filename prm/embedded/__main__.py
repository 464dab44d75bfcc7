"""``python -m prm.embedded``: the servers alone, until Ctrl-C; for work with manage.py."""

import os
import signal
import sys
from pathlib import Path

from prm.embedded import AlreadyRunning, ServerFailed, start

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Starts, waits for a signal, stops; returns the exit code."""
    signals = {signal.SIGINT, signal.SIGTERM}
    var_dir = Path(os.environ.get("PRM_VAR_DIR") or ROOT / "var")
    try:
        services = start(var_dir)
    except (AlreadyRunning, ServerFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with services:
        for name, url in services.environ.items():
            sys.stdout.write(f"export {name}='{url}'\n")
        sys.stdout.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        signal.sigwait(signals)
    return 0


if __name__ == "__main__":
    sys.exit(main())
