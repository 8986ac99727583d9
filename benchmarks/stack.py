"""The real stack on free loopback ports: what `make run` starts, over the run's database; and the bare site beside it."""

import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from benchmarks.dataset import APPLICATION_NAME, Dataset
from benchmarks.floor import SCHEMA
from benchmarks.memory import family
from benchmarks.minimal import MinimalServer
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import ROOT, Demo, Instance
from clinic.embedded.processes import last_lines, spawn

READY_SECONDS = 120
STOP_SECONDS = 30
GUNICORN = [sys.executable, "-m", "gunicorn"]
OWN_CONFIGURATION = ["--config", "deploy/gunicorn.conf.py"]
# The same workers and threads for the bare site; ours warms up views and templates it does not have.
BARE_CONFIGURATION = [
    "--worker-class",
    "gthread",
    "--workers",
    "2",
    "--threads",
    "4",
    "--preload",
    "--log-level",
    "warning",
]


@dataclass
class Server:
    """A process that answers at an address."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    log: Path
    ready_path: str = "/healthz/"
    seconds: float = field(default=0, init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> "Server":
        """Until it answers; ``seconds`` says how long that took. Raises: EmbeddedError."""
        began = time.monotonic()
        while time.monotonic() - began < READY_SECONDS:
            if self.process.poll() is not None:
                break
            try:
                httpx.get(f"{self.address}{self.ready_path}", timeout=3)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                self.seconds = round(time.monotonic() - began, 1)
                return self
        raise EmbeddedError(f"{self.name} does not answer: {last_lines(self.log)}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_stack(dataset: Dataset, server: MinimalServer) -> Server:
    """Web, worker, beat and Redis by the launcher of `make run`, inside the limits of the least server."""
    folder = _fresh_folder(dataset, "run")
    Instance(folder).remember_demo(Demo.LOADED)
    port = free_port()
    env = dataset.environment() | {"ZUBR_VAR": str(folder), "PORT": str(port)}
    env |= {"DJANGO_SETTINGS_MODULE": "benchmarks.served"}
    log = folder / "launcher.log"
    process = spawn([sys.executable, "-m", "clinic.embedded.launcher"], output=log, env=env, cwd=ROOT)
    server.put(process.pid)
    return Server("the stack", process, port, log).wait()


def start_web(dataset: Dataset, database: str) -> Server:
    """Only the web server over another database of the cluster."""
    folder = _fresh_folder(dataset, database)
    env = dataset.environment(database) | {"ZUBR_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "benchmarks.served"}
    command = [*OWN_CONFIGURATION, "clinic.wsgi:application"]
    return _gunicorn("the web server", command, env, folder, "/healthz/")


def start_floor(dataset: Dataset) -> Server:
    """The bare site over the run's database."""
    return start_bare_site(dataset.url(), _fresh_folder(dataset, "floor"), dataset.environment())


def start_bare_site(url: str, folder: Path, env: dict[str, str]) -> Server:
    """The framework floor over any database of ours, with its few tables in a schema of their own.

    Raises: EmbeddedError.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    env = env | {"DJANGO_SETTINGS_MODULE": "benchmarks.floor.settings", "FLOOR_DATABASE_URL": url}
    migrate = [sys.executable, "-m", "django", "migrate", "--noinput", "--verbosity", "0"]
    if subprocess.run(migrate, env=env | {"FLOOR_MIGRATES": "1"}, cwd=ROOT, check=False).returncode != 0:
        raise EmbeddedError("the bare site's tables cannot be made")
    command = [*BARE_CONFIGURATION, "benchmarks.floor.wsgi:application"]
    return _gunicorn("the bare site", command, env, folder, "/login/")


def parts_of_memory(dataset: Dataset, stack: Server) -> dict[str, list[int]]:
    """Processes of the stack by part. Connections of the driver and of the bare site are nobody's of ours."""
    everybody = family(stack.process.pid)
    web = [pid for pid in everybody if _command(pid).find("gunicorn") >= 0]
    with psycopg.connect(dataset.url(), application_name=APPLICATION_NAME) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s OR datname <> %s",
            [APPLICATION_NAME, dataset.database],
        ).fetchall()
    foreign = {row[0] for row in rows}
    process = dataset.postgres.process_id
    database = [pid for pid in family(process) if pid not in foreign] if process else []
    return {
        "web": web,
        "worker, beat, Redis, launcher": [pid for pid in everybody if pid not in web],
        "PostgreSQL": database,
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _gunicorn(name: str, command: list[str], env: dict[str, str], folder: Path, ready_path: str) -> Server:
    port, log = free_port(), folder / "web.log"
    process = spawn([*GUNICORN, "--bind", f"127.0.0.1:{port}", *command], output=log, env=env, cwd=ROOT)
    return Server(name, process, port, log, ready_path).wait()


def _fresh_folder(dataset: Dataset, name: str) -> Path:
    folder = dataset.instance.var / name
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o755)
    (folder / "static").mkdir()
    return folder


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
