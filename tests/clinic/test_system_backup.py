"""A backup started by the button: once, with a progress row, told when it cannot be."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clinic.backups.folder import alone_in, backups_in
from clinic.embedded.postgres import BACKUP, Postgres
from clinic.models import SystemAct
from clinic.system import services
from clinic.system.errors import BackupUnderWay
from core.doorbell import ClinicTask
from core.models import Job, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.BACKUP_STATE_FILE = tmp_path / "backup_state.json"
    settings.BACKUP_FOLDER = tmp_path / "backups"
    settings.BACKUP_DATABASE_URL = "postgresql://zubr_backup:x@/zubr?host=/nowhere"


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    """Ids of the progress rows the worker was told of."""
    heard: list[int] = []
    monkeypatch.setattr(ClinicTask, "ring", lambda task, *args: heard.extend(args) or True)
    return heard


def test_two_clicks_start_one_backup(client_of, director, rung):
    client = client_of(director)

    answers = [client.post(reverse("clinic:backup_start")).status_code for _ in range(2)]

    job, act = Job.objects.get(), SystemAct.objects.get()
    assert (answers, rung) == ([204, 409], [job.pk])
    assert (job.user_id, job.state) == (director.user_id, JobState.WAITING)
    assert (act.kind, act.employee_id, act.job_id) == ("backup", director.pk, job.pk)


def test_a_backup_whose_worker_was_killed_does_not_stand_in_the_way(as_actor, director, rung):
    actor = as_actor(director)
    former = services.start_backup(actor=actor)

    with pytest.raises(BackupUnderWay):
        services.start_backup(actor=actor, now=timezone.now() + timedelta(hours=5))
    services.start_backup(actor=actor, now=timezone.now() + timedelta(hours=7))

    former.refresh_from_db()
    assert (former.state, len(rung)) == (JobState.FAILED, 2)


def test_without_redis_it_is_said_and_can_be_tried_again(client_of, director, monkeypatch):
    monkeypatch.setattr(ClinicTask, "ring", lambda task, *args: False)
    client = client_of(director)

    answers = [client.post(reverse("clinic:backup_start")).status_code for _ in range(2)]

    assert answers == [409, 409]
    assert {job.state for job in Job.objects.all()} == {JobState.FAILED}


def test_who_may_not_is_refused(as_actor, registrar, rung):
    with pytest.raises(PermissionDenied):
        services.start_backup(actor=as_actor(registrar))

    assert not Job.objects.exists() and rung == []


def test_a_backup_that_fails_says_why_in_its_row(as_actor, director, rung):
    job = services.start_backup(actor=as_actor(director))

    services.make_backup(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED and "the database cannot be reached" in job.error


def test_what_is_announced_twice_is_left_to_who_does_it(as_actor, director, rung, settings):
    job = services.start_backup(actor=as_actor(director))
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)

    with alone_in(settings.BACKUP_FOLDER):
        services.make_backup(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.RUNNING


@pytest.mark.slow
def test_the_worker_makes_the_backup_and_moves_the_row(as_actor, director, rung, settings, server: Postgres):
    settings.BACKUP_DATABASE_URL = server.url(BACKUP, database=connection.settings_dict["NAME"])
    job = services.start_backup(actor=as_actor(director))

    services.make_backup(job.pk)
    services.make_backup(job.pk)

    job.refresh_from_db()
    (backup,) = backups_in(settings.BACKUP_FOLDER)
    assert (job.state, job.done, job.error) == (JobState.DONE, job.total, "")
    assert not backup.manifest().is_nightly
