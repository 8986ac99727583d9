"""What a person does on the system page; each act leaves a row."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.backups import services as backups
from clinic.backups.errors import AlreadyRunning, BackupError
from clinic.backups.folder import alone_in
from clinic.models import SystemAct
from clinic.system.errors import BackupUnderWay, WorkerOutOfReach
from core import delivery, progress
from core.actor import Actor
from core.locks import lock_in_order
from core.models import Job, JobState

logger = logging.getLogger("zubr.backup")

STARTING_A_BACKUP = (7401, 1)  # advisory lock: two clicks start one backup
INTERRUPTED_AFTER = timedelta(hours=6)  # the worker was killed, or Redis lost the announcement


@transaction.atomic
def retry_facts(*, actor: Actor, delivery_id: int | None = None) -> int:
    """Try one failed delivery, or all of them, again at once; see ``core.delivery.retry_failing``. Returns how many."""
    named = None if delivery_id is None else [delivery_id]
    retried = delivery.retry_failing(actor=actor, delivery_ids=named)
    SystemAct.objects.bulk_create(
        _act(actor, SystemAct.Kind.RETRY, fact_id=one.fact_id, subject=f"{one.receiver}: {one.error}"[:300])
        for one in retried
    )
    return len(retried)


def start_backup(*, actor: Actor, now: datetime | None = None) -> Job:
    """Have the worker make a backup, with a progress row. Retention leaves it alone, as every backup made by hand.

    Raises: BackupUnderWay; WorkerOutOfReach, with the row marked as failed.
    """
    actor.require("clinic.make_backup")
    job = _new_backup_job(actor, now or timezone.now())
    from clinic import tasks  # it imports this file

    if not tasks.make_backup.ring(job.pk):
        _fail(job.pk, WorkerOutOfReach.text)
        raise WorkerOutOfReach
    return job


@transaction.atomic
def _new_backup_job(actor: Actor, now: datetime) -> Job:
    lock_in_order([STARTING_A_BACKUP])
    started = SystemAct.objects.filter(kind=SystemAct.Kind.BACKUP).order_by("-pk").values_list("job_id", flat=True)
    former = Job.objects.filter(pk__in=list(started[:1]), finished_at=None).first()
    if former is not None:
        if now - former.created_at < INTERRUPTED_AFTER:
            raise BackupUnderWay
        _fail(former.pk, _("interrupted"))
    job = progress.start_job(title=_("Backup by hand"), user_id=actor.user_id, total=backups.STEPS)
    _act(actor, SystemAct.Kind.BACKUP, job_id=job.pk).save()
    return job


def make_backup(job_id: int) -> None:
    """The worker's part: make the backup and move its progress row. Done once, however often the task is announced."""
    job = Job.objects.filter(pk=job_id, finished_at=None).first()
    if job is None or (job.state == JobState.RUNNING and _is_folder_held()):
        return  # the broker announces again what has run for an hour
    try:
        with progress.running(job_id) as running:
            backups.back_up(report=backups.report_to(running))
    except (BackupError, OSError) as error:  # told in the row
        logger.warning("backup by hand: %s", error)


def _is_folder_held() -> bool:
    try:
        with alone_in(settings.BACKUP_FOLDER):
            return False
    except AlreadyRunning:
        return True


def _act(actor: Actor, kind: SystemAct.Kind, **about: object) -> SystemAct:
    return SystemAct(kind=kind, employee_id=actor.employee_id, person=actor.name, role_name=actor.role_name, **about)


def _fail(job_id: int, error: object) -> None:
    Job.objects.filter(pk=job_id, finished_at=None).update(
        state=JobState.FAILED, error=str(error), finished_at=timezone.now()
    )
