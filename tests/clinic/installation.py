"""A real `make run` for tests: started as a person would, over a folder of its own, on a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 150  # the machine runs other tests meanwhile


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.1)


class Installation:
    """One var folder and, between `start` and `wait`, the launcher over it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.output = var.parent / "console.txt"
        self.launcher: subprocess.Popen[bytes] | None = None

    def start(self, *, seconds: float = PATIENCE_SECONDS) -> float:
        """Start and wait for the word that it is ready; returns the seconds that took."""
        began = time.monotonic()
        with self.output.open("wb") as output:
            self.launcher = subprocess.Popen(
                command(), env=self.environment(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        wait_for(lambda: self.launcher.poll() is not None or "is ready" in self.said(), "a start", seconds)
        assert self.launcher.poll() is None, self.said()
        return time.monotonic() - began

    def is_running(self) -> bool:
        return self.launcher is not None and self.launcher.poll() is None

    def try_to_start(self, **other: str) -> subprocess.CompletedProcess[str]:
        """Start what is expected to refuse."""
        env = self.environment() | other
        return subprocess.run(command(), env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    def interrupt(self) -> int:
        """Press Ctrl-C; returns the exit status."""
        assert self.launcher is not None
        self.launcher.send_signal(signal.SIGINT)
        return self.launcher.wait(60)

    def environment(self) -> dict[str, str]:
        outside = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "ZUBR_TEST_DB", "ZUBR_TEST_SLOT"}
        env = {name: value for name, value in os.environ.items() if name not in outside}
        env.pop("DJANGO_SETTINGS_MODULE", None)
        return env | {"ZUBR_VAR": str(self.var), "PORT": str(self.port), "DEMO": "off"}

    def said(self) -> str:
        return self.output.read_text()

    def processes(self) -> dict[int, str]:
        """Return the launcher and everything it has started, by id, with their commands."""
        assert self.launcher is not None
        family = descendants(self.launcher.pid)
        return {pid: command_of(pid) for pid in family}

    def health(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            return json.load(refusal)
        except OSError as error:
            return {"status": "no answer", "reasons": [str(error)]}


def command() -> list[str]:
    return [sys.executable, "-m", "clinic.embedded.launcher"]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def descendants(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if after_name[0] != "Z":
            children.setdefault(int(after_name[1]), []).append(int(stat.parent.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def memory_megabytes(pids: list[int]) -> float:
    """Return the proportional set size of processes together: shared pages are counted once."""
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024
