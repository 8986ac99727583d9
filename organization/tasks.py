"""Celery tasks of the organization: thin, idempotent."""

from celery import shared_task

from organization import upkeep


@shared_task(name="organization.forget_old_sign_ins")
def forget_old_sign_ins() -> None:
    upkeep.forget_old_sign_ins()
