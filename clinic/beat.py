"""Celery beat over the database's schedule, saying that it lives each time it has looked at the clock."""

import socket
from typing import Any

from django_celery_beat.schedulers import DatabaseScheduler

from clinic import alive


class LivingScheduler(DatabaseScheduler):
    """The database schedule, seen by /healthz/."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        wait = super().tick(*args, **kwargs)
        alive.say("beat", host=socket.gethostname())
        return wait
