"""What the server and its services say of themselves. Each is asked within a limit of time, for it may hang."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import redis
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from clinic import alive
from core.sql import read, read_one

Answer = TypeVar("Answer")

MEMORY_FILE = Path("/proc/meminfo")
ANSWER_WITHIN_SECONDS = 1.2  # everything outside the database together
DATABASE_MILLISECONDS = (
    400  # one statement; the first that takes longer ends its group of questions, of which there are two
)
SLOW_SECONDS = 1
TABLES_SHOWN = 5
SLOW_SHOWN = 5
STATEMENT_CHARACTERS = 160

# One that hangs keeps its thread, not the page; files and Redis apart, so that a dead disk does not silence Redis.
_file_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="system-files")
_redis_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="system-redis")


@dataclass(frozen=True)
class Outbox:
    """One table of what leaves the building: rows waiting, the oldest that should have left by now, rows given up."""

    title: str
    waiting: int
    oldest_due_at: datetime | None
    failed: int


@dataclass(frozen=True)
class Queues:
    """``facts`` wait for a receiver, the oldest since ``oldest_fact_at``; ``failing`` deliveries, ``given_up`` of them."""

    facts: int
    oldest_fact_at: datetime | None
    failing: int
    given_up: int
    outboxes: list[Outbox]


@dataclass(frozen=True)
class Disk:
    """A file system by one folder on it; sizes in bytes."""

    folder: Path
    total: int
    free: int


@dataclass(frozen=True)
class Memory:
    """Of the whole server, in bytes; what only holds file caches counts as available."""

    total: int
    available: int
    swap_total: int
    swap_free: int


@dataclass(frozen=True)
class Machine:
    """``database_disk`` is None where the database lies on another machine or in another container."""

    disk: Disk
    database_disk: Disk | None
    backup_disk: Disk | None
    memory: Memory | None


@dataclass(frozen=True)
class Life:
    """Seconds since each process's last sign of life, by its host, and the announced tasks nobody has taken yet."""

    workers: dict[str, float]
    beats: dict[str, float]
    announced: int


@dataclass(frozen=True)
class SlowStatement:
    """A statement that runs now: for how many seconds, its text without values (they may be patients' data)."""

    seconds: float
    program: str
    text: str
    is_waiting_for_lock: bool


@dataclass(frozen=True)
class Table:
    name: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class Database:
    """The server's own view. ``hidden``: connections to this database whose doings our role is not shown."""

    version: str
    bytes: int
    connections: int
    most_connections: int
    hidden: int
    oldest_transaction_seconds: float
    slow: list[SlowStatement]
    slow_count: int
    tables: list[Table]


@dataclass(frozen=True)
class Migrations:
    """Steps of the tables this version has and the database does not (``pending``), and the other way round."""

    pending: list[str]
    unknown: list[str]
    installed_at: datetime | None


@dataclass(frozen=True)
class Outside:
    """What is asked in threads; None for what has not answered in time or cannot be reached."""

    machine: Machine | None = None
    life: Life | None = None
    hanging: list[str] = field(default_factory=list)


def outside() -> Outside:
    """Ask the machine and Redis at the same time."""
    deadline = time.monotonic() + ANSWER_WITHIN_SECONDS
    files, signs = _file_threads.submit(machine), _redis_threads.submit(life)
    hanging: list[str] = []
    return Outside(
        machine=_result(files, deadline, "files", hanging),
        life=_result(signs, deadline, "redis", hanging),
        hanging=hanging,
    )


def _result(asked: Future[Answer], deadline: float, name: str, hanging: list[str]) -> Answer | None:
    try:
        return asked.result(timeout=max(deadline - time.monotonic(), 0.01))
    except TookTooLong:
        asked.cancel()  # what has not begun must not pile up behind what hangs
        hanging.append(name)
    except (redis.RedisError, OSError):
        pass
    return None


def machine() -> Machine:
    """Raises: OSError when the folder of the installation itself cannot be read."""
    data = settings.VAR_DIR / "postgres" / "data"
    return Machine(
        disk=disk_of(settings.VAR_DIR),
        database_disk=disk_of(data) if data.exists() else None,
        backup_disk=disk_of(settings.BACKUP_FOLDER) if settings.BACKUP_FOLDER.exists() else None,
        memory=memory(),
    )


def disk_of(folder: Path) -> Disk:
    usage = shutil.disk_usage(folder)
    return Disk(folder, usage.total, usage.free)


def memory() -> Memory | None:
    """None where the system does not tell."""
    try:
        lines = MEMORY_FILE.read_text().splitlines()
        kibibytes = {
            name: int(rest.split()[0]) for name, _colon, rest in (line.partition(":") for line in lines) if rest
        }
        figures = [kibibytes[name] * 1024 for name in ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")]
    except (OSError, ValueError, KeyError):
        return None
    return Memory(*figures)


def life() -> Life:
    """Raises: redis.RedisError."""
    return Life(
        workers=alive.seconds_since("worker"),
        beats=alive.seconds_since("beat"),
        announced=int(alive.connection().llen(current_app.conf.task_default_queue)),
    )


@contextmanager
def briefly() -> Iterator[None]:
    """What is asked of the database inside is broken off (DatabaseError) when one statement takes too long."""
    with transaction.atomic():
        read("SELECT set_config('statement_timeout', %s, true)", [str(DATABASE_MILLISECONDS)])
        yield


def asked_briefly(question: Callable[[], Answer]) -> Answer | None:
    """The database's answer; None when it refuses or takes too long. The page's own connection stays usable."""
    try:
        with briefly():
            return question()
    except DatabaseError:
        if not connection.in_atomic_block and not connection.is_usable():
            connection.close()
        return None


def database() -> Database:
    """Sizes, connections and what runs now, as far as the application's role is shown it (others need ``pg_monitor``)."""
    version, size, most, connections, hidden, oldest = _row(
        "SELECT current_setting('server_version'), pg_database_size(current_database()), "
        "current_setting('max_connections')::int, count(*) FILTER (WHERE datname IS NOT NULL), "
        "count(*) FILTER (WHERE datname = current_database() AND query = '<insufficient privilege>'), "
        "coalesce(extract(epoch FROM max(clock_timestamp() - xact_start) FILTER (WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid())), 0)::float FROM pg_stat_activity"
    )
    running = read(
        "SELECT extract(epoch FROM clock_timestamp() - query_start)::float, application_name, query, "
        "coalesce(wait_event_type = 'Lock', false), count(*) OVER () FROM pg_stat_activity "
        "WHERE state = 'active' AND backend_type = 'client backend' AND datname = current_database() "
        "AND pid <> pg_backend_pid() AND query_start < clock_timestamp() - make_interval(secs => %s) "
        "ORDER BY query_start LIMIT %s",
        [SLOW_SECONDS, SLOW_SHOWN],
    )
    # The largest by their own pages first: sizes with indexes are asked of these few alone.
    tables = read(
        "SELECT relname, pg_total_relation_size(oid), greatest(reltuples, 0)::bigint FROM "
        "(SELECT oid, relname, reltuples FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "ORDER BY relpages DESC LIMIT %s) AS largest ORDER BY 2 DESC",
        [TABLES_SHOWN],
    )
    return Database(
        version=version.split()[0],
        bytes=size,
        connections=connections,
        most_connections=most,
        hidden=hidden,
        oldest_transaction_seconds=oldest,
        slow=[
            SlowStatement(seconds, program, without_values(text), locked)
            for seconds, program, text, locked, _ in running
        ],
        slow_count=running[0][4] if running else 0,
        tables=[Table(*row) for row in tables],
    )


def _row(statement: str) -> tuple[Any, ...]:
    return read_one(statement) or ()


def without_values(statement: str) -> str:
    """The statement shortened, with every text and number in it replaced: names and phones stay in the database."""
    bare = re.sub(r"E?'(?:[^'\\]|''|\\.)*('|$)", "?", statement)
    bare = re.sub(r"\b\d+(\.\d+)?\b", "?", bare)
    return re.sub(r"\s+", " ", bare).strip()[:STATEMENT_CHARACTERS]


def migrations() -> Migrations:
    """Compare this version's steps with those the database has taken."""
    rows = read("SELECT app, name, applied FROM django_migrations")
    taken = {f"{app}.{name}" for app, name, _at in rows}
    wanted, known = steps_of_this_version()
    first = min((at for _app, _name, at in rows), default=None)
    return Migrations(pending=sorted(wanted - taken), unknown=sorted(taken - known), installed_at=first)


@cache
def steps_of_this_version() -> tuple[frozenset[str], frozenset[str]]:
    """Steps this version needs, and all it knows, those that others replace too; they cannot change while it runs."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = [key for step in loader.disk_migrations.values() for key in step.replaces]
    known = frozenset(f"{app}.{name}" for app, name in [*loader.disk_migrations, *replaced])
    return frozenset(f"{app}.{name}" for app, name in loader.graph.nodes), known
