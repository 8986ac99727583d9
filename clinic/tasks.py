"""Celery tasks of the installation itself: thin, idempotent."""

from celery import shared_task

from clinic.backups import services


@shared_task(name="clinic.look_after_backups")
def look_after_backups() -> None:
    services.look_after_backups()
