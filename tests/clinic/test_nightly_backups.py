"""Backups by themselves: when they are made, what stays, what is told, and what a person at the console is asked."""

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import post_save

from clinic.backups import archive, services, state
from clinic.backups.folder import Backup, Verification, backups_in
from clinic.backups.retention import Retention
from clinic.backups.selectors import backup_state
from clinic.embedded.postgres import BACKUP, SUPERUSER, Postgres
from clinic.management.commands.restore import same_name
from core.models import Job, JobState, Notice
from tests.factories.options import choose

MOSCOW = ZoneInfo("Europe/Moscow")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.fixture
def folder(settings, server: Postgres, db, tmp_path: Path) -> Path:
    """An installation that backs up this test's database into a folder of its own at three."""
    database = connection.settings_dict["NAME"]
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.BACKUP_STATE_FILE = tmp_path / "backup_state.json"
    settings.BACKUP_FOLDER = tmp_path / "backups"
    settings.BACKUP_AT = time(3)
    settings.BACKUP_DATABASE_URL = server.url(BACKUP, database=database)
    settings.DATABASE_ADMIN_URL = server.url(SUPERUSER, database="postgres")
    return tmp_path / "backups"


@pytest.fixture
def unreachable(folder, settings) -> None:
    settings.BACKUP_DATABASE_URL = "postgresql://zubr_backup:x@/zubr?host=/nowhere"


@pytest.fixture
def drilled(folder, settings) -> None:
    """The last drill was yesterday."""
    drill = state.Drill("2026-11-22_030000", datetime.now(UTC) + timedelta(days=3650))
    state.remember(settings.BACKUP_STATE_FILE, drill=drill)


def write_backup(folder: Path, moment: datetime, *, is_nightly: bool = True) -> Backup:
    """What the selection of backups reads of one."""
    path = folder / f"{moment:%Y-%m-%d_%H%M%S}"
    path.mkdir(parents=True)
    values = {"version": "0.1.0", "clinic": "", "is_nightly": is_nightly, "started_at": moment.isoformat()}
    values |= {"finished_at": moment.isoformat(), "server": "18.4", "database_bytes": 0, "migrations": [], "tables": {}}
    values |= {"files": 0, "file_bytes": 0, "linked_files": 0, "format": 1}
    (path / "manifest.json").write_text(json.dumps(values))
    return Backup(path)


@pytest.mark.slow
def test_a_night_makes_a_backup_proves_it_and_leaves_a_word(folder, director):
    services.look_after_backups(now=at("2026-11-23T03:05"))

    (backup,) = backups_in(folder)
    job = Job.objects.get()
    seen = backup_state(now=datetime.now(UTC))
    assert (job.state, job.done, job.total) == (JobState.DONE, 1000, 1000), job.error
    assert backup.name == "2026-11-23_030500" and backup.manifest().is_nightly
    assert backup.verification().is_good
    assert (seen.name, seen.is_verified, seen.why_not, seen.failure) == (backup.name, True, [], "")
    assert (seen.bytes, seen.job_id, seen.needs_attention) == (backup.bytes, job.pk, False)
    assert not Notice.objects.exists()


def test_a_drill_that_finds_something_rings_at_the_directors_and_is_seen(folder, director):
    backup = write_backup(folder, at("2026-11-23T03:00"))

    services._hold_drill(backup, lambda title, share: None)

    notice = Notice.objects.get()
    seen = backup_state()
    assert (notice.user_id, notice.is_urgent) == (director.user_id, True)
    assert "2026-11-23_030000" in notice.title and "SHA256SUMS" in notice.body
    assert seen.why_not == ["SHA256SUMS is missing", *backup.verification().problems[1:]]
    assert not backup.verification().is_good


def test_a_failure_rings_once_and_is_tried_again_after_an_hour(folder, unreachable, director):
    services.look_after_backups(now=at("2026-11-23T03:00"))
    services.look_after_backups(now=at("2026-11-23T03:50"))
    services.look_after_backups(now=at("2026-11-23T04:00"))

    notice = Notice.objects.get()
    assert Job.objects.filter(state=JobState.FAILED).count() == 2
    assert (notice.user_id, notice.is_urgent) == (director.user_id, True)
    assert notice.title == "Ночная резервная копия не сделана"
    assert "the database cannot be reached" in notice.body
    assert "the database cannot be reached" in backup_state().failure
    assert backup_state().is_overdue and list(folder.iterdir()) == [folder / ".lock"]


def test_a_success_takes_the_bad_news_back(folder, drilled, director, settings):
    good, settings.BACKUP_DATABASE_URL = settings.BACKUP_DATABASE_URL, "postgresql://x@/zubr?host=/nowhere"
    services.look_after_backups(now=at("2026-11-23T03:00"))
    settings.BACKUP_DATABASE_URL = good

    services.look_after_backups(now=at("2026-11-23T04:00"))

    assert not Notice.objects.exists()
    assert backup_state().failure == ""


def test_what_a_person_stops_is_not_tried_again_this_night(folder, drilled, settings, director):
    def ask_to_stop(instance, **_):
        Job.objects.filter(pk=instance.pk).update(is_cancel_asked=True)

    post_save.connect(ask_to_stop, sender=Job)
    try:
        services.look_after_backups(now=at("2026-11-23T03:00"))
    finally:
        post_save.disconnect(ask_to_stop, sender=Job)

    assert Job.objects.get().state == JobState.CANCELLED
    assert backups_in(folder) == [] and not Notice.objects.exists()
    assert not services.is_due(at("2026-11-23T09:00"), time(3), MOSCOW)
    assert services.is_due(at("2026-11-24T03:00"), time(3), MOSCOW)


@pytest.mark.parametrize(
    ("now", "newest", "is_due"),
    [
        ("2026-11-23T02:59", "2026-11-22T03:00", False),
        ("2026-11-23T03:00", "2026-11-22T03:00", True),
        ("2026-11-23T03:10", "2026-11-23T03:00", False),
        ("2026-11-23T08:30", "2026-11-21T03:00", True),  # was off at night
        ("2026-11-23T02:00", "2026-11-21T03:00", True),  # was off for two nights
        ("2026-11-23T08:30", None, True),
    ],
)
def test_a_backup_is_due_once_a_night_by_the_branchs_clock(now, newest, is_due, folder):
    if newest:
        write_backup(folder, at(newest))
    write_backup(folder, at("2026-11-23T02:30") - timedelta(days=9), is_nightly=False)

    assert services.is_due(at(now), time(3), MOSCOW) is is_due


def test_the_night_is_that_of_the_first_branch(folder, branch):
    branch.time_zone = "Asia/Vladivostok"
    branch.save()

    assert services.clinic_zone() == ZoneInfo("Asia/Vladivostok")


@pytest.mark.parametrize("switch", [{"BACKUP_AT": None}, {"BACKUP_DATABASE_URL": ""}])
def test_nothing_is_made_where_it_is_switched_off_or_not_set_up(switch, folder, settings):
    for name, value in switch.items():
        setattr(settings, name, value)

    services.look_after_backups(now=at("2026-11-23T03:00"))

    assert not folder.exists()


def test_a_row_a_killed_worker_left_running_is_ended(folder, unreachable, settings):
    job = Job.objects.create(title="Nightly backup", state=JobState.RUNNING)
    state.remember(settings.BACKUP_STATE_FILE, job_id=job.pk)

    services.look_after_backups(now=at("2026-11-23T03:00"))

    job.refresh_from_db()
    assert (job.state, job.is_over) == (JobState.FAILED, True)


def test_days_weeks_and_months_keep_their_newest():
    days = [date(2026, 11, 23) - timedelta(days=back) for back in range(400)]

    kept = sorted(days[place] for place in Retention(daily=7, weekly=4, monthly=6).kept(days))

    months_and_weeks = ["30.06", "31.07", "31.08", "30.09", "31.10", "08.11", "15.11"]
    last_days = ["17.11", "18.11", "19.11", "20.11", "21.11", "22.11", "23.11"]
    assert [f"{day:%d.%m}" for day in kept] == [*months_and_weeks, *last_days]


def test_retention_of_nothing_still_keeps_the_newest():
    assert Retention(daily=0, weekly=0, monthly=0).kept([date(2026, 11, 23), date(2026, 11, 22)]) == {0}


def test_retention_leaves_those_made_by_hand_and_the_last_one_proved_good(folder):
    for period, count in (("daily", 2), ("weekly", 0), ("monthly", 0)):
        choose(f"clinic.backup_keep_{period}", count)
    nights = [write_backup(folder, at("2026-11-23T03:00") - timedelta(days=back)) for back in range(6)]
    by_hand = write_backup(folder, at("2026-11-01T12:00"), is_nightly=False)
    nights[1].remember(Verification(at("2026-11-22T04:00"), ["bad"]))
    nights[4].remember(Verification(at("2026-11-19T04:00")))
    nights[5].remember(Verification(at("2026-11-18T04:00")))

    services._let_go(MOSCOW)

    assert backups_in(folder) == [nights[0], nights[1], nights[4], by_hand]


def test_the_state_tells_of_an_old_backup_and_an_old_drill(folder, settings):
    made = state.Made("2026-11-20_030000", at("2026-11-20T03:00"), 5)
    drill = state.Drill("2026-11-08_030000", at("2026-11-08T03:30"))
    state.remember(settings.BACKUP_STATE_FILE, made=made, drill=drill)

    seen = backup_state(now=at("2026-11-21T04:00"))

    assert (seen.age, seen.is_overdue, seen.is_verified) == (timedelta(hours=25), False, None)
    assert (seen.drill_of, seen.is_drill_overdue, seen.needs_attention) == ("2026-11-08_030000", True, True)
    assert backup_state(now=at("2026-11-21T05:01")).is_overdue


def test_without_a_state_file_a_backup_is_overdue(folder):
    assert backup_state().is_overdue and backup_state().name == ""


def test_the_archive_is_no_matter_where_nothing_is_archived(db):
    assert archive.look(now=datetime.now(UTC)) is None


def test_it_is_in_the_beats_schedule(db):
    from django_celery_beat.models import PeriodicTask

    task = PeriodicTask.objects.get(task="clinic.look_after_backups")
    assert (task.enabled, task.interval.every) == (True, 600)


def test_names_are_compared_by_their_letters():
    assert same_name("  ооо зубр-дент", "ООО «Зубр-Дент»")
    assert same_name("орёл", "«Орел»")
    assert not same_name("Зубр", "ООО «Зубр-Дент»")
    assert not same_name("", "ООО «Зубр-Дент»")


@pytest.fixture
def made_by_hand(folder, tmp_path) -> Backup:
    call_command("backup", "--to", str(tmp_path / "by hand"), stdout=io.StringIO())
    return Backup(tmp_path / "by hand")


def typing(monkeypatch, *answers: str) -> list[str]:
    """A person at the terminal; returns what is asked."""
    asked: list[str] = []
    left = iter(answers)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or next(left))
    return asked


def restored(folder: Path, backup: Backup, monkeypatch, *answers: str) -> str:
    """What stops a restore that nobody let go on; the test's own connection stops one that may."""
    typing(monkeypatch, *answers)
    with pytest.raises(CommandError) as refusal:
        call_command("restore", str(backup.path), stdout=io.StringIO())
    return str(refusal.value)


def test_restoring_asks_twice(folder, made_by_hand, monkeypatch, branch):
    manifest = json.loads((made_by_hand.path / "manifest.json").read_text())
    (made_by_hand.path / "manifest.json").write_text(json.dumps(manifest | {"clinic": "ООО «Зубр-Дент»"}))
    made_by_hand.write_checksums()
    sure = "somebody works in the database"

    assert restored(folder, made_by_hand, monkeypatch, "no") == "Nothing was changed."
    assert restored(folder, made_by_hand, monkeypatch, "yes", "Зубр") == "That is not its name. Nothing was changed."
    assert restored(folder, made_by_hand, monkeypatch, "да", "ооо зубр дент").startswith(sure)


def test_restoring_without_a_terminal_needs_a_plain_word(folder, made_by_hand, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))

    with pytest.raises(CommandError, match="asks twice"):
        call_command("restore", str(made_by_hand.path), stdout=io.StringIO())
    with pytest.raises(CommandError, match="somebody works"):
        call_command("restore", str(made_by_hand.path), "--yes-really", stdout=io.StringIO())


def test_a_backup_that_cannot_be_relied_on_makes_the_command_fail(folder, made_by_hand):
    (made_by_hand.path / "database.dump").unlink()

    with pytest.raises(CommandError, match=r"(?s)CANNOT BE RELIED ON.*database.dump is missing"):
        call_command("backup", "--prove", str(made_by_hand.path), stdout=io.StringIO())


def test_backups_are_listed_with_what_is_known_of_them(folder):
    write = io.StringIO()
    for moment, verification in (
        ("2026-11-22T03:00", None),
        ("2026-11-23T03:00", Verification(at("2026-11-23T04:00"))),
    ):
        backup = write_backup(folder, at(moment))
        (backup.path / "database.dump").write_bytes(b"x")
        if verification:
            backup.remember(verification)

    call_command("backup", "--list", stdout=write)

    lines = write.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["2026-11-23_030000", "2026-11-22_030000"]
    assert [line.rstrip().rsplit("  ", 1)[1] for line in lines] == ["proved", "not tried"]
