"""The container server's archive: with the settings of docker-compose.yml, real PostgreSQL goes back to a moment."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinic.backups import media, restoring
from clinic.backups.making import Source, make_backup
from clinic.backups.server import Server
from clinic.embedded.accounts import make_reachable, own_folder, service_account
from clinic.embedded.credentials import load_or_create
from clinic.embedded.postgres import BACKUP, SUPERUSER, Postgres, binaries
from clinic.embedded.processes import as_account
from tests.clinic.conftest import query

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "deploy" / "postgres"


class Recoverable(Postgres):
    """After a start it may still be going back to a moment; roles are made when it has."""

    def make_roles(self) -> None:
        deadline = time.monotonic() + 60
        while query(self.url(SUPERUSER, database="postgres"), "SELECT pg_is_in_recovery()") == [(True,)]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        super().make_roles()


class Server18:
    """PostgreSQL as docker-compose.yml starts it, with the archive in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.account = service_account()
        self.archive = folder / "archive"
        for path in (folder / "postgres", self.archive, self.archive / "wal", self.archive / "base"):
            own_folder(path, self.account)
        self.postgres = Recoverable(folder / "postgres", load_or_create(folder / "secrets.json"))
        self.scripts = folder / "scripts"  # where the account may read them
        shutil.copytree(SCRIPTS, self.scripts)
        stand_in = shutil.copy(Path(__file__).with_name("pg_verifybackup.sh"), self.scripts / "pg_verifybackup")
        stand_in.chmod(0o755)
        if self.account is not None:
            make_reachable(self.scripts, self.account)

    def settings(self) -> dict[str, str]:
        command = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["postgres"]["command"]
        found = dict(part.split("=", 1) for part in command if "=" in part)
        return {name: value.replace("/opt/zubr", str(self.scripts)) for name, value in found.items()}

    def configure(self) -> None:
        """Write what docker-compose.yml says where this PostgreSQL reads settings of one's own."""
        lines = [f"{name} = '{value}'" for name, value in self.settings().items()]
        (self.postgres.data / "local.conf").write_text("\n".join(lines) + "\n")

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        access = self.postgres.access(SUPERUSER, database="postgres")
        plain = {
            "PATH": f"{self.scripts}:{binaries()}:{os.environ['PATH']}",
            "TZ": "Europe/Moscow",
            "ARCHIVE": str(self.archive),
        }
        return subprocess.run(
            ["bash", self.scripts / script, *arguments],
            env=plain | access | {"PGDATA": str(self.postgres.data), "ARCHIVE_KEEP_BASES": "1"},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            cwd=self.postgres.folder,
            **as_account(self.account),
        )

    def sql(self, statement: str, role: str = SUPERUSER) -> list[tuple[Any, ...]]:
        return query(self.postgres.url(role), statement)

    def status(self) -> dict[str, Any]:
        return json.loads((self.archive / "status.json").read_text())

    def archived(self) -> list[str]:
        return sorted(path.name for path in (self.archive / "wal").iterdir())


@pytest.fixture(scope="module")
def server18(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server18]:
    folder = tmp_path_factory.mktemp("server")
    server = Server18(folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("ARCHIVE", str(folder / "archive"))
        server.postgres.start()
        server.postgres.stop()
        server.configure()
        server.postgres.start()
        yield server
        server.postgres.stop()


@pytest.mark.slow
def test_the_database_goes_back_to_a_moment_before_a_mass_delete_with_its_files(server18, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "1.dcm").write_bytes(b"image")
    server18.sql("CREATE TABLE visit AS SELECT generate_series(1, 1000) AS id")
    assert server18.run("base_backup.sh").returncode == 0
    server18.sql("INSERT INTO visit SELECT generate_series(1001, 3000)")
    backup = make_backup(Source(Server(server18.postgres.url(BACKUP)), files, None, "0.1.0"), tmp_path / "backup")
    time.sleep(0.01)
    moment = server18.sql("SELECT clock_timestamp()::text")[0][0]
    time.sleep(0.01)
    server18.sql("DELETE FROM visit WHERE id > 10")
    after_the_delete = server18.sql("SELECT clock_timestamp()::text")[0][0]
    time.sleep(0.01)
    shutil.rmtree(files)
    server18.sql("INSERT INTO visit VALUES (5000)")

    running = server18.run("restore_to_moment.sh", "--yes-really", moment)
    server18.postgres.stop()
    done = server18.run("restore_to_moment.sh", "--yes-really", moment)
    server18.postgres.start()
    restoring.restore_files(backup, files)

    assert (running.returncode, running.stderr.strip()) == (1, "PostgreSQL runs: stop it first")
    assert done.returncode == 0, done.stderr
    assert server18.sql("SELECT count(*), min(id), max(id) FROM visit") == [(3000, 1, 3000)]
    assert {path for path, _ in media.files_under(files)} == {"1.dcm"}
    server18.sql("INSERT INTO visit VALUES (3001)")  # it is a server like any other again
    assert len(list(server18.postgres.folder.glob("data.2*"))) == 1  # what there was is kept
    server18.postgres.stop()
    assert server18.run("restore_to_moment.sh", "--yes-really", after_the_delete).returncode == 0
    server18.postgres.start()
    assert server18.sql("SELECT count(*), max(id) FROM visit") == [(10, 10)]  # the former history is there as well
    assert server18.run("base_backup.sh").returncode == 0


@pytest.mark.slow
def test_base_backups_are_proved_kept_in_number_and_tell_how_they_went(server18):
    server18.sql("CREATE TABLE payment (id int)")
    time.sleep(1)  # their names tell seconds
    assert server18.run("base_backup.sh").returncode == 0
    first = server18.status()
    for _ in range(2):
        server18.sql("INSERT INTO payment VALUES (1); SELECT pg_switch_wal()")
    time.sleep(1)
    assert server18.run("base_backup.sh").returncode == 0

    second, bases = server18.status(), list((server18.archive / "base").iterdir())
    assert (first["failure"], second["failure"]) == ("", "")
    assert first["bytes"] > 1_000_000 and second["base_at"] > first["base_at"]
    (base,) = bases
    needed = (base / "first_wal").read_text().strip()
    assert [name for name in server18.archived() if "history" not in name and name[8:24] < needed[8:24]] == []
    assert (server18.archive / "status.json").stat().st_mode & 0o044 == 0o044

    server18.postgres.stop()
    flip_a_byte(base / "base.tar.gz")
    damaged = server18.run("restore_to_moment.sh", "--yes-really", "2099-01-01 00:00")
    assert (damaged.returncode, "is damaged" in damaged.stderr) == (1, True)
    failed = server18.run("base_backup.sh")
    assert failed.returncode != 0
    assert "connection to server" in server18.status()["failure"] and server18.status()["base_at"] == second["base_at"]
    assert list((server18.archive / "base").iterdir()) == [base]
    too_early = server18.run("restore_to_moment.sh", "--yes-really", "2020-01-01 00:00")
    assert (too_early.returncode, "no base backup from before" in too_early.stderr) == (1, True)
    assert server18.run("restore_to_moment.sh", "2026-11-23 14:05").returncode == 1  # nobody answers


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.fixture
def archive(tmp_path, monkeypatch) -> Path:
    (tmp_path / "wal").mkdir()
    monkeypatch.setenv("ARCHIVE", str(tmp_path))
    return tmp_path


def hand_over(path: Path, name: str) -> int:
    return subprocess.run(["bash", SCRIPTS / "archive_wal.sh", path, name], capture_output=True, check=False).returncode


def test_a_file_of_the_log_is_archived_once_and_never_replaced(archive):
    segment = archive / "segment"
    segment.write_bytes(b"log" * 1000)

    assert hand_over(segment, "000000010000000000000001") == 0
    assert hand_over(segment, "000000010000000000000001") == 0  # again, after a crash
    segment.write_bytes(b"other" * 1000)
    assert hand_over(segment, "000000010000000000000001") == 1

    kept = archive / "wal" / "000000010000000000000001.gz"
    assert subprocess.run(["gunzip", "--stdout", kept], capture_output=True, check=True).stdout == b"log" * 1000


def test_a_file_that_cannot_be_archived_is_said_not_to_be(archive):
    (archive / "wal").rmdir()
    (archive / "segment").write_bytes(b"log")

    assert hand_over(archive / "segment", "000000010000000000000001") != 0


def test_the_scripts_are_sound_bash():
    for script in sorted(SCRIPTS.glob("*.sh")):
        subprocess.run(["bash", "-n", script], check=True)


def test_a_torn_copy_left_by_a_crash_does_not_stop_the_archive(archive):
    segment = archive / "segment"
    segment.write_bytes(b"log" * 1000)
    (archive / "wal" / "000000010000000000000001.gz.new").write_bytes(b"torn")

    assert hand_over(segment, "000000010000000000000001") == 0
    assert [path.name for path in (archive / "wal").iterdir()] == ["000000010000000000000001.gz"]
