"""The embedded PostgreSQL: what it is made with, who may do what, and that nothing acknowledged is ever lost."""

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from clinic.embedded.credentials import load_or_create
from clinic.embedded.errors import EmbeddedError
from clinic.embedded.postgres import APPLICATION, OWNER, SUPERUSER, Postgres
from clinic.embedded.processes import wait_until_left, working_in
from tests.clinic.conftest import kill_everything_in, query

ROOT = Path(__file__).resolve().parents[2]


def test_cluster_sorts_and_folds_by_the_builtin_locale_in_every_database(cluster: Postgres):
    locales = query(
        cluster.url(SUPERUSER, database="postgres"),
        "SELECT datname, datlocprovider, datlocale FROM pg_database ORDER BY datname",
    )
    folded = query(cluster.url(), "SELECT lower('ЁЖИК'), upper('щука'), 'Ёлка' ILIKE 'ёл%'")

    assert {row[1:] for row in locales} == {("b", "C.UTF-8")}
    assert {"template0", "template1", "zubr"} <= {row[0] for row in locales}
    assert folded == [("ёжик", "ЩУКА", True)]


def test_cluster_is_durable_and_checks_its_pages(cluster: Postgres):
    names = "fsync", "full_page_writes", "synchronous_commit", "data_checksums"
    settings = query(cluster.url(), f"SELECT name, setting FROM pg_settings WHERE name IN {names}")

    assert dict(settings) == dict.fromkeys(names, "on")


def test_throw_away_cluster_gives_durability_up_for_speed(tmp_path: Path):
    postgres = Postgres(tmp_path / "postgres", load_or_create(tmp_path / "secrets.json"), durable=False)
    postgres.start()
    try:
        settings = query(postgres.url(), "SELECT setting FROM pg_settings WHERE name = 'fsync'")
        may_create = query(postgres.url(OWNER), "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'zubr_owner'")
    finally:
        postgres.stop()

    assert settings == [("off",)]
    assert may_create == [(True,)]


def test_no_role_is_a_superuser_and_the_application_cannot_make_tables(cluster: Postgres):
    rights = query(
        cluster.url(OWNER),
        "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname LIKE 'zubr%' ORDER BY 1",
    )

    assert rights == [
        ("zubr_app", False, False, False),
        ("zubr_backup", False, False, True),  # makes the scratch database a backup is tried in
        ("zubr_owner", False, False, False),
    ]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(cluster.url(APPLICATION), "CREATE TABLE intruder (id int)")


def test_application_sees_nothing_of_the_owner_until_it_is_granted(cluster: Postgres):
    query(cluster.url(OWNER), "CREATE TABLE visit (id int)")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(cluster.url(APPLICATION), "SELECT * FROM visit")


def test_nobody_gets_in_without_the_password(cluster: Postgres):
    wrong = cluster.url().replace(cluster.credentials.app_password, "guess")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(f"postgresql://postgres@/postgres?host={cluster.socket_folder()}")


def test_server_listens_on_its_private_socket_only(cluster: Postgres):
    listening = query(cluster.url(), "SELECT setting FROM pg_settings WHERE name = 'listen_addresses'")

    assert listening == [("",)]
    assert stat.S_IMODE(cluster.socket_folder().stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700


def test_passwords_stay_out_of_the_servers_log(cluster: Postgres):
    cluster.make_roles()

    logs = "".join(path.read_text() for path in (cluster.data / "log").iterdir()) + cluster.startup_log.read_text()

    assert cluster.credentials.owner_password not in logs
    assert cluster.credentials.app_password not in logs


def test_a_stopped_server_starts_again_with_its_rows(cluster: Postgres):
    query(cluster.url(OWNER), "CREATE TABLE visit AS SELECT generate_series(1, 10) AS id")
    cluster.stop()
    assert working_in(cluster.data) == []

    cluster.start()

    assert query(cluster.url(OWNER), "SELECT count(*) FROM visit") == [(10,)]


def test_no_acknowledged_row_is_lost_when_everything_is_killed_in_the_middle_of_writing(cluster: Postgres):
    query(cluster.url(OWNER), "CREATE TABLE payment (id int PRIMARY KEY)")
    acknowledged: list[int] = []
    writer = threading.Thread(target=_write_until_broken, args=(cluster.url(OWNER), acknowledged))
    writer.start()
    while len(acknowledged) < 200:
        time.sleep(0.01)

    kill_everything_in(cluster)
    writer.join()
    cluster.stop()
    cluster.start()

    kept = {row[0] for row in query(cluster.url(OWNER), "SELECT id FROM payment")}
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + 1  # one may have been written and not yet acknowledged


def _write_until_broken(url: str, acknowledged: list[int]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(1_000_000):
            try:
                connection.execute("INSERT INTO payment VALUES (%s)", [number])
            except psycopg.OperationalError:
                return
            acknowledged.append(number)


def test_a_stale_lock_file_that_names_somebody_elses_process_does_not_stop_the_start(cluster: Postgres):
    lock = cluster.data / "postmaster.pid"
    was = lock.read_text().splitlines()
    kill_everything_in(cluster)
    cluster.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        lock.write_text("\n".join([str(stranger.pid), *was[1:]]) + "\n")

        cluster.start()

        stranger.communicate(b"\n")
    assert query(cluster.url(), "SELECT 1") == [(1,)]


def test_an_interrupted_first_start_leaves_nothing_half_made(tmp_path: Path):
    half_made = tmp_path / "postgres" / "data.new" / "base"
    half_made.mkdir(parents=True)
    (half_made.parent / "PG_VERSION").write_text("18\n")
    postgres = Postgres(tmp_path / "postgres", load_or_create(tmp_path / "secrets.json"))

    postgres.start()
    try:
        assert query(postgres.url(), "SELECT 1") == [(1,)]
    finally:
        postgres.stop()


def test_a_folder_deeper_than_a_sockets_path_may_be_works(tmp_path: Path):
    deep = tmp_path / ("a-very-long-name-of-a-folder-" * 3) / "postgres"
    postgres = Postgres(deep, load_or_create(tmp_path / "secrets.json"))

    postgres.start()
    try:
        assert query(postgres.url(), "SELECT 1") == [(1,)]
        assert stat.S_IMODE(postgres.socket_folder().stat().st_mode) == 0o700
    finally:
        postgres.stop()
        postgres.socket_folder().rmdir()


def test_a_start_that_fails_says_why_in_one_line(cluster: Postgres):
    cluster.stop()
    (cluster.data / "local.conf").write_text("shared_buffers = 'plenty'\n")

    with pytest.raises(EmbeddedError) as refusal:
        cluster.start()

    assert "local.conf" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_operators_own_settings_win(cluster: Postgres):
    cluster.stop()
    (cluster.data / "local.conf").write_text("work_mem = '17MB'\n")

    cluster.start()

    assert query(cluster.url(), "SHOW work_mem") == [("17MB",)]


def test_the_server_ends_with_the_process_that_started_it_even_when_that_is_killed(tmp_path: Path):
    script = (
        "import sys; from pathlib import Path;"
        "from clinic.embedded.postgres import Postgres; from clinic.embedded.credentials import load_or_create;"
        "folder = Path(sys.argv[1]);"
        "server = Postgres(folder / 'postgres', load_or_create(folder / 'secrets.json'), durable=False);"
        "server.start(); print('started', flush=True); input()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None and parent.stdout.readline() == b"started\n"
        assert working_in(tmp_path / "postgres" / "data")

        parent.kill()

    assert wait_until_left(tmp_path / "postgres" / "data", seconds=20)


def test_run_by_root_the_server_belongs_to_a_user_of_its_own(cluster: Postgres):
    if os.geteuid() != 0:
        pytest.skip("only root drops to another user")
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in working_in(cluster.data)}

    assert len(owners) == 1
    assert 0 not in owners
