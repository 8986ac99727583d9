"""Restoring: the backup is put together beside the clinic's database and files, compared, and only then takes their place."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from clinic.backups import media, scratch, verification
from clinic.backups.errors import BackupError
from clinic.backups.folder import DUMP, FILES, Backup
from clinic.backups.making import Report, clinic_name, silent
from clinic.backups.server import Server

NEW_FILES = "files.restoring"


@dataclass(frozen=True)
class Place:
    """Where a clinic is restored to: a database by a superuser, and the folder of its files."""

    admin: Server
    database: str
    files: Path


@dataclass(frozen=True)
class Restored:
    """What the former database and files are called now; ``files`` is None when there were none."""

    database: str
    files: Path | None


def refuse_unfit(backup: Backup, known_migrations: Collection[str], report: Report = silent) -> None:
    """Refuse a backup that is damaged, or made by a version newer than this one.

    Raises: BackupError.
    """
    manifest = backup.manifest()
    unknown = [name for name in manifest.migrations if name not in known_migrations]
    if unknown:
        raise BackupError(
            f"{backup.path} was made by a newer Zubr ({manifest.version}): this one does not know its table changes "
            f"({unknown[0]}{f' and {len(unknown) - 1} more' if len(unknown) > 1 else ''})"
        )
    problems = verification.damage_of(backup, report)
    if problems:
        raise BackupError(f"the backup {backup.path} is damaged: {'; '.join(problems[:5])}")


def restore(backup: Backup, place: Place, *, now: datetime, report: Report = silent) -> Restored:
    """Put a backup in the place of database and files; the former ones stay beside it under a name with the moment.

    Raises: BackupError, OSError, or what ``report`` raises; everything is then as it was.
    """
    manifest = backup.manifest()
    stamp = f"{now:%Y%m%d_%H%M%S}"
    former = f"{place.database}_{stamp}"
    _refuse_while_used(place)
    fresh = place.files.with_name(NEW_FILES)
    with scratch.database(
        place.admin, f"{place.database}_restoring", like=place.database, owner=_owner(place)
    ) as restored:
        rows = {name: table.rows for name, table in manifest.tables.items()}
        scratch.fill(
            restored,
            backup.path / DUMP,
            tables=rows,
            report=lambda title, share: report(title, 0.3 + share * 0.4),
        )
        report("Comparing", 0.7)
        if problems := verification.compared(restored, manifest):
            raise BackupError(f"what was restored is not what was backed up: {'; '.join(problems[:5])}")
        with restored.connect(autocommit=True) as connection:
            connection.execute("ANALYZE")
        try:
            _unpack(backup, fresh, report)
            with _files_swapped(place.files, fresh, stamp) as former_files:
                _swap_databases(place, restored.database, former)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    report("Done", 1.0)
    return Restored(former, former_files)


def restore_files(backup: Backup, target: Path, *, report: Report = silent) -> int:
    """Bring back what the clinic's files lack of the backup's, or have damaged; nothing there is removed.

    Returns how many files were brought back. Raises: BackupError for a damaged backup, OSError.
    """
    listed = backup.listed_files()
    total = sum(entry.bytes for entry in listed.values()) or 1
    done = 0

    def read(count: int) -> None:
        nonlocal done
        done += count
        report("Files", min(done / (2 * total), 0.99))

    if problems := media.problems(backup.path / FILES, listed, on_bytes=read):
        raise BackupError(f"the backup {backup.path} is damaged: {'; '.join(problems[:5])}")
    return media.bring_back(backup.path / FILES, listed, target, on_bytes=read)


def name_of_clinic(place: Place) -> str:
    """The name of the clinic that would be replaced; empty where there is none yet."""
    with place.admin.named(place.database).connect() as connection:
        return clinic_name(connection)


def _unpack(backup: Backup, target: Path, report: Report) -> None:
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(mode=0o700)
    listed = backup.listed_files()
    total, done = sum(entry.bytes for entry in listed.values()) or 1, 0

    def copied(count: int) -> None:
        nonlocal done
        done += count
        report("Copying files", 0.7 + min(done / (2 * total), 1) * 0.28)

    media.bring_back(backup.path / FILES, listed, target, on_bytes=copied)
    if problems := media.problems(target, listed, on_bytes=copied):
        raise BackupError(f"files were not copied as they are: {'; '.join(problems[:5])}")


@contextmanager
def _files_swapped(files: Path, fresh: Path, stamp: str) -> Iterator[Path | None]:
    """The fresh files lie in their place while the body runs, and after it when it did not fail."""
    former = files.with_name(f"{files.name}_{stamp}") if files.exists() else None
    if former is not None:
        files.rename(former)
    try:
        fresh.rename(files)
        yield former
    except BaseException:
        if files.exists():
            files.rename(fresh)
        if former is not None:
            former.rename(files)
        raise


def _swap_databases(place: Place, restored: str, former: str) -> None:
    """Both names change together or not at all; who may connect to the former database may connect to the new one."""
    with place.admin.connect() as connection:
        try:
            _copy_rights(connection, place.database, restored)
            for old, new in ((place.database, former), (restored, place.database)):
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
                )
        except psycopg.errors.ObjectInUse:
            raise BackupError(_in_use(place.database)) from None


_RIGHTS = """
SELECT a.privilege_type, CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END
  FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
 WHERE d.datname = %s AND a.grantee <> d.datdba
"""


def _copy_rights(connection: psycopg.Connection, former: str, restored: str) -> None:
    name = sql.Identifier(restored)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    for privilege, role in connection.execute(_RIGHTS, [former]).fetchall():
        grantee = sql.SQL("PUBLIC") if role is None else sql.Identifier(role)
        connection.execute(sql.SQL("GRANT {} ON DATABASE {} TO {}").format(sql.SQL(privilege), name, grantee))


def _owner(place: Place) -> str:
    question = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s"
    with place.admin.connect() as connection:
        row = connection.execute(question, [place.database]).fetchone()
    if row is None:
        raise BackupError(f"there is no database {place.database}: make the roles first, see docs/operations.md")
    return row[0]


def _refuse_while_used(place: Place) -> None:
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
    with place.admin.connect() as connection:
        row = connection.execute(question, [place.database]).fetchone()
    if row is not None and row[0]:
        raise BackupError(_in_use(place.database))


def _in_use(database: str) -> str:
    return f"somebody works in the database {database}: stop the clinic first, see docs/operations.md"
