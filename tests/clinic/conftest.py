"""Servers of the tests' own, beside the ones the run itself uses."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from clinic.embedded.credentials import load_or_create
from clinic.embedded.postgres import Postgres
from clinic.embedded.processes import working_in


@pytest.fixture(scope="session")
def server() -> Postgres:
    """The server of this run, with all its roles; not to be started or stopped here."""
    slot = os.environ.get("ZUBR_TEST_SLOT")
    if slot is None:
        pytest.skip("the server of this run is somebody's own: only two of its roles are known")
    return Postgres(Path(slot) / "postgres", load_or_create(Path(slot) / "secrets.json"), durable=False)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Postgres]:
    """A running durable PostgreSQL over a fresh folder."""
    postgres = Postgres(tmp_path / "postgres", load_or_create(tmp_path / "secrets.json"))
    postgres.start()
    yield postgres
    postgres.stop()


def kill_everything_in(postgres: Postgres) -> None:
    """Kill -9 the server and all its helpers at once, as a power cut would."""
    for pid in working_in(postgres.data):
        os.kill(pid, signal.SIGKILL)


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []
