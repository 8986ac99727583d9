"""The state of the installation for whoever looks after the server: cards with verdicts, and the rows below them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from clinic.backups.selectors import OVERDUE_AFTER, backup_state
from clinic.system import cards, readings
from clinic.system.cards import SEVERITY, Card, Verdict
from clinic.system.readings import Outbox, Queues
from core import delivery, modules
from core.models import Job, OutboxState, PublishedFact
from core.names import short_name
from core.outbox import outbox_models
from core.sql import read_one

FAILURES_SHOWN = 20
JOBS_SHOWN = 6
ERROR_CHARACTERS = 160


@dataclass(frozen=True)
class Failure:
    """A receiver that failed on a fact. ``is_given_up``: nobody tries any more; ``can_retry`` is False when it is off."""

    id: int
    fact: str
    receiver: str
    module: str
    attempts: int
    error: str
    published_at: datetime
    next_try_at: datetime
    is_given_up: bool
    can_retry: bool


@dataclass(frozen=True)
class RecentJob:
    """Long work, the newest first. ``is_own``: started by who looks, so its row moves by itself and can be stopped."""

    job: Job
    person: str
    is_own: bool


@dataclass(frozen=True)
class OwnRows:
    """What our own tables tell; all of it missing when the database does not answer in time."""

    migrations: readings.Migrations | None = None
    queues: Queues | None = None
    failures: list[Failure] = field(default_factory=list)
    jobs: list[RecentJob] | None = None
    ticked_at: datetime | None = None


@dataclass(frozen=True)
class SystemState:
    """The whole page. Parts the database did not give in time are empty; their cards say so."""

    cards: list[Card]
    database: readings.Database | None
    failures: list[Failure]
    failing: int
    jobs: list[RecentJob]
    seen_at: datetime

    @property
    def jobs_under_way(self) -> list[RecentJob]:
        return [row for row in self.jobs if not row.job.is_over]

    @property
    def past_jobs(self) -> list[RecentJob]:
        return [row for row in self.jobs if row.job.is_over]

    @property
    def verdict(self) -> Verdict:
        """The worst there is."""
        return max((card.verdict for card in self.cards), key=SEVERITY.index)

    @property
    def needing_attention(self) -> int:
        return sum(card.verdict in {Verdict.WARN, Verdict.DANGER} for card in self.cards)


def system_state(*, user_id: int | None, now: datetime | None = None) -> SystemState:
    """Everything on the system page as ``user_id`` sees it, within about two seconds, whatever hangs.

    The number of queries depends on how many outbox tables there are, not on rows.
    """
    now = now or timezone.now()
    outside = readings.outside()
    database = readings.asked_briefly(readings.database)
    own = readings.asked_briefly(lambda: _own_rows(user_id, now)) or OwnRows()
    since = own.migrations.installed_at if own.migrations else None
    shown = [
        cards.backups(backup_state(now=now), is_overdue=backups_overdue(installed=since, now=now), now=now),
        cards.life(outside, own.ticked_at, now=now),
        cards.queues(own.queues, outside.life, now=now),
        cards.failures(own.queues),
        cards.disks(outside.machine),
        cards.memory(outside.machine),
        cards.database(database),
        cards.jobs(None if own.jobs is None else [row.job for row in own.jobs], now=now),
        cards.version(own.migrations),
    ]
    failing = own.queues.failing if own.queues else 0
    return SystemState(shown, database, own.failures, failing, own.jobs or [], now)


def _own_rows(user_id: int | None, now: datetime) -> OwnRows:
    return OwnRows(readings.migrations(), queues(now), failures(), recent_jobs(user_id), last_tick())


def backups_overdue(*, installed: datetime | None = None, now: datetime | None = None) -> bool:
    """Tell whether a night has passed without the backup it should have brought.

    Never where nightly backups are off, nor on an installation that has not had a night yet.
    """
    now = now or timezone.now()
    if settings.BACKUP_AT is None:
        return False
    state = backup_state(now=now)
    if state.made_at is None and installed is not None and now - installed <= OVERDUE_AFTER:
        return False
    return state.is_overdue


def installed_at() -> datetime | None:
    """When the first tables of this database were made."""
    row = read_one("SELECT min(applied) FROM django_migrations")
    return row[0] if row else None


def queues(now: datetime) -> Queues:
    """What waits to be delivered or sent, and what failed."""
    waiting = PublishedFact.objects.filter(delivered_at=None).aggregate(count=Count("pk"), oldest=Min("published_at"))
    failing = delivery.failing().aggregate(
        count=Count("pk"), given_up=Count("pk", filter=Q(attempts__gte=delivery.GIVE_UP_AFTER))
    )
    return Queues(
        facts=waiting["count"],
        oldest_fact_at=waiting["oldest"],
        failing=failing["count"],
        given_up=failing["given_up"],
        outboxes=[_outbox(model, now) for model in outbox_models()],
    )


def _outbox(model: type, now: datetime) -> Outbox:
    is_waiting = Q(state__in=[OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN])
    is_failed = Q(state=OutboxState.FAILED)
    found = model._default_manager.filter(is_waiting | is_failed).aggregate(  # type: ignore[attr-defined]
        waiting=Count("pk", filter=is_waiting),
        oldest=Min("next_try_at", filter=Q(state=OutboxState.QUEUED, next_try_at__lte=now)),
        failed=Count("pk", filter=is_failed),
    )
    title = str(model._meta.verbose_name_plural)  # type: ignore[attr-defined]
    return Outbox(title, found["waiting"], found["oldest"], found["failed"])


def failures() -> list[Failure]:
    """Deliveries that failed and are not done, first those nobody tries any more, then the next to be tried."""
    listening = delivery.receivers()
    rows = (
        delivery.failing()
        .order_by("-attempts", "next_try_at")
        .values_list(
            "pk", "fact__name", "receiver", "attempts", "error", "fact__published_at", "next_try_at", named=True
        )[:FAILURES_SHOWN]
    )
    return [
        Failure(
            id=row.pk,
            fact=row.fact__name.rpartition(".")[2],
            receiver=row.receiver,
            module=_module_title(row.receiver),
            attempts=row.attempts,
            error=" ".join(row.error.split())[:ERROR_CHARACTERS],
            published_at=row.fact__published_at,
            next_try_at=row.next_try_at,
            is_given_up=row.attempts >= delivery.GIVE_UP_AFTER,
            can_retry=row.receiver in listening,
        )
        for row in rows
    ]


def _module_title(receiver: str) -> str:
    code = modules.module_of(receiver)
    module = modules.registry.get(code)
    return str(module.title) if module else code


def last_tick() -> datetime | None:
    """When beat last announced something, as far as it has written that down; it does so every few minutes."""
    found: datetime | None = PeriodicTask.objects.aggregate(at=Max("last_run_at"))["at"]
    return found


def recent_jobs(user_id: int | None) -> list[RecentJob]:
    """Long work, the newest first, whoever started it."""
    rows = Job.objects.annotate(
        surname=F("user__employee__surname"), name=F("user__employee__name"), patronymic=F("user__employee__patronymic")
    ).order_by("-pk")[:JOBS_SHOWN]
    return [
        RecentJob(
            job=job,
            person=short_name(job.surname, job.name, job.patronymic or "") if job.surname else "",
            is_own=user_id is not None and job.user_id == user_id,
        )
        for job in rows
    ]
