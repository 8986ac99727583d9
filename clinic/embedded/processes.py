"""Child processes that do not outlive their parent, and a look at those of an earlier start."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from clinic.embedded.accounts import Account

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True)


def spawn(
    command: Sequence[str | Path],
    *,
    output: Path | None,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
    on_parent_death: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, told by a signal when its parent dies in any way.

    Call it from the main thread: the kernel sends the signal when the starting *thread* ends.
    Without a file for its output it writes where we write. A session of its own keeps the terminal's Ctrl-C away, so that the parent decides the order of stopping.
    """
    parent = os.getpid()

    def follow_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(on_parent_death))
        if os.getppid() != parent:
            os._exit(1)

    with nullcontext() if output is None else output.open("ab") as log:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=None if log is None else subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
            # Runs after the change of user, which would clear the death signal.
            preexec_fn=follow_parent,  # noqa: PLW1509 (one system call; the callers have no other threads)
            **as_account(account),
        )


def as_account(account: Account | None) -> dict[str, Any]:
    """Arguments of subprocess that drop to the account."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def working_in(folder: Path) -> list[int]:
    """Return ids of processes whose current folder this is (PostgreSQL's all work in their data folder)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
        except OSError:  # gone meanwhile, or somebody else's
            continue
    return found


def wait_until_left(folder: Path, *, seconds: float) -> bool:
    """Wait until no process works in the folder; True when all have left."""
    deadline = time.monotonic() + seconds
    while working_in(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def last_lines(path: Path, *, count: int = 5) -> str:
    """Return the end of a log for a message, on one line."""
    if not path.exists():
        return ""
    lines = path.read_text(errors="replace").splitlines()
    return " | ".join(line.strip() for line in lines[-count:] if line.strip())
