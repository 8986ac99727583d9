"""A demo clinic is backed up, proved, destroyed and restored; whatever is wrong with a backup is found."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from clinic.backups import figures, media, restoring, services, verification
from clinic.backups.errors import AlreadyRunning, BackupError
from clinic.backups.folder import Backup, Verification, alone_in, backups_in
from clinic.backups.making import Source, make_backup
from clinic.backups.restoring import Place
from clinic.backups.server import Server
from clinic.embedded.postgres import APPLICATION, BACKUP, OWNER, SUPERUSER, Postgres, binaries
from tests.clinic.conftest import query

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime.fromisoformat("2026-11-23T09:15:00+03:00")
IMAGES = {"xray/7/1.dcm": b"\x00image" * 50_000, "xray/7/2.dcm": b"another" * 9_000, "scan with space.pdf": b"%PDF"}


class Clinic:
    """One clinic on the server of this run: a database and a folder of files."""

    def __init__(self, server: Postgres, name: str, folder: Path) -> None:
        self.server, self.name, self.files = server, name, folder / "files"
        self.source = Source(Server(server.url(BACKUP, database=name)), self.files, folder / "secrets.json", "0.1.0")
        self.place = Place(Server(server.url(SUPERUSER, database="postgres")), name, self.files)

    def sql(self, statement: str, role: str = OWNER) -> list[tuple[object, ...]]:
        return query(self.server.url(role, database=self.name), statement)

    def figures(self) -> dict[str, figures.TableFigures]:
        with psycopg.connect(self.server.url(SUPERUSER, database=self.name)) as connection:
            return figures.counted(connection)


@pytest.fixture(scope="module")
def clinic(server: Postgres, tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[Clinic]:
    """Two months of a small clinic, with images."""
    from django.db import connection

    folder = tmp_path_factory.mktemp("clinic")
    name = f"clinic_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    template = connection.settings_dict["TEST"]["TEMPLATE"]
    with psycopg.connect(server.url(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}" OWNER zubr_owner')
    url = server.url(OWNER, database=name)
    env = os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    load = [sys.executable, "manage.py", "demo", "--scale", "XS", "--force", "--today", "2026-11-23T11:24"]
    subprocess.run(load, env=env, cwd=ROOT, check=True, capture_output=True)
    made = Clinic(server, name, folder)
    write_images(made.files)
    (folder / "secrets.json").write_text('{"secret_key": "as it was"}')
    yield made
    with psycopg.connect(server.url(SUPERUSER, database="postgres"), autocommit=True) as admin:
        for (database,) in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}%"]):
            admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def write_images(folder: Path) -> None:
    for path, content in IMAGES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@pytest.fixture(scope="module")
def backup(clinic: Clinic, tmp_path_factory) -> Backup:
    """A backup of it nobody may change."""
    return make_backup(clinic.source, tmp_path_factory.mktemp("backups") / "2026-11-23_030000")


@pytest.fixture
def copy(backup: Backup, tmp_path: Path) -> Backup:
    """A copy of the backup to be spoilt."""
    shutil.copytree(backup.path, tmp_path / "copy")
    return Backup(tmp_path / "copy")


def contents(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path, _ in media.files_under(folder)}


@pytest.mark.slow
def test_a_destroyed_clinic_comes_back_with_every_row_kopeck_and_file(clinic, backup):
    before = clinic.figures()
    clinic.sql("DROP TABLE billing_payment CASCADE; TRUNCATE patients_patient CASCADE")
    shutil.rmtree(clinic.files)

    restored = restoring.restore(backup, clinic.place, now=NOW)

    assert clinic.figures() == before
    assert before["billing_ledgerentry"].rows > 300 and any(
        float(sum_) for sum_ in before["billing_payment"].money.values()
    )
    assert contents(clinic.files) == IMAGES
    assert restored.database == f"{clinic.name}_20261123_091500" and restored.files is None
    assert query(clinic.server.url(OWNER, database=restored.database), "SELECT count(*) FROM patients_patient") == [
        (0,)
    ]
    assert clinic.sql("SELECT count(*) > 0 FROM billing_payment", APPLICATION) == [(True,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        clinic.sql("DELETE FROM billing_ledgerentry", APPLICATION)


@pytest.mark.slow
def test_a_good_backup_is_proved_with_its_books_and_leaves_nothing_behind(clinic, backup):
    found = verification.verify(backup, clinic.source.server, with_books=True)

    assert found.problems == []
    assert backup.verification() == found
    scratch = "SELECT count(*) FROM pg_database WHERE datname = current_database() || '_scratch'"
    assert clinic.sql(scratch) == [(0,)]


@pytest.mark.slow
def test_a_row_a_kopeck_a_table_or_a_named_file_that_is_missing_is_found(clinic, copy, tmp_path):
    """The sums of the files are right: only the trial restore can tell."""
    spoilt = spoilt_database(
        clinic,
        "DELETE FROM core_counter WHERE series = (SELECT min(series) FROM core_counter)",
        "SET session_replication_role = replica; DELETE FROM patients_patientevent"
        " WHERE pgh_id = (SELECT max(pgh_id) FROM patients_patientevent)",
        "SET session_replication_role = replica; UPDATE billing_ledgerentry SET amount = amount + 0.01"
        " WHERE id = (SELECT max(id) FROM billing_ledgerentry)",
        "DROP TABLE axes_accesslog",
        "UPDATE organization_legalentity SET name = 'xray/7/3.dcm'",
    )
    dumped = make_backup(Source(spoilt, clinic.files, None, "0.1.0"), tmp_path / "spoilt")
    shutil.copy(dumped.path / "database.dump", copy.path / "database.dump")
    copy.write_checksums()

    named = [("organization_legalentity", "name")]
    found = verification.verify(copy, clinic.source.server, file_columns=named, with_books=True)

    rows = {name: table.rows for name, table in copy.manifest().tables.items()}
    assert f"table core_counter has {rows['core_counter'] - 1} rows instead of {rows['core_counter']}" in found.problems
    history = rows["patients_patientevent"]
    assert f"table patients_patientevent has {history - 1} rows instead of {history}" in found.problems
    assert any(line.startswith("the sum of billing_ledgerentry.amount is ") for line in found.problems)
    assert "table axes_accesslog is missing" in found.problems
    assert "the file xray/7/3.dcm is named by organization_legalentity.name, and is not in the backup" in found.problems
    assert not copy.verification().is_good


def spoilt_database(clinic: Clinic, *statements: str, name: str = "") -> Server:
    """A copy of the clinic's database with faults in it."""
    name = name or f"{clinic.name}_spoilt"
    with psycopg.connect(clinic.server.url(SUPERUSER, database="postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {clinic.name}")
    for statement in statements:
        query(clinic.server.url(SUPERUSER, database=name), statement)
    return Server(clinic.server.url(BACKUP, database=name))


@pytest.mark.slow
def test_stored_balances_that_differ_from_their_documents_are_found(clinic, tmp_path):
    """Restored exactly as it was backed up: only the books can tell."""
    swap = (
        "WITH debtor AS (SELECT id, debt FROM billing_account ORDER BY debt DESC LIMIT 1),"
        " other AS (SELECT id FROM billing_account WHERE debt = 0 LIMIT 1)"
        " UPDATE billing_account a SET debt = debtor.debt - a.debt FROM debtor, other WHERE a.id IN (debtor.id, other.id)"
    )
    swapped = spoilt_database(clinic, swap, name=f"{clinic.name}_books")
    wrong = make_backup(Source(swapped, clinic.files, None, "0.1.0"), tmp_path / "wrong")

    found = verification.verify(wrong, clinic.source.server, with_books=True)

    assert len(found.problems) >= 2 and all(line.startswith("check_books: ") for line in found.problems)


def flip_a_byte(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


FAULTS: dict[str, Callable[[Path], object]] = {
    "first byte of the dump": lambda b: flip_a_byte(b / "database.dump", 0),
    "a byte amid the dump": lambda b: flip_a_byte(b / "database.dump", 0.5),
    "last byte of the dump": lambda b: flip_a_byte(b / "database.dump", 1),
    "dump cut": lambda b: cut(b / "database.dump"),
    "dump missing": lambda b: (b / "database.dump").unlink(),
    "manifest changed": lambda b: flip_a_byte(b / "manifest.json", 0.5),
    "manifest cut": lambda b: cut(b / "manifest.json"),
    "manifest missing": lambda b: (b / "manifest.json").unlink(),
    "sums missing": lambda b: (b / "SHA256SUMS").unlink(),
    "sums cut": lambda b: (b / "SHA256SUMS").write_text((b / "SHA256SUMS").read_text().partition("\n")[2]),
    "secrets missing": lambda b: (b / "secrets.json").unlink(),
    "secrets changed": lambda b: flip_a_byte(b / "secrets.json", 0.5),
    "list missing": lambda b: (b / "files.tsv").unlink(),
    "a line of the list missing": lambda b: (b / "files.tsv").write_text(
        (b / "files.tsv").read_text().partition("\n")[2]
    ),
    "a byte of an image": lambda b: flip_a_byte(b / "files/xray/7/1.dcm", 0.7),
    "an image cut": lambda b: cut(b / "files/xray/7/2.dcm"),
    "an image empty": lambda b: (b / "files/xray/7/2.dcm").write_bytes(b""),
    "an image missing": lambda b: (b / "files/xray/7/1.dcm").unlink(),
    "a folder missing": lambda b: shutil.rmtree(b / "files/xray"),
    "all files missing": lambda b: shutil.rmtree(b / "files"),
    "a stranger's file": lambda b: (b / "files/xray/8.dcm").write_bytes(b"x"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_a_backup_is_found_and_refused(fault, clinic, copy):
    FAULTS[fault](copy.path)

    assert verification.damage_of(copy) != []
    with pytest.raises(BackupError):
        restoring.refuse_unfit(copy, services.known_migrations())


def test_a_whole_backup_has_no_fault_and_is_for_its_owners_eyes(clinic, backup):
    assert verification.damage_of(backup) == []
    restoring.refuse_unfit(backup, services.known_migrations())
    assert [path for path in [backup.path, *backup.path.rglob("*")] if path.stat().st_mode & 0o077] == []
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup.path, check=True)
    by_hand = "cut -f1,4 files.tsv | sed 's|\\t|  files/|' | sha256sum -c"  # as docs/operations.md says
    said = subprocess.run(by_hand, shell=True, cwd=backup.path, check=True, capture_output=True, text=True).stdout
    assert said.count(": OK") == len(IMAGES) and by_hand in (ROOT / "docs/operations.md").read_text()


def test_a_backup_of_a_newer_version_is_refused(clinic, backup):
    known = services.known_migrations()

    with pytest.raises(BackupError, match=r"newer Zubr .*billing\.0001_initial"):
        restoring.refuse_unfit(backup, known - {"billing.0001_initial"})


def test_a_backup_sees_one_moment_while_the_clinic_works(clinic, tmp_path):
    """Rows written after the counting are in neither the dump nor the counts."""
    written = []

    def receive_a_payment(title: str, share: float) -> None:
        if title == "Writing the database" and not written:
            written.append(clinic.sql("INSERT INTO core_counter VALUES ('meanwhile', 1) RETURNING value"))

    backup = make_backup(clinic.source, tmp_path / "moment", report=receive_a_payment)

    now = clinic.figures()["core_counter"].rows
    clinic.sql("DELETE FROM core_counter WHERE series = 'meanwhile'")
    assert written and backup.manifest().tables["core_counter"].rows == now - 1
    program = binaries() / "pg_restore"
    only = [program, "--data-only", "--table=core_counter", "--file=-", backup.path / "database.dump"]
    assert b"meanwhile" not in subprocess.run(only, capture_output=True, check=True).stdout


def test_somebody_who_works_in_the_database_stops_a_restore(clinic, backup):
    with psycopg.connect(clinic.server.url(database=clinic.name)), pytest.raises(BackupError, match="somebody works"):
        restoring.restore(backup, clinic.place, now=NOW)


@pytest.mark.slow
def test_a_restore_that_fails_at_its_very_end_leaves_everything_as_it_was(clinic, backup):
    (clinic.files / "new.pdf").write_bytes(b"%PDF new")
    before = clinic.figures()

    def fail_at_the_files(title: str, share: float) -> None:
        if title == "Copying files" and share > 0.8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restoring.restore(backup, clinic.place, now=NOW.replace(hour=10), report=fail_at_the_files)

    assert clinic.figures() == before
    assert contents(clinic.files) == IMAGES | {"new.pdf": b"%PDF new"}
    assert [path.name for path in clinic.files.parent.iterdir() if "restoring" in path.name] == []
    leftovers = (
        f"SELECT datname FROM pg_database WHERE datname IN ('{clinic.name}_restoring', '{clinic.name}_20261123_101500')"
    )
    assert clinic.sql(leftovers) == []
    (clinic.files / "new.pdf").unlink()


def test_files_alone_are_brought_back_and_nothing_is_taken_away(clinic, backup, tmp_path):
    files = tmp_path / "files"
    write_images(files)
    (files / "xray/7/1.dcm").unlink()
    flip_a_byte(files / "xray/7/2.dcm", 0.5)
    (files / "new.pdf").write_bytes(b"since then")

    assert restoring.restore_files(backup, files) == 2

    assert contents(files) == IMAGES | {"new.pdf": b"since then"}


def test_unchanged_files_are_shared_with_the_backup_before_and_changed_ones_are_not(clinic, backup, tmp_path):
    (clinic.files / "scan with space.pdf").write_bytes(b"%PDF second")

    second = make_backup(clinic.source, backup.path.parent / "second", former=backup)

    write_images(clinic.files)
    inode = lambda of, path: (of.path / "files" / path).stat().st_ino  # noqa: E731
    assert inode(second, "xray/7/1.dcm") == inode(backup, "xray/7/1.dcm")
    assert contents(second.path / "files") == IMAGES | {"scan with space.pdf": b"%PDF second"}
    assert contents(backup.path / "files") == IMAGES
    assert verification.damage_of(second) == [] and second.manifest().linked_files == 2


def test_files_are_copied_afresh_when_the_backup_before_was_found_bad(clinic, copy):
    flip_a_byte(copy.path / "files/xray/7/1.dcm", 0.5)
    os.utime(copy.path / "files/xray/7/1.dcm", ns=(0, (clinic.files / "xray/7/1.dcm").stat().st_mtime_ns))
    copy.remember(Verification(NOW, verification.damage_of(copy)))

    fresh = make_backup(clinic.source, copy.path.parent / "fresh", former=copy)

    assert verification.damage_of(fresh) == [] and fresh.manifest().linked_files == 0


def test_a_backup_that_fails_leaves_no_half_of_it(clinic, tmp_path):
    def stop(title: str, share: float) -> None:
        if title == "Copying files":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(clinic.source, tmp_path / "half", report=stop)

    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_has_left_is_no_backup_and_is_cleared_away(backup, tmp_path):
    shutil.copytree(backup.path, tmp_path / "2026-11-22_030000.unfinished")
    shutil.copytree(backup.path, tmp_path / "2026-11-21_030000.removed")

    assert backups_in(tmp_path) == []
    with alone_in(tmp_path), pytest.raises(AlreadyRunning), alone_in(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_odd_names_of_files_survive_the_list(tmp_path):
    files = {"tab\there.txt": b"1", "back\\slash.txt": b"2", "line\nbreak.txt": b"3", "снимок №1.dcm": b"4"}
    (tmp_path / "from").mkdir()
    for name, content in files.items():
        (tmp_path / "from" / name).write_bytes(content)

    media.copy(tmp_path / "from", tmp_path / "to", tmp_path / "files.tsv", former=None, on_bytes=lambda count: None)

    listed = media.read_list(tmp_path / "files.tsv")
    assert set(listed) == set(files)
    assert media.problems(tmp_path / "to", listed, on_bytes=lambda count: None) == []


def test_the_backup_role_reads_everything_and_changes_nothing(clinic):
    assert clinic.sql("SELECT count(*) > 0 FROM billing_ledgerentry", BACKUP) == [(True,)]
    for statement in ("DELETE FROM core_counter", "DROP TABLE core_counter", "CREATE ROLE x", "CREATE TABLE x ()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            clinic.sql(statement, BACKUP)


def test_the_password_of_the_role_is_in_no_text(clinic, backup):
    password = clinic.server.credentials.backup_password
    assert password not in repr(clinic.source)
    assert all(password not in (backup.path / name).read_text() for name in ("manifest.json", "files.tsv"))
    assert json.loads((backup.path / "secrets.json").read_text()) == {"secret_key": "as it was"}
