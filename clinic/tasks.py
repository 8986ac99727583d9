"""Celery tasks of the installation itself: thin, idempotent."""

from celery import shared_task

from clinic.backups import services
from clinic.system import services as system


@shared_task(name="clinic.look_after_backups")
def look_after_backups() -> None:
    services.look_after_backups()


@shared_task(name="clinic.make_backup")
def make_backup(job_id: int) -> None:
    system.make_backup(job_id)
