from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClinicConfig(AppConfig):
    """The composition root as an app: whoever runs Django can also send tasks."""

    name = "clinic"

    def ready(self) -> None:
        from clinic import celery  # noqa: F401  shared tasks need the configured application in every process

        post_migrate.connect(keep_sample_rights, sender=self)


def keep_sample_rights(sender: Any, **_: Any) -> None:
    from clinic.sample.rights import grant_sample_rights

    grant_sample_rights()
