"""Redis is the doorbell, PostgreSQL is the memory: a task is announced, and a lost announcement loses nothing."""

import logging
import time
from typing import Any

import pghistory
from celery import Task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core import modules, options

logger = logging.getLogger(__name__)

SILENT_SECONDS = 5  # after a failed ring the broker is left alone this long, so that no page waits for a dead Redis
_silent_until = 0.0


class ClinicTask(Task):
    """Base of every task: skipped while its module is off; the history names it as who wrote."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with modules.remembered_state(), options.remembered_values(), pghistory.context(person=self.name):
            code = modules.module_of(self.run.__module__)
            if modules.registry.get(code) is not None and not modules.is_on(code):
                return None
            return super().__call__(*args, **kwargs)

    def ring(self, *args: Any) -> bool:
        """Announce the task; False when the broker cannot be reached, which is no error of the caller's.

        What the task does must also be found by a timed sweep.
        """
        global _silent_until  # noqa: PLW0603  one circuit breaker a process
        if time.monotonic() < _silent_until:
            return False
        try:
            self.apply_async(args=args, retry=False, ignore_result=True)
        except (OperationalError, RedisError, OSError):
            _silent_until = time.monotonic() + SILENT_SECONDS
            logger.warning("broker is out of reach; %s%r waits for the sweep", self.name, args)
            return False
        return True
