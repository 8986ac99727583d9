"""`make run`, started and ended in every way a person or a power cut may choose."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from clinic.embedded import launcher
from clinic.embedded.instance import Demo, Instance
from clinic.embedded.postgres import OWNER
from tests.clinic.conftest import query
from tests.clinic.installation import Installation, descendants, is_alive, memory_megabytes, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
MEMORY_LIMIT_MEGABYTES = 900
SECOND_START_SECONDS = 20


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One clinic for all tests, in whatever state the last one has left it."""
    clinic = Installation(tmp_path_factory.mktemp("clinic") / "var")
    yield clinic
    if clinic.is_running():
        clinic.interrupt()


@pytest.fixture
def running(clinic: Installation) -> Installation:
    """The clinic, running; a test may kill it, the next one then starts it again."""
    if not clinic.is_running():
        clinic.start()
    wait_for(lambda: clinic.health()["status"] == "ok", "everything being well")
    return clinic


@pytest.fixture
def unused(tmp_path: Path) -> Installation:
    """A folder in which nothing was ever started."""
    return Installation(tmp_path / "var")


def owner_url(var: Path) -> str:
    postgres = Instance(var).postgres()
    assert postgres is not None
    return postgres.url(OWNER)


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_everything_stands_fits_the_smallest_server_and_ends_with_ctrl_c(running):
    processes = running.processes()

    assert memory_megabytes(list(processes)) < MEMORY_LIMIT_MEGABYTES
    assert running.health()["version"]
    assert f"http://127.0.0.1:{running.port}/" in running.said()

    assert running.interrupt() == 0
    wait_for(lambda: not any(is_alive(pid) for pid in processes), "the end of every process", 10)
    assert "Traceback" not in running.said()


def test_a_second_instance_over_the_same_folder_is_refused_in_one_line(running):
    second = Installation(running.var).try_to_start()

    assert second.returncode == 1
    assert second.stderr.startswith(f"zubr: Zubr already runs over {running.var}: process {running.launcher.pid}")
    assert len(second.stderr.splitlines()) == 1
    assert running.health()["database"] == "up"


def test_who_serves_does_not_know_the_owners_password(running):
    password = Instance(running.var).credentials.owner_password
    serving = [pid for pid, command in running.processes().items() if "gunicorn" in command or "celery" in command]

    assert len(serving) >= 3
    for pid in serving:
        assert password.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
    assert not any(password in command for command in running.processes().values())


def test_of_those_who_serve_only_the_worker_can_back_up(running):
    password = Instance(running.var).credentials.backup_password.encode()
    serving = {
        pid: command for pid, command in running.processes().items() if "gunicorn" in command or "celery" in command
    }

    knowing = {pid for pid in serving if password in Path(f"/proc/{pid}/environ").read_bytes()}

    assert knowing == {pid for pid, command in serving.items() if " worker " in command}


def test_killed_all_at_once_it_starts_again_in_time_with_nothing_lost(running):
    query(owner_url(running.var), "CREATE TABLE IF NOT EXISTS written (id int); INSERT INTO written VALUES (1), (2)")
    for pid in running.processes():
        with suppress(ProcessLookupError):  # one may follow the launcher before its turn
            os.kill(pid, signal.SIGKILL)
    running.launcher.wait()

    seconds = running.start()

    assert query(owner_url(running.var), "SELECT id FROM written ORDER BY id") == [(1,), (2,)]
    query(owner_url(running.var), "DROP TABLE written")
    assert seconds < SECOND_START_SECONDS * _slowness()
    wait_for(lambda: running.health()["status"] == "ok", "worker and beat")


def _slowness() -> float:
    """How many processes wait for each core: the promise is about a machine that does nothing else."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_when_only_the_launcher_is_killed_nothing_lives_on(running):
    processes = running.processes()
    os.kill(running.launcher.pid, signal.SIGKILL)
    running.launcher.wait()

    wait_for(lambda: not any(is_alive(pid) for pid in processes), "the end of every process", 40)


@pytest.mark.parametrize("name", ["postgres -D", "redis-server", "gunicorn", "celery.quiet.worker"])
def test_a_part_that_is_killed_comes_back_by_itself(running, name):
    victim = next(pid for pid, command in running.processes().items() if _is_called(command, name))
    family = descendants(victim)
    told_before = running.said().count("Starting it again")

    os.kill(victim, signal.SIGKILL)

    wait_for(lambda: running.said().count("Starting it again") > told_before, "the word that it has ended", 20)
    wait_for(lambda: not any(is_alive(pid) for pid in family), "the end of its children", 20)
    wait_for(lambda: any(_is_called(command, name) for command in running.processes().values()), "another in its place")
    wait_for(lambda: running.health()["status"] == "ok", "everything being well again")


def _is_called(command: str, name: str) -> bool:
    return all(part in command for part in name.split("."))


def test_a_taken_port_is_told_in_one_line_with_another_to_choose(unused):
    with socket.create_server(("127.0.0.1", unused.port)):
        refused = unused.try_to_start()

    assert refused.returncode == 1
    assert refused.stderr == (
        f"zubr: cannot listen on 127.0.0.1:{unused.port} (Address already in use); "
        f"choose another port: make run PORT={unused.port + 1}\n"
    )


@pytest.mark.parametrize("port", ["eight", "0", "70000"])
def test_a_port_that_is_none_is_told_in_one_line(unused, port):
    refused = unused.try_to_start(PORT=port)

    assert (refused.returncode, refused.stderr) == (1, f"zubr: PORT={port} is no port: give a number from 1 to 65535\n")


def test_a_full_disk_is_told_in_one_line(unused, monkeypatch, capsys):
    for name, value in unused.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(launcher, "LEAST_FREE_MEGABYTES", 10**9)

    assert launcher.main() == 1

    said = capsys.readouterr().err
    assert said.startswith(f"zubr: the disk of {unused.var} is full: ")
    assert len(said.splitlines()) == 1


def test_a_folder_that_may_not_be_written_is_told_in_one_line(unused, tmp_path):
    in_the_way = tmp_path / "var"
    in_the_way.write_text("a file, not a folder")

    refused = unused.try_to_start(ZUBR_VAR=str(in_the_way))

    assert (refused.returncode, refused.stderr) == (1, f"zubr: File exists: {in_the_way}\n")


def test_migrations_that_fail_stop_the_start_with_their_last_line(unused):
    refused = unused.try_to_start(DATABASE_URL="postgresql://zubr_app:x@127.0.0.1:1/zubr")

    assert refused.returncode == 1
    assert refused.stderr.startswith("zubr: migrate failed: ")
    assert "Connection refused" in refused.stderr or "connection" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_clinic_started_without_the_demo_stays_one_of_its_own(running):
    assert Instance(running.var).demo() is Demo.DECLINED
    assert "Demo logins" not in running.said()
    assert query(owner_url(running.var), "SELECT count(*) FROM patients_patient") == [(0,)]


def test_secrets_are_made_once_and_only_their_owner_reads_them(running):
    var = running.var
    secrets = var / "secrets.json"
    first = secrets.read_text()

    assert secrets.stat().st_mode & 0o077 == 0
    assert (var / "log").stat().st_mode & 0o077 == 0
    Instance(var).credentials  # noqa: B018  reading makes nothing anew
    assert secrets.read_text() == first
