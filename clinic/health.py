"""GET /healthz/: what works and what does not, for people, load balancers and container health checks."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from clinic import alive
from clinic.system.selectors import backups_overdue, installed_at
from core import outbox

PATH = "/healthz/"
ANSWER_WITHIN_SECONDS = 1.0
LAG_WORTH_A_WARNING_SECONDS = 300

# A check that hangs keeps its thread, not the page; when all hang, further checks wait in the queue and time out.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")


@dataclass
class Health:
    """The state of the installation at this moment."""

    database: str = "down"
    redis: str = "down"
    worker: str = "unknown"
    beat: str = "unknown"
    outbox_lag_seconds: float | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        if self.database != "up":
            return "down"
        return "degraded" if self.reasons else "ok"


class HealthMiddleware:
    """Answers before any other middleware: none of them may need what is down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != PATH:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return healthz()


def healthz() -> JsonResponse:
    """Return the state as JSON: 503 with the database down, 200 otherwise."""
    health = look()
    answer = {
        "status": health.status,
        "database": health.database,
        "redis": health.redis,
        "worker": health.worker,
        "beat": health.beat,
        "outbox_lag_seconds": health.outbox_lag_seconds,
        "version": settings.VERSION,
        "reasons": health.reasons,
    }
    return JsonResponse(answer, status=503 if health.status == "down" else 200, headers={"Cache-Control": "no-store"})


def look() -> Health:
    """Ask the database and Redis at the same time; what has not answered within a second counts as down."""
    deadline = time.monotonic() + ANSWER_WITHIN_SECONDS
    waiting, living = _threads.submit(_lag_and_backups), _threads.submit(_living)
    health = Health()
    _note_database(health, waiting, deadline)
    _note_redis(health, living, deadline)
    return health


def _note_database(health: Health, waiting: Future[tuple[float, bool]], deadline: float) -> None:
    try:
        seconds, is_without_backup = waiting.result(timeout=max(deadline - time.monotonic(), 0.01))
    except TookTooLong:
        health.reasons.append("the database does not answer")
    except DatabaseError:
        health.reasons.append("the database cannot be reached, or is not migrated")
    else:
        health.database = "up"
        health.outbox_lag_seconds = round(seconds, 1)
        if seconds > LAG_WORTH_A_WARNING_SECONDS:
            health.reasons.append(f"something has waited in the outbox for {seconds:.0f} s")
        if is_without_backup:
            health.reasons.append("the nightly backup is overdue")


def _note_redis(health: Health, living: Future[dict[str, int]], deadline: float) -> None:
    try:
        counts = living.result(timeout=max(deadline - time.monotonic(), 0.01))
    except TookTooLong:
        health.reasons.append("Redis does not answer")
    except redis.RedisError:
        health.reasons.append("Redis cannot be reached")
    else:
        health.redis = "up"
        health.worker = "up" if counts["worker"] else "down"
        health.beat = "up" if counts["beat"] else "down"
        health.reasons += [f"no {kind} has shown a sign of life" for kind, count in counts.items() if not count]


def _lag_and_backups() -> tuple[float, bool]:
    try:
        return outbox.lag_seconds(), backups_overdue(installed=installed_at())
    finally:
        connection.close()  # this thread's own; a request's connection is another


def _living() -> dict[str, int]:
    return {kind: len(alive.living(kind)) for kind in ("worker", "beat")}
