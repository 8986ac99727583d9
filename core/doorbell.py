"""Redis is the doorbell, PostgreSQL is the memory: a task is announced, and a lost announcement loses nothing."""

import logging
import time
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SILENT_SECONDS = 5  # after a failed ring the broker is left alone this long, so that no page waits for a dead Redis
_silent_until = 0.0


class RungTask(Task):
    """Base of tasks that are announced after a commit; what they do must also be found by a timed sweep."""

    abstract = True

    def ring(self, *args: Any) -> bool:
        """Announce the task; False when the broker cannot be reached, which is no error of the caller's."""
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
