"""Signs of life of workers and beat, kept in Redis and forgotten when they are not renewed.

Redis and not the database: a worker without its broker does nothing, so with Redis away nothing is worth knowing.
"""

import functools
import logging
import os
import socket
import sys

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

FORGOTTEN_AFTER_SECONDS = 30  # a worker says so every 2 s, beat at least every 5 s
REDIS_SECONDS = 1


def say(kind: str, *, host: str) -> None:
    """Note that a process of this kind lives; with Redis away it is not noted, which is no error."""
    try:
        connection().set(f"zubr:alive:{kind}:{host}", 1, ex=FORGOTTEN_AFTER_SECONDS)
    except redis.RedisError as error:
        logger.info("sign of life of %s not noted: %s", kind, error)


def living(kind: str) -> list[str]:
    """Return the hosts where a process of this kind lives.

    Raises: redis.RedisError when Redis is away.
    """
    prefix = f"zubr:alive:{kind}:"
    return sorted(key.decode().removeprefix(prefix) for key in connection().scan_iter(match=f"{prefix}*", count=1000))


def seconds_since(kind: str) -> dict[str, float]:
    """Seconds since the last sign of life of each process of this kind that is not forgotten yet, by its host.

    Raises: redis.RedisError when Redis is away.
    """
    ages = {}
    for host in living(kind):
        left = connection().pttl(f"zubr:alive:{kind}:{host}")
        ages[host] = max(FORGOTTEN_AFTER_SECONDS - int(left) / 1000, 0.0)
    return ages


@functools.cache
def connection() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=None
    )


def main() -> int:
    """Container health check: `python -m clinic.alive worker`, of this very host."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    try:
        hosts = living(sys.argv[1])
    except redis.RedisError as error:
        sys.stderr.write(f"Redis cannot be reached: {error}\n")
        return 1
    return 0 if any(host.endswith(socket.gethostname()) for host in hosts) else 1


if __name__ == "__main__":
    sys.exit(main())
