"""Commands over an installation: backup and restore bring back what was there, running or not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.backups.folder import backups_in
from clinic.embedded import console
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.instance import Demo, Instance
from clinic.embedded.postgres import OWNER, Postgres
from tests.clinic.conftest import query


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ZUBR_VAR", str(tmp_path / "var"))
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


@pytest.mark.slow
def test_a_backup_of_a_running_clinic_brings_back_rows_files_rights_and_the_key(instance, postgres, tmp_path, capfd):
    file = instance.var / "files" / "xray" / "1.txt"
    file.parent.mkdir(parents=True)
    file.write_text("as it was")
    key = instance.credentials.secret_key

    assert console.main(["backup", str(tmp_path / "backup")]) == 0
    with pytest.raises(EmbeddedError, match="already runs"):
        console.restore(instance, [str(tmp_path / "backup"), "--yes-really"])
    file.unlink()
    assert console.main(["restore", str(tmp_path / "backup"), "--files-only", "--yes-really"]) == 0
    assert file.read_text() == "as it was"
    query(postgres.url(OWNER), "UPDATE visit SET id = 2")
    file.write_text("spoilt")
    secrets = instance.var / "secrets.json"
    secrets.write_text(json.dumps(json.loads(secrets.read_text()) | {"secret_key": "of another installation"}))
    postgres.stop()
    (instance.var / "lock").unlink()  # `make run` has been stopped
    assert console.main(["restore", str(tmp_path / "backup"), "--yes-really"]) == 0

    postgres.start()
    former = capfd.readouterr().out.partition("former database is kept as ")[2].partition(".")[0]
    assert query(postgres.url(), "SELECT id FROM visit") == [(1,)]
    assert query(postgres.url(OWNER, database=former), "SELECT id FROM visit") == [(2,)]
    assert file.read_text() == "as it was"
    assert json.loads(secrets.read_text())["secret_key"] == key
    assert secrets.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_backup_of_a_stopped_clinic_lands_in_its_own_folder(instance, postgres):
    postgres.stop()
    (instance.var / "lock").unlink()

    assert console.main(["backup"]) == 0

    (backup,) = backups_in(instance.var / "backups")
    assert backup.manifest().tables["visit"].rows == 1
    assert not list((instance.var / "backups").glob("*.unfinished"))


def test_a_restore_names_its_backup(instance, capsys):
    assert console.main(["restore", "--yes-really"]) == 1
    assert "name the backup's folder" in capsys.readouterr().err


def test_a_database_of_ones_own_needs_a_role_for_backups(instance, monkeypatch, tmp_path, capfd):
    monkeypatch.setenv("DATABASE_URL", "postgresql://zubr_app:x@db.clinic.lan/zubr")

    assert console.main(["backup", str(tmp_path / "backup")]) == 1

    assert "BACKUP_DATABASE_URL is not set" in capfd.readouterr().err
    assert not (tmp_path / "backup").exists()


def test_a_clinic_of_ones_own_never_gets_sample_patients(instance):
    instance.var.mkdir()
    instance.remember_demo(Demo.DECLINED)

    with pytest.raises(EmbeddedError, match="a clinic of its own"):
        console.load_demo(instance, ["--scale", "S"])
