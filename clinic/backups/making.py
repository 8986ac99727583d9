"""Making a backup: everything as it is at one moment, beside a working clinic."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from clinic.backups import figures, media
from clinic.backups.errors import BackupError
from clinic.backups.folder import DUMP, FILE_LIST, FILES, MANIFEST, SECRETS, UNFINISHED, Backup, Manifest
from clinic.backups.server import Server
from clinic.embedded.credentials import write_private

Report = Callable[[str, float], None]
"""Told what is being done and how far the whole is, from 0 to 1; whatever it raises stops the work."""

DUMPED = re.compile(r'dumping contents of table "([^"]+)"')
SPARE_BYTES = 500_000_000  # what has to be left on the disk for the clinic to work on


@dataclass(frozen=True)
class Source:
    """What is backed up: a database by a role that may read all of it, the files, the secrets where there are any."""

    server: Server
    files: Path
    secrets: Path | None
    version: str


def silent(title: str, share: float) -> None:
    """A report nobody reads."""


def make_backup(
    source: Source, target: Path, *, former: Backup | None = None, is_nightly: bool = False, report: Report = silent
) -> Backup:
    """Write a backup into a new folder, which gets its name when it is whole.

    Files that ``former`` has are linked to it, not copied, unless its verification found it bad.
    Raises: BackupError, OSError, or what ``report`` raises; nothing is then left of it.
    """
    if target.exists():
        raise BackupError(f"{target} is there already")
    unfinished = target.with_name(target.name + UNFINISHED)
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        _fill(unfinished, source, former, is_nightly, report)
        os.sync()  # the name promises that all of it is on the disk
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished)
        raise
    report("Done", 1.0)
    return Backup(target)


def _fill(folder: Path, source: Source, former: Backup | None, is_nightly: bool, report: Report) -> None:
    started_at = datetime.now(UTC)
    known = _trusted(former)
    with figures.snapshot(source.server) as (connection, snapshot):
        sizes = figures.sizes(connection)
        work = Work(report, sizes, media.bytes_under(source.files))
        _look_for_room(folder, sum(sizes.values()) + media.bytes_under(source.files, known))
        tables = figures.counted(connection, work.counted)
        migrations, clinic = applied_migrations(connection), clinic_name(connection)
        server = f"{connection.info.server_version // 10000}.{connection.info.server_version % 10000}"
        source.server.run(
            "pg_dump",
            *("--format=custom", "--compress=gzip:3", "--verbose", f"--snapshot={snapshot}"),
            f"--file={folder / DUMP}",
            on_line=work.dumped,
        )
    # Files come after the database: what its rows name was written before them, and files are never taken away.
    copied = media.copy(source.files, folder / FILES, folder / FILE_LIST, former=known, on_bytes=work.copied)
    if source.secrets is not None and source.secrets.exists():
        write_private(folder / SECRETS, source.secrets.read_text())
    manifest = Manifest(
        version=source.version,
        clinic=clinic,
        is_nightly=is_nightly,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        server=server,
        database_bytes=sum(sizes.values()),
        migrations=migrations,
        tables=tables,
        files=copied.files,
        file_bytes=copied.bytes,
        linked_files=copied.linked,
    )
    (folder / DUMP).chmod(0o600)
    (folder / FILE_LIST).chmod(0o600)
    write_private(folder / MANIFEST, manifest.text())
    Backup(folder).write_checksums()


def applied_migrations(connection: psycopg.Connection) -> list[str]:
    """Names of the migrations the database has, as ``app.name``; none when it was never migrated."""
    if _is_missing(connection, "django_migrations"):
        return []
    return [row[0] for row in connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")]


def clinic_name(connection: psycopg.Connection) -> str:
    """The first company's short name; empty in a database without one."""
    if _is_missing(connection, "organization_legalentity"):
        return ""
    row = connection.execute("SELECT short_name FROM organization_legalentity ORDER BY id LIMIT 1").fetchone()
    return row[0] if row else ""


def _is_missing(connection: psycopg.Connection, table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NULL", [table]).fetchone()
    return row is None or row[0]


def _trusted(former: Backup | None) -> media.Former | None:
    if former is None or ((seen := former.verification()) is not None and not seen.is_good):
        return None
    return media.Former(former.path / FILES, former.listed_files())


def _look_for_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise BackupError(
            f"the disk of {folder.parent} is too full: {free // 1_000_000} MB free, "
            f"{(needed + SPARE_BYTES) // 1_000_000} MB needed"
        )


class Work:
    """How far a backup is, by bytes: counting is a fifth of the dump's work, files are read and written once."""

    def __init__(self, report: Report, sizes: Mapping[str, int], file_bytes: int) -> None:
        self._report, self._sizes = report, sizes
        self._total = sum(sizes.values()) * 1.2 + file_bytes or 1
        self._done = 0.0
        self._dumping = 0

    def counted(self, table: str) -> None:
        self._go_on("Counting rows", self._sizes.get(table, 0) * 0.2)

    def dumped(self, line: str) -> None:
        """Hear pg_dump name the table it begins; the one before is done."""
        if found := DUMPED.search(line):
            done, self._dumping = self._dumping, self._sizes.get(found[1].removeprefix("public."), 0)
            self._go_on("Writing the database", done)

    def copied(self, count: int) -> None:
        done, self._dumping = self._dumping, 0
        self._go_on("Copying files", done + count)

    def _go_on(self, title: str, amount: float) -> None:
        self._done += amount
        self._report(title, min(self._done / self._total, 0.99))
