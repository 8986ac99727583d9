"""The system user the database servers run as when the command itself is run by root."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from clinic.embedded.errors import EmbeddedError

USER_NAME = "zubr-db"


@dataclass(frozen=True)
class Account:
    """A system user that owns the data folders."""

    uid: int
    gid: int


def service_account() -> Account | None:
    """Return the user to drop to, creating it when needed; None when not run by root.

    Raises: EmbeddedError when the user cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(USER_NAME)
    except KeyError:
        entry = _create_user()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def own_folder(path: Path, account: Account | None) -> None:
    """Make the folder private to the account (to the current user without one), and reachable by it."""
    path.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
        make_reachable(path.parent, account)
    path.chmod(0o700)


def make_reachable(path: Path, account: Account) -> list[Path]:
    """Let the account pass through the path's folders; returns those whose mode had to change.

    Only the search bit is added: a folder such as /root can then be passed through, still not listed.
    """
    changed = []
    for folder in [*reversed(path.parents), path]:
        mode = folder.stat()
        if mode.st_uid == account.uid or mode.st_mode & stat.S_IXOTH:
            continue
        folder.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH)
        changed.append(folder)
    return changed


def make_readable(tree: Path, account: Account) -> None:
    """Let the account read and run an installed tree that a strict umask left private to root."""
    make_reachable(tree, account)
    if all(path.stat().st_mode & stat.S_IROTH for path in (tree, *tree.iterdir())):
        return
    for path in [tree, *tree.rglob("*")]:
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _create_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", USER_NAME]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return pwd.getpwnam(USER_NAME)
    except FileNotFoundError:
        raise EmbeddedError(f"run by root, and useradd is missing: create the system user {USER_NAME!r}") from None
    except KeyError:
        raise EmbeddedError(f"cannot create the system user {USER_NAME!r}: {done.stderr.strip()}") from None
