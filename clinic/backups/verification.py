"""Proving a backup: restored into a scratch database, counted, its books checked, every file read."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from clinic.backups import figures, media, scratch
from clinic.backups.errors import BackupError
from clinic.backups.folder import DUMP, FILES, Backup, Manifest, Verification
from clinic.backups.making import Report, silent
from clinic.backups.server import Server

ROOT = Path(__file__).resolve().parents[2]
SHOWN_PROBLEMS = 50
NAMES_OF_FILES = Sequence[tuple[str, str]]
"""Tables and their columns whose text names a file of the clinic."""


def verify(
    backup: Backup, server: Server, *, file_columns: NAMES_OF_FILES = (), with_books: bool, report: Report = silent
) -> Verification:
    """Restore a backup into a scratch database beside the clinic's, compare it, and keep the outcome with the backup.

    ``server`` is the clinic's database by a role that may make databases; ``with_books`` also recomputes every stored
    balance there, which needs a backup of this very version's tables.
    Raises: BackupError when it cannot be tried at all (no server, no room); problems of the backup are in the answer.
    """
    problems = damage_of(backup, report)
    if not problems:
        problems = _tried_out(backup, server, file_columns, with_books, report)
    verification = Verification(datetime.now(UTC), problems[:SHOWN_PROBLEMS])
    backup.remember(verification)
    report("Done", 1.0)
    return verification


def damage_of(backup: Backup, report: Report = silent) -> list[str]:
    """Read everything and compare it with its sums; one line for each thing that is not as it was written."""
    try:
        manifest = backup.manifest()
    except BackupError as error:
        return [f"manifest: {error}"]
    total = manifest.file_bytes + manifest.database_bytes or 1
    done = 0

    def read(count: int) -> None:
        nonlocal done
        done += count
        report("Reading the backup", min(done / total, 1) * 0.3)

    problems = backup.damage(read)
    try:
        listed = backup.listed_files()
    except BackupError as error:
        return [*problems, str(error)]
    return problems + media.problems(backup.path / FILES, listed, on_bytes=read)


def _tried_out(
    backup: Backup, server: Server, file_columns: NAMES_OF_FILES, with_books: bool, report: Report
) -> list[str]:
    manifest = backup.manifest()
    rows = {name: table.rows for name, table in manifest.tables.items()}
    with scratch.database(server, f"{server.database}_scratch", like=server.database) as trial:
        try:
            scratch.fill(
                trial,
                backup.path / DUMP,
                *("--no-owner", "--no-privileges"),
                tables=rows,
                report=lambda title, share: report(title, 0.3 + share * 0.5),
            )
        except BackupError as error:
            return [f"the dump cannot be restored: {error}"]
        report("Comparing", 0.8)
        problems = compared(trial, manifest)
        problems += missing_files(trial, file_columns, set(backup.listed_files()))
        if with_books and not problems:
            report("Checking the books", 0.9)
            problems += books(trial)
    return problems


def compared(restored: Server, manifest: Manifest) -> list[str]:
    """What the restored database has otherwise than the manifest says."""
    with restored.connect() as connection:
        return figures.differences(manifest.tables, figures.counted(connection))


def missing_files(restored: Server, file_columns: NAMES_OF_FILES, listed: set[str]) -> list[str]:
    """Files that rows name and the backup lacks."""
    lines = []
    with restored.connect() as connection:
        for table, column in file_columns:
            for path in _named(connection, table, column):
                if path not in listed:
                    lines.append(f"the file {path} is named by {table}.{column}, and is not in the backup")
    return lines


def _named(connection: psycopg.Connection, table: str, column: str) -> list[str]:
    row = connection.execute("SELECT to_regclass(%s) IS NULL", [table]).fetchone()
    if row is None or row[0]:  # a backup from before the table
        return []
    question = sql.SQL("SELECT DISTINCT {0} FROM {1} WHERE {0} <> ''").format(
        sql.Identifier(column), sql.Identifier(table)
    )
    return [name for (name,) in connection.execute(question)]


def books(restored: Server) -> list[str]:
    """What `manage.py check_books` says of the restored database; empty when the books agree."""
    env = os.environ | {"DATABASE_URL": restored.url, "ZUBR_DB_ROLE": "app"}
    command = [sys.executable, "manage.py", "check_books"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [f"check_books: {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-SHOWN_PROBLEMS:]]
