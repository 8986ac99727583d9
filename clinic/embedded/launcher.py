"""`make run`: the whole clinic in one command, and Ctrl-C ends all of it."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from clinic.embedded import system_packages
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import OFF, ROOT, Demo, Instance, var_folder
from clinic.embedded.processes import last_lines, spawn
from clinic.embedded.supervisor import Program, StopRequested, Supervisor, say

LEAST_FREE_MEGABYTES = 300
BIG_LOG_BYTES = 10_000_000
READY_SECONDS = 60
PORT_SECONDS = 3  # a server killed a moment ago may still be letting go of the port


@dataclass(frozen=True)
class Options:
    """What the environment asks for."""

    var: Path
    host: str
    port: int
    demo: bool

    @classmethod
    def from_environment(cls) -> "Options":
        port = os.environ.get("PORT") or "8000"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise EmbeddedError(f"PORT={port} is no port: give a number from 1 to 65535")
        return cls(
            var=var_folder(),
            host=os.environ.get("HOST") or "127.0.0.1",
            port=int(port),
            demo=os.environ.get("DEMO", "off" if "DATABASE_URL" in os.environ else "on").lower() not in OFF,
        )

    @property
    def address(self) -> str:
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return f"http://{shown}:{self.port}/"


class Launcher:
    """One start of the installation in one var folder."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.instance = Instance(options.var)
        self.supervisor = Supervisor()
        self.logs = options.var / "log"
        self.env: dict[str, str] = {}

    def run(self) -> None:
        """Start everything, say where it is, and look after it until asked to stop.

        Raises: EmbeddedError, OSError before everything stands; StopRequested.
        """
        began = time.monotonic()
        self.supervisor.listen_to_signals()
        self._prepare_folders()
        with self.instance.take(self.options.address), self._listening_socket() as listener:
            try:
                self._start_servers()
                self._step("translations", "-m", "clinic.embedded.translations")
                self._step("migrate", "manage.py", "migrate", "--noinput", as_owner=True)
                self._prepare_demo()
                self._start_programs(listener)
                self._wait_for_web()
                self._say_ready(time.monotonic() - began)
                self.supervisor.watch()
            finally:
                say("\nStopping…")
                self.supervisor.stop()

    def _prepare_folders(self) -> None:
        self.options.var.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        (self.options.var / "static").mkdir(exist_ok=True)  # WhiteNoise complains when it is not there
        self.logs.chmod(0o700)
        free = shutil.disk_usage(self.options.var).free // 1_000_000
        if free < LEAST_FREE_MEGABYTES:
            raise EmbeddedError(
                f"the disk of {self.options.var} is full: {free} MB free, {LEAST_FREE_MEGABYTES} MB needed"
            )
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > BIG_LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))

    def _listening_socket(self) -> socket.socket:
        """Take the port here: gunicorn gets the socket, and keeps it through its own restarts."""
        deadline = time.monotonic() + PORT_SECONDS
        while True:
            try:
                return socket.create_server((self.options.host, self.options.port), backlog=512)
            except OSError as error:
                if time.monotonic() > deadline or not _is_busy(error):
                    raise EmbeddedError(
                        f"cannot listen on {self.options.host}:{self.options.port} ({os.strerror(error.errno or 0)}); "
                        f"choose another port: make run PORT={self.options.port + 1}"
                    ) from None
                time.sleep(0.2)

    def _start_servers(self) -> None:
        postgres, redis = self.instance.postgres(), self.instance.redis()
        for server in (postgres, redis):
            if server is not None:
                self.supervisor.start(server)
        self.env = self.instance.environment(postgres, redis)

    def _prepare_demo(self) -> None:
        """Load the demo clinic on the very first start, or live it on to today; one that was interrupted is tried again."""
        if self.instance.demo() is None:
            self.instance.remember_demo(Demo.WANTED if self.options.demo else Demo.DECLINED)
        if self.instance.demo() is Demo.WANTED:
            say("Loading the demo clinic (about a minute, the first time only)")
            self.env["DEMO"] = "on"  # the loader refuses to load where no demo is wanted
            load = ["demo", "--scale", "S", "--seed", "1", "--or-refresh"]
            self._step("demo", "manage.py", *load, as_owner=True, shown=True)
            self.instance.remember_demo(Demo.LOADED)
        elif self.env["DEMO"] == "on":
            try:
                self._step("demo", "manage.py", "demo", "--refresh-today", as_owner=True)
            except EmbeddedError as error:  # an old day is better than no clinic
                say(f"The demo clinic stays at the day it was loaded: {error}")

    def _start_programs(self, listener: socket.socket) -> None:
        # Whoever serves has no use for the owner's password; only the worker backs up.
        env = {
            name: value for name, value in self.env.items() if name not in {"DATABASE_OWNER_URL", "BACKUP_DATABASE_URL"}
        }
        backups = {name: value for name, value in self.env.items() if name == "BACKUP_DATABASE_URL"}
        web = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        web += ["--bind", f"fd://{listener.fileno()}", "clinic.wsgi:application"]
        celery = [sys.executable, "-m", "celery", "--app", "clinic.celery", "--quiet"]
        worker = [*celery, "worker", "--concurrency", "2", "--without-mingle", "--without-gossip"]
        worker += ["--max-tasks-per-child", "1000", "--loglevel", "WARNING"]
        beat = [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"]
        for name, command, own, descriptors in (
            ("web", web, {}, [listener.fileno()]),
            ("worker", worker, backups, []),
            ("beat", beat, {}, []),
        ):
            program = Program(name, command, self.logs / f"{name}.log", env | own, ROOT, pass_fds=descriptors)
            self.supervisor.start(program)

    def _step(self, name: str, *arguments: str, as_owner: bool = False, shown: bool = False) -> None:
        """Run one command to its end.

        Raises: EmbeddedError with its last line when it fails.
        """
        log = self.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        env = self.env | ({"ZUBR_DB_ROLE": "owner"} if as_owner else {})
        process = spawn([sys.executable, *arguments], output=None if shown else log, env=env, cwd=ROOT)
        try:
            status = process.wait()
        except StopRequested:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            raise
        if status != 0:
            raise EmbeddedError(f"{name} failed: {'see above' if shown else f'{last_lines(log, count=1)} (see {log})'}")

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.supervisor.look()
            try:
                with urllib.request.urlopen(f"{self.options.address}healthz/", timeout=3):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise EmbeddedError(f"no answer at {self.options.address}; see {self.logs / 'web.log'}")

    def _say_ready(self, seconds: float) -> None:
        say(f"\nZubr is ready after {seconds:.0f} s: {self.options.address}")
        if self.env["DEMO"] == "on":
            say("Demo logins: director, administrator, doctor, chief (two roles); password: demo")
        if self.env.get("ZUBR_PDF") == "off":
            advice = system_packages.how_to_install(system_packages.missing(system_packages.PDF))
            say(f"PDF is switched off; to have it, run as root: {advice}")
        say("Ctrl-C stops it.")


def _is_busy(error: OSError) -> bool:
    return error.errno == errno.EADDRINUSE


def main() -> int:
    try:
        Launcher(Options.from_environment()).run()
    except StopRequested:
        return 0
    except EmbeddedError as error:
        print(f"zubr: {error}", file=sys.stderr)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        print(f"zubr: {error.strerror or error}{where}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
