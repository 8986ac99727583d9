"""A database as one role reaches it: by psycopg and by PostgreSQL's own programs."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from clinic.backups.errors import BackupError
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.postgres import binaries

CONNECT_SECONDS = 10
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


@dataclass(frozen=True)
class Server:
    """One database on a server, by an address of the form ``postgresql://role:password@host/database``."""

    url: str

    def __repr__(self) -> str:
        return f"Server({self.database!r})"  # the address holds a password

    @property
    def database(self) -> str:
        return str(conninfo_to_dict(self.url).get("dbname", ""))

    def named(self, database: str) -> "Server":
        """The same server and role, another database."""
        return Server(urlunsplit(urlsplit(self.url)._replace(path=f"/{quote(database, safe='')}")))

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection:
        """Raises: BackupError when the server does not let us in."""
        try:
            return psycopg.connect(
                self.url, autocommit=autocommit, connect_timeout=CONNECT_SECONDS, application_name="zubr backup"
            )
        except psycopg.OperationalError as error:
            raise BackupError(f"the database cannot be reached: {str(error).strip().splitlines()[-1]}") from None

    def run(
        self,
        name: str,
        *arguments: str | Path,
        stdout: IO[bytes] | None = None,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Run one of PostgreSQL's programs against this database; ``on_line`` hears what it says meanwhile.

        Raises: BackupError with its complaint. Whatever ``on_line`` raises ends the program, too.
        """
        said: list[str] = []
        with subprocess.Popen(
            [program(name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout or subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=_plain_environment() | self._variables(),
        ) as process:
            assert process.stderr is not None
            try:
                for line in process.stderr:
                    said = [*said[-200:], line.strip()]
                    on_line(line.strip())
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            complaints = [line for line in said if "error:" in line] or said or [f"exit status {process.returncode}"]
            raise BackupError(f"{name} failed: {complaints[0]}")

    def _variables(self) -> dict[str, str]:
        """The password goes by the environment: the command line is for everybody to read."""
        known = conninfo_to_dict(self.url)
        return {variable: str(known[key]) for key, variable in VARIABLES.items() if known.get(key)}


def program(name: str) -> str:
    """Path of one of PostgreSQL's programs: those of `make run`, or the system's (the container's client package).

    Raises: BackupError when there are none.
    """
    try:
        return str(binaries() / name)
    except EmbeddedError:
        found = shutil.which(name)
    if found is None:
        raise BackupError(f"PostgreSQL's {name} is not installed: apt-get install postgresql-client-18")
    return found


def _plain_environment() -> dict[str, str]:
    """The environment without what would redirect the programs (PGHOST, PGOPTIONS…) or translate what they say."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C.UTF-8"}
