"""One installation in one var folder: who may run over it, and what its processes find in their environment."""

import fcntl
import os
from enum import StrEnum
from pathlib import Path
from typing import IO

from clinic.embedded import system_packages
from clinic.embedded.credentials import Credentials, load_or_create
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.postgres import BACKUP, OWNER, Postgres
from clinic.embedded.redis_server import RedisServer

ROOT = Path(__file__).resolve().parents[2]
OFF = {"0", "off", "no", "false"}
DEMO_FILE = "demo"


class Demo(StrEnum):
    """What this installation is. A clinic of one's own never gets sample patients by a later start."""

    WANTED = "wanted"
    LOADED = "loaded"
    DECLINED = "declined"


def var_folder() -> Path:
    """Return the folder of data, logs and secrets."""
    return Path(os.environ.get("ZUBR_VAR") or ROOT / "var").resolve()


class Instance:
    """The servers and secrets of one var folder; servers named by the environment are used instead of our own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self._credentials: Credentials | None = None

    @property
    def credentials(self) -> Credentials:
        if self._credentials is None:
            self._credentials = load_or_create(self.var / "secrets.json")
        return self._credentials

    def demo(self) -> Demo | None:
        """Return what was decided about the demo clinic at the very first start; None before it."""
        path = self.var / DEMO_FILE
        return Demo(path.read_text().strip()) if path.exists() else None

    def remember_demo(self, demo: Demo) -> None:
        (self.var / DEMO_FILE).write_text(f"{demo}\n")

    def take(self, holder: str) -> IO[str]:
        """Lock the folder until the returned file is closed or this process ends in any way.

        Raises: EmbeddedError naming who holds it.
        """
        lock = (self.var / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            by = lock.read().strip()
            lock.close()
            raise EmbeddedError(f"Zubr already runs over {self.var}: {by}") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {holder}\n")
        lock.flush()
        return lock

    def postgres(self) -> Postgres | None:
        """Return our own PostgreSQL, unless the environment names another."""
        return None if "DATABASE_URL" in os.environ else Postgres(self.var / "postgres", self.credentials)

    def redis(self) -> RedisServer | None:
        """Return our own Redis, unless the environment names another."""
        return None if "REDIS_URL" in os.environ else RedisServer(self.var / "redis", self.credentials.redis_password)

    def environment(self, postgres: Postgres | None, redis: RedisServer | None) -> dict[str, str]:
        """Return what Django's settings read, with the addresses of the servers given."""
        env = dict(os.environ)
        env.setdefault("SECRET_KEY", self.credentials.secret_key)
        env["ZUBR_VAR"] = str(self.var)
        env["PYTHONUNBUFFERED"] = "1"
        env["DEMO"] = "on" if self.demo() is Demo.LOADED and env.get("DEMO", "on").lower() not in OFF else "off"
        if not system_packages.pdf_is_possible():
            env["ZUBR_PDF"] = "off"
        if postgres is not None:
            env |= {"DATABASE_URL": postgres.url(), "DATABASE_OWNER_URL": postgres.url(OWNER)}
            env["BACKUP_DATABASE_URL"] = postgres.url(BACKUP)
        if redis is not None:
            env["REDIS_URL"] = redis.url()
        env.setdefault("DATABASE_OWNER_URL", env["DATABASE_URL"])
        return env
