"""Backup and restore bring back what was there, and a restore that fails changes nothing."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.embedded import console
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import Demo, Instance
from clinic.embedded.postgres import OWNER, Postgres
from tests.clinic.conftest import query


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return Instance(tmp_path / "var")


@pytest.fixture
def postgres(instance: Instance) -> Iterator[Postgres]:
    """The installation's database, running as under `make run`."""
    instance.var.mkdir()
    postgres = instance.postgres()
    assert postgres is not None
    with instance.take("http://127.0.0.1:8000/"):
        postgres.start()
        query(postgres.url(OWNER), "CREATE TABLE visit AS SELECT 1 AS id; GRANT SELECT ON visit TO zubr_app")
        yield postgres
        postgres.stop()


def with_a_file(instance: Instance, text: str) -> Path:
    path = instance.var / "files" / "xray" / "1.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_backup_of_a_running_clinic_brings_back_rows_files_and_rights(instance, postgres, tmp_path):
    file = with_a_file(instance, "as it was")
    backup = console.backup(instance, tmp_path / "backup")
    query(postgres.url(OWNER), "UPDATE visit SET id = 2")
    file.write_text("spoilt")
    postgres.stop()

    former = _restore_after_release(instance, backup)

    postgres.start()
    assert query(postgres.url(), "SELECT id FROM visit") == [(1,)]
    assert query(postgres.url(OWNER, database=former), "SELECT id FROM visit") == [(2,)]
    assert file.read_text() == "as it was"


def _restore_after_release(instance: Instance, backup: Path) -> str:
    """`make run` has been stopped: its lock on the folder is gone."""
    (instance.var / "lock").unlink()
    return console.restore(instance, backup)


def test_a_backup_is_for_its_owners_eyes_only(instance, postgres, tmp_path):
    backup = console.backup(instance, tmp_path / "backup")

    assert backup.stat().st_mode & 0o077 == 0
    assert {path.name for path in backup.iterdir()} == {"database.dump", "files.tar", "secrets.json", "SHA256SUMS"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in backup.iterdir())


def test_a_running_clinic_is_not_restored_over(instance, postgres, tmp_path):
    backup = console.backup(instance, tmp_path / "backup")

    with pytest.raises(EmbeddedError, match="already runs"):
        console.restore(instance, backup)


def test_a_restore_that_fails_leaves_everything_as_it_was(instance, postgres, tmp_path):
    file = with_a_file(instance, "as it was")
    backup = console.backup(instance, tmp_path / "backup")
    (backup / "database.dump").write_bytes(b"PGDMP, but no more than that")
    subprocess.run("sha256sum database.dump files.tar secrets.json > SHA256SUMS", shell=True, cwd=backup, check=True)
    postgres.stop()

    with pytest.raises(EmbeddedError, match="pg_restore failed"):
        _restore_after_release(instance, backup)

    postgres.start()
    assert query(postgres.url(), "SELECT id FROM visit") == [(1,)]
    assert query(postgres.url(), "SELECT datname FROM pg_database WHERE datname LIKE 'zubr%'") == [("zubr",)]
    assert file.read_text() == "as it was"


def test_a_damaged_backup_is_refused_before_anything_is_touched(instance, postgres, tmp_path):
    backup = console.backup(instance, tmp_path / "backup")
    dump = (backup / "database.dump").read_bytes()
    (backup / "database.dump").write_bytes(dump[: len(dump) * 2 // 3])

    with pytest.raises(EmbeddedError, match="is damaged"):
        console.restore(instance, backup)


def test_what_is_no_backup_is_refused(instance, tmp_path):
    with pytest.raises(EmbeddedError, match="is no backup"):
        console.restore(instance, tmp_path)


def test_a_backup_that_cannot_be_written_leaves_no_half_of_it(instance, postgres, tmp_path):
    postgres.stop()

    with pytest.raises(EmbeddedError, match="pg_dump failed"):
        console.backup(instance, tmp_path / "backup")

    assert not (tmp_path / "backup").exists()


def test_a_database_of_ones_own_is_left_to_its_own_tools(instance, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://zubr_app:x@db.clinic.lan/zubr")

    with pytest.raises(EmbeddedError, match="its own pg_dump"):
        console.backup(instance, tmp_path / "backup")


def test_a_clinic_of_ones_own_never_gets_sample_patients(instance):
    instance.var.mkdir()
    instance.remember_demo(Demo.DECLINED)

    with pytest.raises(EmbeddedError, match="a clinic of its own"):
        console.load_demo(instance, ["--scale", "S"])
