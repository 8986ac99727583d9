"""The system page: who may see it, what it says of each part, and what its buttons do."""

import contextlib
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import sleep

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django_celery_beat.models import PeriodicTask

from clinic import alive
from clinic.backups import state
from clinic.backups.state import ArchiveState, Attempt, Drill, Made
from clinic.models import SystemAct
from clinic.system import readings, selectors
from clinic.system.selectors import backups_overdue, system_state
from core import delivery
from core.doorbell import ClinicTask
from core.models import FactDelivery, Job, JobState, PublishedFact
from core.outbox import outbox_models
from tests.dummy.joints import SomethingHappened

pytestmark = pytest.mark.django_db

PAGE = "/settings/system/"
RECEIVER = "tests.dummy.joints.receive"
GIGABYTE = 1024**3
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def own_redis_client() -> Iterator[None]:
    alive.connection.cache_clear()
    alive.connection().flushdb()
    yield
    with contextlib.suppress(Exception):
        alive.connection().close()
    alive.connection.cache_clear()


@pytest.fixture(autouse=True)
def healthy_machine(own_redis_client, settings, monkeypatch, tmp_path: Path) -> None:
    """A server with room and memory, a backup of this night, a worker and beat that live."""
    settings.BACKUP_STATE_FILE = tmp_path / "backup_state.json"
    settings.BACKUP_FOLDER = tmp_path / "backups"
    settings.BACKUP_AT = time(3)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage(100 * GIGABYTE, 40 * GIGABYTE, 60 * GIGABYTE))
    memory_is(monkeypatch, tmp_path, available=6)
    now = timezone.now()
    made = Made("2026-11-23_030000", now - timedelta(hours=2), 5_000_000)
    remember(made=made, drill=Drill(made.name, now - timedelta(hours=1)))
    alive.say("worker", host="worker@server")
    alive.say("beat", host="server")


def memory_is(monkeypatch, folder: Path, *, available: float) -> None:
    """A server with 8 GB, of which so many are available."""
    kilobytes = {"MemTotal": 8e6, "MemFree": 1e5, "MemAvailable": available * 1e6, "SwapTotal": 0, "SwapFree": 0}
    (folder / "meminfo").write_text("".join(f"{name}: {value:12.0f} kB\n" for name, value in kilobytes.items()))
    monkeypatch.setattr(readings, "MEMORY_FILE", folder / "meminfo")


def remember(**parts: object) -> None:
    state.remember(django_settings.BACKUP_STATE_FILE, **parts)


@contextlib.contextmanager
def redis_at(settings, address: str) -> Iterator[None]:
    settings.REDIS_URL = address
    alive.connection.cache_clear()
    yield


def cards(**options: object) -> dict[str, object]:
    with translation.override("ru"):
        return {card.code: card for card in system_state(user_id=None, **options).cards}


def verdicts(**options: object) -> dict[str, str]:
    return {code: str(card.verdict) for code, card in cards(**options).items()}


def a_failure(*, attempts: int = 3, is_given_up: bool = False) -> FactDelivery:
    """A fact the dummy's receiver failed on; given up, the fact counts as delivered."""
    now = timezone.now()
    fact = PublishedFact.objects.create(
        name=SomethingHappened.dotted_name(), payload={"thing_id": 5}, delivered_at=now if is_given_up else None
    )
    FactDelivery.objects.create(fact=fact, receiver="tests.dummy.joints.receive_quickly", done_at=now)
    return FactDelivery.objects.create(
        fact=fact,
        receiver=RECEIVER,
        attempts=delivery.GIVE_UP_AFTER if is_given_up else attempts,
        error="ValueError: broken pipe",
        next_try_at=now + timedelta(hours=5),
    )


def test_the_page_is_the_directors_alone(client_of, director, registrar, doctor):
    addresses = [reverse(f"clinic:{name}") for name in ("fact_retry_all", "backup_start")]

    assert client_of(director).get(PAGE).status_code == 200
    for employee in (registrar, doctor):
        assert client_of(employee).get(PAGE).status_code == 403
        assert {client_of(employee).post(address).status_code for address in addresses} == {403}


def test_all_well_is_said_of_every_part():
    assert verdicts() == dict.fromkeys(verdicts(), "ok")


def test_the_page_and_the_part_it_renews_say_the_same(client_of, director):
    client = client_of(director)

    page = client.get(PAGE).content.decode()
    part = client.get(PAGE, headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<div class="s-system" id="system"')
    assert page.count("data-card=") == part.count("data-card=") == 9
    assert "Всё в порядке" in part and 'hx-trigger="every 10s' in part


def test_english_is_complete(client_of, director):
    director.user.language = "en"
    director.user.save()

    text = client_of(director).get(PAGE).content.decode()

    assert "All is well" in text and "Make a copy now" in text


@pytest.mark.parametrize(("free", "verdict"), [(11, "ok"), (9, "warn"), (4, "danger")])
def test_a_disk_with_less_than_a_tenth_free_is_told(free, verdict, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage(100 * GIGABYTE, 0, free * GIGABYTE))

    assert verdicts()["disk"] == verdict


def test_a_disk_that_never_answers_does_not_hold_the_page(monkeypatch):
    monkeypatch.setattr(readings, "ANSWER_WITHIN_SECONDS", 0.2)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: sleep(0.6) or Usage(1, 0, 1))

    found = verdicts()

    assert (found["disk"], found["memory"], found["life"]) == ("danger", "unknown", "ok")


@pytest.mark.parametrize(("available", "verdict"), [(6, "ok"), (0.7, "warn"), (0.3, "danger")])
def test_memory_that_runs_out_is_told(available, verdict, monkeypatch, tmp_path):
    memory_is(monkeypatch, tmp_path, available=available)

    assert verdicts()["memory"] == verdict


def test_a_system_that_does_not_tell_its_memory_is_no_alarm(monkeypatch, tmp_path):
    monkeypatch.setattr(readings, "MEMORY_FILE", tmp_path / "nowhere")

    assert verdicts()["memory"] == "unknown"


def test_without_redis_the_page_comes_and_says_so(client_of, director, settings):
    with redis_at(settings, "redis://127.0.0.1:1/0"):
        response = client_of(director).get(PAGE)

    text = response.content.decode()
    assert response.status_code == 200
    assert "Запустите Redis снова" in text and 'data-card="life" data-verdict="danger"' in text


@pytest.mark.parametrize(("silent", "word"), [("worker", "Исполнитель"), ("beat", "Часы не идут")])
def test_a_process_without_a_sign_of_life_is_named(silent, word):
    alive.connection().delete(f"zubr:alive:{silent}:{'worker@server' if silent == 'worker' else 'server'}")

    life = cards()["life"]

    assert str(life.verdict) == "danger" and word in life.advice


def test_signs_of_life_have_an_age_and_the_last_tick_is_told():
    alive.connection().pexpire("zubr:alive:beat:server", 18_000)
    PeriodicTask.objects.filter(task="core.sweep_facts").update(last_run_at=timezone.now() - timedelta(minutes=3))

    figures = {figure.label: figure.value for figure in cards()["life"].figures}

    assert (figures["Часы (beat)"], figures["Последняя задача по часам"]) == ("12 с назад", "3 мин назад")


def test_tasks_nobody_takes_are_counted():
    alive.connection().rpush("celery", "one", "two")

    assert {figure.label: figure.value for figure in cards()["queues"].figures}["Задачи, которых никто не взял"] == "2"


@pytest.mark.parametrize(("minutes", "verdict"), [(1, "ok"), (10, "warn"), (70, "danger")])
def test_what_waits_too_long_is_told(minutes, verdict):
    PublishedFact.objects.create(name="x", payload={}, published_at=timezone.now() - timedelta(minutes=minutes))

    assert verdicts()["queues"] == verdict


def test_failed_and_given_up_events_are_told_apart(dummy):
    a_failure()
    assert verdicts()["failures"] == "warn"

    a_failure(is_given_up=True)
    found = system_state(user_id=None)

    assert verdicts()["failures"] == "danger"
    assert [(row.fact, row.attempts, row.is_given_up, row.can_retry) for row in found.failures] == [
        ("SomethingHappened", 12, True, True),
        ("SomethingHappened", 3, False, True),
    ]


BACKUP_CASES = {
    "made long ago": ({"made": Made("old", datetime(2026, 1, 1, tzinfo=UTC), 1)}, "danger"),
    "the last try failed": ({"attempt": Attempt(datetime(2026, 1, 1, tzinfo=UTC), "no room")}, "danger"),
    "the drill found something": ({"drill": Drill("x", datetime(2026, 1, 1, tzinfo=UTC), ["rows missing"])}, "danger"),
    "no drill for long": ({"drill": Drill("x", datetime(2026, 1, 1, tzinfo=UTC))}, "warn"),
    "the archive is broken": ({"archive": ArchiveState(None, None, 0, "full")}, "danger"),
}


@pytest.mark.parametrize("case", BACKUP_CASES)
def test_backups_that_need_somebody_are_told(case):
    remembered, verdict = BACKUP_CASES[case]
    remember(**remembered)

    assert verdicts()["backups"] == verdict


def test_nightly_backups_that_are_off_are_told_but_not_overdue(settings):
    settings.BACKUP_AT = None
    remember(made=None)

    assert verdicts()["backups"] == "warn"
    assert not backups_overdue(installed=timezone.now() - timedelta(days=9))


def test_a_new_installation_waits_for_its_first_night():
    remember(made=None)

    assert not backups_overdue(installed=timezone.now() - timedelta(hours=20))
    assert backups_overdue(installed=timezone.now() - timedelta(hours=27))


def test_healthz_says_that_backups_are_overdue(client):
    remember(made=Made("old", timezone.now() - timedelta(hours=27), 1))

    answer = client.get("/healthz/").json()

    assert (answer["status"], answer["reasons"]) == ("degraded", ["the nightly backup is overdue"])


def test_steps_the_tables_lack_or_have_too_many_are_told():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_future', now())")
    assert verdicts()["version"] == "warn"

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'clinic'")
    version = cards()["version"]

    assert str(version.verdict) == "danger"
    steps = [path.stem for path in sorted(Path("clinic/migrations").glob("0*.py"))]
    assert version.figures[1].note == ", ".join(f"clinic.{step}" for step in steps)


def test_a_database_that_refuses_to_tell_leaves_the_rest(monkeypatch):
    monkeypatch.setattr(readings, "DATABASE_MILLISECONDS", 50)
    monkeypatch.setattr(readings, "read_one", lambda statement: readings.read("SELECT pg_sleep(5)"))

    found = verdicts()

    assert (found["database"], found["version"], found["queues"]) == ("unknown", "ok", "ok")


@pytest.fixture
def stranger() -> Iterator[psycopg.Connection]:
    """Another program of the same role in the same database."""
    own = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    yield own
    own.close()  # and not by its context, which would wait for what runs


def test_an_open_transaction_is_seen(stranger, monkeypatch):
    from clinic.system import cards as rules

    stranger.execute("SELECT 1")  # and never ended
    monkeypatch.setattr(rules, "TRANSACTION_WARN_SECONDS", 0)

    assert verdicts()["database"] == "warn"


def test_a_query_that_runs_for_long_is_shown_and_told(stranger, monkeypatch):
    from clinic.system import cards as rules

    monkeypatch.setattr(readings, "SLOW_SECONDS", 0.1)
    monkeypatch.setattr(rules, "SLOW_WARN_SECONDS", 0.1)
    stranger.pgconn.send_query(b"SELECT pg_sleep(30), '79161234567'")
    sleep(0.3)

    state = system_state(user_id=None)
    stranger.cancel()

    assert [query.text for query in state.database.slow] == ["SELECT pg_sleep(?), ?"]
    assert state.database.slow_count == 1
    assert str(next(card for card in state.cards if card.code == "database").verdict) == "warn"


def test_values_are_left_out_of_a_query():
    text = "SELECT *  FROM patients WHERE phone = '79161234567' AND name = 'O''Neill' AND id = 17"

    assert readings.without_values(text) == "SELECT * FROM patients WHERE phone = ? AND name = ? AND id = ?"


def test_figures_of_the_database_are_real():
    database = readings.database()

    assert database.bytes > 1_000_000 and database.connections >= 1 and database.most_connections >= 10
    assert database.version.startswith("1") and len(database.tables) == readings.TABLES_SHOWN
    assert database.tables[0].bytes >= database.tables[-1].bytes > 0


def test_work_that_failed_today_is_told(director):
    Job.objects.create(title="Old", state=JobState.FAILED, created_at=timezone.now() - timedelta(days=2))
    assert verdicts()["jobs"] == "ok"

    Job.objects.create(title="New", state=JobState.FAILED, error="no room", user=director.user)

    assert verdicts()["jobs"] == "warn"
    assert [row.person for row in system_state(user_id=None).jobs] == [director.short_name, ""]


def test_the_number_of_queries_does_not_depend_on_rows(dummy, client_of, director):
    def count() -> int:
        client = client_of(director)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    readings.steps_of_this_version()
    for _ in range(2):
        a_failure()
    Job.objects.create(title="One", user=director.user)
    few = count()
    for _ in range(7):
        a_failure()
        Job.objects.create(title="More", user=director.user)

    assert count() == few
    assert few == 22 + len(outbox_models())


class TestRetry:
    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture(autouse=True)
    def worker_at_once(self, monkeypatch) -> None:
        monkeypatch.setattr(ClinicTask, "ring", lambda task, *args: bool(task(*args)) or True)

    def test_a_failed_event_is_delivered_when_it_is_retried(self, dummy, client_of, director):
        failed = a_failure()

        response = client_of(director).post(reverse("clinic:fact_retry", args=[failed.pk]))

        failed.refresh_from_db()
        assert response.status_code == 204 and "systemChanged" in response["HX-Trigger"]
        assert dummy.seen == [("slow", SomethingHappened(thing_id=5))]
        assert failed.done_at is not None and PublishedFact.objects.get().delivered_at is not None

    def test_what_was_given_up_gets_one_more_try(self, dummy, client_of, director, caplog):
        failed = a_failure(is_given_up=True)
        dummy.failures.append("still broken")

        client_of(director).post(reverse("clinic:fact_retry", args=[failed.pk]))
        failed.refresh_from_db()
        assert (failed.attempts, failed.error) == (delivery.GIVE_UP_AFTER, "ValueError: still broken")

        client_of(director).post(reverse("clinic:fact_retry", args=[failed.pk]))
        failed.refresh_from_db()
        assert failed.done_at is not None and delivery.failing().count() == 0

    def test_all_are_retried_once_and_who_asked_is_kept(self, dummy, client_of, director):
        for _ in range(3):
            a_failure()
        client = client_of(director)

        client.post(reverse("clinic:fact_retry_all"))
        client.post(reverse("clinic:fact_retry_all"))

        acts = SystemAct.objects.all()
        assert len(dummy.seen) == acts.count() == 3
        assert {(act.kind, act.employee_id, act.person) for act in acts} == {
            ("retry", director.pk, director.short_name)
        }
        assert acts[0].subject == f"{RECEIVER}: ValueError: broken pipe"

    def test_without_redis_the_sweep_delivers_it(self, dummy, client_of, director, monkeypatch):
        monkeypatch.setattr(ClinicTask, "ring", lambda task, *args: False)
        failed = a_failure()

        client_of(director).post(reverse("clinic:fact_retry", args=[failed.pk]))
        assert dummy.seen == []
        delivery.sweep()

        assert len(dummy.seen) == 1

    def test_an_event_nobody_here_takes_is_left_alone(self, dummy, client_of, director):
        failed = a_failure()
        FactDelivery.objects.filter(pk=failed.pk).update(receiver="gone.receivers.old")

        client_of(director).post(reverse("clinic:fact_retry_all"))

        assert not SystemAct.objects.exists()
        assert not selectors.failures()[0].can_retry
