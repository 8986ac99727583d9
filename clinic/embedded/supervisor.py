"""Keeps services running: starts them in order, restarts what ends by itself, stops them in the reverse order."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from clinic.embedded.errors import EmbeddedError
from clinic.embedded.processes import last_lines, spawn

LOOK_EVERY_SECONDS = 0.3
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
STEADY_AFTER_SECONDS = 60.0  # a service that ran this long has earned a quick restart again


def say(line: str) -> None:
    """Tell the person at the console, who may have closed it: the clinic goes on without it."""
    with suppress(OSError):
        print(line, flush=True)


class StopRequested(BaseException):
    """Ctrl-C, or a signal that asks the whole installation to stop; no `except Exception` may swallow it."""


class Service(Protocol):
    """Something that runs in processes of its own."""

    @property
    def name(self) -> str: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def exit_status(self) -> int | None: ...

    def reason(self) -> str: ...


@dataclass
class Program:
    """One of the clinic's own commands, with its log."""

    name: str
    command: Sequence[str | Path]
    log: Path
    env: Mapping[str, str]
    cwd: Path
    stop_seconds: float = 20
    pass_fds: Sequence[int] = ()
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._process = spawn(self.command, output=self.log, env=self.env, cwd=self.cwd, pass_fds=self.pass_fds)

    def stop(self) -> None:
        """Ask to finish what is under way, then insist; the program's own children go with it."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self.stop_seconds)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def exit_status(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def reason(self) -> str:
        return last_lines(self.log, count=1)


@dataclass
class _Care:
    """How a started service is doing."""

    service: Service
    started_at: float
    pause: float = FIRST_PAUSE_SECONDS
    down_until: float | None = None


class Supervisor:
    """Owns the services of one installation."""

    def __init__(self) -> None:
        self._cares: list[_Care] = []
        self._stopping = False

    def listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def start(self, service: Service) -> None:
        """Start a service and care for it from now on.

        Raises: EmbeddedError when it does not start.
        """
        self._cares.append(_Care(service, time.monotonic()))
        service.start()

    def look(self) -> None:
        """Start again what has ended by itself, later and later when it keeps ending."""
        for care in self._cares:
            if care.down_until is not None:
                self._restart_in_time(care)
            elif (status := care.service.exit_status()) is not None:
                self._note_end(care, f"ended ({_in_words(status)}): {care.service.reason()}")

    def watch(self) -> None:
        """Look after the services until somebody asks to stop."""
        while True:
            self.look()
            time.sleep(LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Stop everything, last started first; a second request to stop does not interrupt this."""
        self._stopping = True
        while self._cares:
            self._cares.pop().service.stop()

    def _restart_in_time(self, care: _Care) -> None:
        now = time.monotonic()
        if care.down_until is None or now < care.down_until:
            return
        care.down_until = None
        care.started_at = now
        try:
            care.service.start()
        except (EmbeddedError, OSError) as error:
            self._note_end(care, f"does not start: {error}")

    def _note_end(self, care: _Care, what: str) -> None:
        care.service.stop()
        now = time.monotonic()
        if now - care.started_at > STEADY_AFTER_SECONDS:
            care.pause = FIRST_PAUSE_SECONDS
        care.down_until = now + care.pause
        say(f"zubr: {care.service.name} {what}. Starting it again in {care.pause:.0f} s.")
        care.pause = min(care.pause * 2, LONGEST_PAUSE_SECONDS)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise StopRequested


def _in_words(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"
