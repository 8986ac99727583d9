"""Starts PostgreSQL and Redis before Django's settings are read, unless DATABASE_URL and REDIS_URL name others.

Every run takes the first free slot under `$ZUBR_VAR/test/`, so that runs side by side never meet; a slot's cluster
is kept between runs. The servers end with the run, even when it is killed.
"""

import fcntl
import os
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import IO

import pytest

from clinic.embedded.credentials import load_or_create
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.postgres import OWNER, Postgres
from clinic.embedded.redis_server import RedisServer

ROOT = Path(__file__).resolve().parents[2]
SLOTS = 32
POSTGRES_VARIABLES = ["DATABASE_URL", "DATABASE_OWNER_URL", "ZUBR_TEST_SLOT"]


class Servers:
    """What this run has started: stopped again in `stop`."""

    def __init__(self) -> None:
        self.lock: IO[str] | None = None
        self.postgres: Postgres | None = None
        self.redis: RedisServer | None = None

    def start_missing(self) -> None:
        """Start what the environment does not name, and name it there for this process and its workers."""
        if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
            # An outside server may serve several runs at once; workers inherit the name and add their own ending.
            os.environ.setdefault("ZUBR_TEST_DB", f"test_zubr_{uuid.uuid4().hex[:8]}")
            return
        folder, self.lock = _free_slot(Path(os.environ.get("ZUBR_VAR", ROOT / "var")) / "test")
        credentials = load_or_create(folder / "secrets.json")
        if "DATABASE_URL" not in os.environ:
            self.postgres = Postgres(folder / "postgres", credentials, durable=False)
            self.postgres.start()
            os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = self.postgres.url(OWNER)
            os.environ["ZUBR_TEST_SLOT"] = str(folder)
        if "REDIS_URL" not in os.environ:
            self.redis = RedisServer(folder / "redis", credentials.redis_password)
            self.redis.start()
            os.environ["REDIS_URL"] = self.redis.url()

    def stop(self) -> None:
        for server, variables in ((self.redis, ["REDIS_URL"]), (self.postgres, POSTGRES_VARIABLES)):
            if server is not None:
                server.stop()
                for variable in variables:
                    os.environ.pop(variable, None)
        if self.lock is not None:
            self.lock.close()


servers = Servers()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Run before pytest-django, which loads the settings in the same hook."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        _use_redis_database(1 + int(worker.removeprefix("gw")))
    else:
        try:
            servers.start_missing()
        except EmbeddedError as error:
            servers.stop()
            raise pytest.UsageError(str(error)) from None
    return (yield)


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        servers.stop()


def _free_slot(base: Path) -> tuple[Path, IO[str]]:
    for number in range(SLOTS):
        folder = base / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return folder, lock
    raise pytest.UsageError(f"{SLOTS} test runs are already under way in {base}")


def _use_redis_database(number: int) -> None:
    """Give each parallel worker a Redis database of its own (an outside server has 16 of them)."""
    address, _, _ = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{address}/{number % 16}"
