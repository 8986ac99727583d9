"""Datasets in the embedded PostgreSQL: built once for each scale, lived on to today, copied for every run.

Under ``var/bench/<scale>/``: a cluster with the pristine database, and a copy of it that a run may spoil.
"""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import ROOT, Instance, var_folder
from clinic.embedded.postgres import DATABASE, OWNER, Postgres
from core.bench import World

APPLICATION_NAME = "zubr-bench"  # of whatever is not the stack under test
RUN_DATABASE = "bench_run"
YOUNG_SCALE, YOUNG_DATABASE = "M0", "bench_young"  # the clinic of scale M without its ten years
IN_PLACE = {"L"}  # too large to be copied for each run; what a run writes is nothing beside it
CHUNK = 8 * 2**20  # bytes read at once
ZONE = ZoneInfo("Europe/Moscow")  # the demo clinic's


@dataclass
class Dataset:
    """A running cluster with the dataset of one scale."""

    scale: str
    instance: Instance
    postgres: Postgres

    @property
    def database(self) -> str:
        return DATABASE if self.scale in IN_PLACE else RUN_DATABASE

    def url(self, database: str = "", *, role: str = OWNER) -> str:
        return self.postgres.url(role, database=database or self.database)

    def environment(self, database: str = "") -> dict[str, str]:
        """What Django's settings read to work on one of the databases."""
        env = self.instance.environment(self.postgres, None)
        own = {"DATABASE_URL": self.postgres.url(database=database or self.database), "DEMO": "on"}
        return {**env, **own, "DATABASE_OWNER_URL": self.url(database)}

    def copy(self) -> None:
        """Make the database of this run anew from the pristine one; either way its files are in the machine's memory then."""
        if self.scale in IN_PLACE:
            self._read_through()
        else:
            self._copy(DATABASE, RUN_DATABASE)

    def _read_through(self) -> None:
        """Read every file once, as copying reads them: else what is timed is the disk, thirty first touches a search."""
        with psycopg.connect(self.url(DATABASE)) as connection:
            row = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        assert row is not None
        for path in sorted((self.postgres.data / "base" / str(row[0])).iterdir()):
            with path.open("rb", buffering=0) as file:
                while file.read(CHUNK):
                    pass

    def young(self) -> str:
        """A database of the same clinic without history, made when it is missing or a month old."""
        if not self._is_there(YOUNG_DATABASE):
            self.postgres.run_sql(f"CREATE DATABASE {YOUNG_DATABASE} OWNER {OWNER} TEMPLATE template0;")
        self._manage(YOUNG_DATABASE, "migrate", "--noinput", "--verbosity", "0")
        self._manage(YOUNG_DATABASE, "demo", "--scale", YOUNG_SCALE, "--or-refresh")
        return YOUNG_DATABASE

    def build(self) -> None:
        """Load the scale into an empty database, or live a loaded one on to today."""
        self._manage(DATABASE, "migrate", "--noinput", "--verbosity", "0")
        self._manage(DATABASE, "demo", "--scale", self.scale, "--or-refresh")

    def _manage(self, database: str, *arguments: str) -> None:
        env = {**self.environment(database), "ZUBR_DB_ROLE": "owner"}
        done = subprocess.run([sys.executable, "manage.py", *arguments], env=env, cwd=ROOT, check=False)
        if done.returncode != 0:
            raise EmbeddedError(f"{arguments[0]} failed on {database}")

    def _is_there(self, database: str) -> bool:
        with psycopg.connect(self.url(DATABASE)) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None

    def _copy(self, source: str, target: str) -> None:
        self.postgres.run_sql(
            f"DROP DATABASE IF EXISTS {target} WITH (FORCE);\n"
            f"CREATE DATABASE {target} OWNER {OWNER} TEMPLATE {source} STRATEGY file_copy;\nCHECKPOINT;"
        )


@contextmanager
def prepared(scale: str, *, is_fresh: bool = False) -> Iterator[Dataset]:
    """A cluster with the scale's dataset, its copy for this run made; stopped at the end.

    Raises: EmbeddedError.
    """
    folder = var_folder() / "bench" / scale
    if is_fresh and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    instance = Instance(folder)
    with instance.take(f"a benchmark of scale {scale}"):
        postgres = Postgres(folder / "postgres", instance.credentials)
        postgres.start()
        try:
            dataset = Dataset(scale, instance, postgres)
            dataset.build()
            dataset.copy()
            yield dataset
        finally:
            postgres.stop()


def connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection that is not counted as the stack's."""
    return psycopg.connect(url, autocommit=True, application_name=APPLICATION_NAME)


def world_of(connection: psycopg.Connection[tuple[Any, ...]], seed: str = "bench") -> World:
    """The database behind a connection, for choosing samples."""

    def ask(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    return World(ask=ask, rng=random.Random(seed), today=datetime.now(ZONE).date(), zone=ZONE)
