"""A database beside the clinic's own: made, filled from a dump, looked at, and dropped or put in its place."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from clinic.backups.making import Report
from clinic.backups.server import Server

RESTORED = re.compile(r'processing data for table "([^"]+)"')
JOBS = 2

# A new database sorts and folds letters as the old one does.
_LIKE = """
SELECT pg_encoding_to_char(encoding), datlocprovider::text, datlocale, datcollate, datctype
  FROM pg_database WHERE datname = %s
"""
_PROVIDERS = {"b": "builtin", "i": "icu", "c": "libc"}


@contextmanager
def database(server: Server, name: str, *, like: str, owner: str | None = None) -> Iterator[Server]:
    """Give a new empty database, made like another one; it is dropped at the end unless it was renamed meanwhile.

    ``server`` names a role that may make databases, and one database that is there already.
    """
    drop(server, name)
    with server.connect(autocommit=True) as connection:
        connection.execute(_creation(connection, name, like, owner))
    try:
        yield server.named(name)
    finally:
        drop(server, name)


def drop(server: Server, name: str) -> None:
    with server.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def fill(server: Server, dump: Path, *options: str, tables: dict[str, int], report: Report) -> None:
    """Restore a dump into an empty database; ``tables`` are the rows it has of each, by which progress is told.

    Raises: BackupError at the first thing that cannot be restored.
    """
    total, done = sum(tables.values()) or 1, 0

    def hear(line: str) -> None:
        nonlocal done
        if found := RESTORED.search(line):
            report("Restoring the database", done / total)
            done += tables.get(found[1].removeprefix("public."), 0)

    server.run(
        "pg_restore",
        *("--exit-on-error", "--verbose", f"--jobs={JOBS}", f"--dbname={server.database}"),
        *options,
        dump,
        on_line=hear,
    )


def _creation(connection: psycopg.Connection, name: str, like: str, owner: str | None) -> sql.Composed:
    row = connection.execute(_LIKE, [like]).fetchone()
    assert row is not None, f"there is no database {like}"
    encoding, provider, locale, collate, ctype = row
    parts = [
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {}").format(sql.Identifier(name), encoding),
        sql.SQL("LOCALE_PROVIDER {} LC_COLLATE {} LC_CTYPE {}").format(
            sql.SQL(_PROVIDERS[provider]),
            collate,
            ctype,
        ),
    ]
    if locale is not None:
        parts.append(sql.SQL("{} {}").format(sql.SQL(f"{_PROVIDERS[provider].upper()}_LOCALE"), locale))
    if owner is not None:
        parts.append(sql.SQL("OWNER {}").format(sql.Identifier(owner)))
    return sql.SQL(" ").join(parts)
