"""make bench: servers of our own, migrated, then measuring in a process that knows them."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from prm.embedded import start
from prm.embedded.services import DATABASE

ROOT = Path(__file__).resolve().parent.parent
MEASURE = "import django; django.setup(); from bench.report import main; main()"


def main() -> int:
    """Returns the exit code of the measuring process."""
    with (
        tempfile.TemporaryDirectory(prefix="prm-bench-") as directory,
        start(Path(directory), kept=False) as services,
    ):
        environ = os.environ | services.environ
        environ |= {
            "DJANGO_SETTINGS_MODULE": "prm.settings",
            "PRM_SECRET_KEY": "only-for-measuring",
            "PRM_VAR_DIR": directory,
            "PRM_BENCH_REPORT": str(ROOT / "var" / "bench.json"),
            "PRM_BENCH_POSTGRES": services.postgres.url(database=DATABASE)
            if services.postgres
            else "",
            "PRM_LOG_LEVEL": "WARNING",
        }
        if services.postgres is not None:
            environ["PRM_BENCH_POSTGRES"] = services.postgres.url(database=DATABASE)
        migrate = ["manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
        subprocess.run([sys.executable, *migrate], cwd=ROOT, env=environ, check=True)
        command = [sys.executable, "-c", MEASURE, *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
