from typing import Any

from django.apps import AppConfig
from django.core.signals import request_started
from django.db import connection
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import modules
        from core.connections import note_living_connection

        modules.load()
        request_started.connect(note_living_connection)  # after Django's own handler, which asks for the check
        post_migrate.connect(after_migrate, sender=self)


def after_migrate(sender: Any, **_: Any) -> None:
    """New tables get their rights, new timed tasks their rows, in the same run."""
    from core import journal, timed
    from core.database_roles import grant_application_role

    grant_application_role()
    journal.ensure_indexes()
    if "django_celery_beat_periodictask" in connection.introspection.table_names():
        timed.sync_schedule()
