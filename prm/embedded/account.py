"""Which system account the servers run as, and where their files live.

PostgreSQL refuses to run as root. Started by root, the servers run as an account without rights,
with data under /var/lib/prm; started by anyone else, as that person, with data under ``var/``.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from prm.embedded.errors import ServerFailed

ROOT_HOME = Path("/var/lib/prm")
SYSTEM_ACCOUNT = "prm"
LONGEST_SOCKET_DIRECTORY = 60  # a socket's whole path must stay below 104 bytes


@dataclass(frozen=True)
class Account:
    """The user and group that own the servers' files; ``switch`` when that is not ourselves."""

    uid: int
    gid: int
    switch: bool

    def own(self, path: Path) -> None:
        """Hands a directory or file that we just made to the account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """The account that servers run as; as root it is made on first use."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    entry = _system_account()
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _system_account() -> pwd.struct_passwd:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    if useradd := shutil.which("useradd"):
        command = [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            str(ROOT_HOME),
        ]
        command += ["--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT]
        subprocess.run(command, check=False, capture_output=True)
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SYSTEM_ACCOUNT)
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise ServerFailed(
            "PostgreSQL does not run as root, and there is no account to run it as. "
            f"Add one named {SYSTEM_ACCOUNT!r}, or start as a plain user."
        ) from None


def make_private(path: Path, account: Account) -> Path:
    """Makes a directory that only the account may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    account.own(path)
    return path


def servers_home(var_dir: Path, account: Account, *, kept: bool) -> Path:
    """The directory of the servers' data, made if new; the same for the same ``var_dir``.

    As root it lies under /var/lib/prm, and ``var_dir/embedded-home`` remembers its name: with
    ``var_dir`` gone, so is the way to the old data, and the next start begins afresh.
    """
    if not account.switch:
        return make_private(var_dir / "embedded", account)
    make_passable(ROOT_HOME)
    note = var_dir / "embedded-home"
    with contextlib.suppress(FileNotFoundError):
        return make_private(
            ROOT_HOME / Path(note.read_text(encoding="utf-8").strip()).name, account
        )
    prefix = "data" if kept else f"trial-{os.getpid()}"
    name = f"{prefix}-{secrets.token_hex(4)}"
    home = make_private(ROOT_HOME / name, account)
    note.write_text(name, encoding="utf-8")
    return home


def make_passable(path: Path) -> None:
    """Makes a directory, unless it is there, that the servers' account can pass, any umask."""
    with contextlib.suppress(FileExistsError):
        path.mkdir()
        path.chmod(0o755)


def remove_abandoned_trials(account: Account) -> None:
    """Removes data of trials as root that were killed before they could do so themselves."""
    if not account.switch or not ROOT_HOME.is_dir():
        return
    for home in ROOT_HOME.glob("trial-*-*"):
        pid = home.name.split("-")[1]
        if pid.isdigit() and not process_exists(int(pid)):
            shutil.rmtree(home, ignore_errors=True)


def process_exists(pid: int) -> bool:
    """Whether a process of that id is there, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def socket_directory(home: Path, account: Account, *, kept: bool) -> Path:
    """A short private directory for sockets: their whole path may have about a hundred bytes.

    Beside the data where that is short and on the machine's own disk for sure; the checkout's own
    may be a shared folder that knows no sockets.
    """
    inside = home / "sockets"
    if (account.switch or not kept) and len(os.fsencode(inside)) <= LONGEST_SOCKET_DIRECTORY:
        return make_private(inside, account)
    name = "prm-" + sha256(os.fsencode(home)).hexdigest()[:8]
    for base in (Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent"), Path("/tmp")):  # noqa: S108 - only if private
        path = base / name
        usable = base.is_dir() and os.access(base, os.W_OK | os.X_OK)
        if usable and len(os.fsencode(path)) <= LONGEST_SOCKET_DIRECTORY and _claim(path, account):
            return path
    path = Path(tempfile.mkdtemp(prefix="prm-", dir="/tmp"))
    account.own(path)
    return path


def _claim(path: Path, account: Account) -> bool:
    """Makes the directory, or takes the one there if it is ours and closed to everybody else."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        return private and found.st_uid == account.uid
    except OSError:
        return False
    account.own(path)
    return True
