"""The migrated database is made once for a set of migrations and copied for each run and worker: seconds, not a quarter
of a minute each."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "migrated_"


def use_migrated_template() -> None:
    """Let the test database be copied from a migrated one. Servers of others get no such database from us."""
    slot = os.environ.get("ZUBR_TEST_SLOT")
    if slot is None:
        return
    name = PREFIX + _fingerprint()
    with (Path(slot) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of a run ask at the same time
        with psycopg.connect(_address("postgres"), autocommit=True) as server:
            known = {row[0] for row in server.execute("SELECT datname FROM pg_database")}
            if name not in known:
                for outdated in [other for other in known if other.startswith(PREFIX)]:
                    server.execute(f'DROP DATABASE "{outdated}"')
                _migrate(server, f"{PREFIX}unfinished")
                server.execute(f'ALTER DATABASE {PREFIX}unfinished RENAME TO "{name}"')
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _migrate(server: psycopg.Connection, database: str) -> None:
    server.execute(f"CREATE DATABASE {database} TEMPLATE template0")
    address = _address(database)
    env = os.environ | {"DATABASE_URL": address, "DATABASE_OWNER_URL": address}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    subprocess.run(command, env=env, cwd=ROOT, check=True)


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in (ROOT / "organization" / "defaults.py", *sorted(ROOT.glob("*/migrations/*.py"))):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _address(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))
