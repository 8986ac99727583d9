"""Tables of the kernel: switches, published facts, counters, notices, progress; and the bases others build on."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import ChangedByOther


class ModuleState(models.Model):
    """Whether a module is on. A module without a row is on."""

    code = models.CharField(max_length=40, primary_key=True)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "core_module_state"


pghistory.track()(ModuleState)


@pghistory.track()
class OptionValue(models.Model):
    """What the clinic chose for one ``core.options.Option``. An option without a row is as supplied."""

    code = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)


class PublishedFact(models.Model):
    """A fact as it was published. ``delivered_at`` is empty while some receiver has not taken it yet."""

    name = models.CharField(max_length=120)
    payload = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["published_at"], condition=Q(delivered_at=None), name="core_fact_waiting")]


class FactDelivery(models.Model):
    """One receiver's part in one fact: done, or failed so many times with this error."""

    fact = models.ForeignKey(PublishedFact, on_delete=models.CASCADE, related_name="deliveries")
    receiver = models.CharField(max_length=160)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "receiver"], name="core_delivery_once")]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(done_at=None, attempts__gt=0), name="core_delivery_failing"
            )
        ]


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNKNOWN = "unknown", _("unknown, being checked")
    FAILED = "failed", _("failed")


class OutboxMessage(models.Model):
    """Base of everything that leaves the building: a row first, written in the act's own transaction.

    ``key`` is the idempotency key the other side sees. Subclasses set ``task``: the dotted Celery task that sends one row.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=OutboxState.choices, default=OutboxState.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    task: str = ""

    class Meta:
        abstract = True


class Counter(models.Model):
    """The last number drawn in one series, for example ``invoice:3:2026``. Numbers run without gaps."""

    series = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField()


@pghistory.track()
class NumberStart(models.Model):
    """From which number the clinic told a series to go on, for the history: the counter itself says where it is."""

    series = models.CharField(max_length=80, primary_key=True)
    next_number = models.BigIntegerField(_("next number"))


class Notice(models.Model):
    """A message inside the program to one employee; ``is_urgent`` ones ring with the sound of their ``event``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=80, blank=True, help_text="What it is about, so that it can be taken back.")
    is_urgent = models.BooleanField(default=False)
    event = models.CharField(max_length=20, blank=True, db_default="", help_text="What rings: core.notices.SOUNDS.")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="core_notice_of_user"),
            models.Index(fields=["user", "-id"], condition=Q(read_at=None), name="core_notice_unread_newest"),
            models.Index(fields=["subject"], condition=Q(read_at=None), name="core_notice_subject"),
        ]


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Job(models.Model):
    """Long work with progress the page polls. It survives a reload, and stops when ``is_cancel_asked``."""

    title = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs")
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    is_cancel_asked = models.BooleanField(default=False)
    result_url = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class ArchivedQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        return self.filter(archived_at=None)


class Archived(models.Model):
    """Base of directories: a row is put away with a moment instead of being deleted."""

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = ArchivedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Versioned(models.Model):
    """Base of records two people may edit: saving over a newer version is refused.

    A service locks the row, calls ``check_version`` with what the form was opened under, and saves through ``save_version``.
    """

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def check_version(self, seen: int | None) -> None:
        """Raises: ChangedByOther when the row is newer than what was seen; None skips the check (no form was open)."""
        if seen is not None and seen != self.version:
            raise ChangedByOther(theirs=self)

    def save_version(self, update_fields: list[str] | None = None) -> None:
        """Save and count the version up; the row must be locked by the caller, so that nobody else counts from here."""
        self.version += 1
        self.save(update_fields=[*update_fields, "version"] if update_fields else None)


class LogChain(models.Model):
    """One sealed block of a log table: its rows with ``after_id < id <= last_id``, hashed; see ``core.chain``.

    Blocks of all tables make one chain without gaps: each one's ``digest`` is over everything else in it and the digest
    of the one before.
    """

    append_only = True

    number = models.BigIntegerField(primary_key=True)
    log = models.CharField(max_length=63, help_text="Name of the log table")
    after_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    columns = models.PositiveSmallIntegerField(help_text="How many columns, from the first, were hashed")
    content = models.BinaryField(help_text="SHA-256 of the rows' text")
    digest = models.BinaryField(help_text="SHA-256 of this block and the one before")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["log", "-number"], name="core_logchain_newest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class LogCheck(models.Model):
    """One check of the chain: what was found, and the chain's end as it was then, which later checks must find again."""

    append_only = True

    at = models.DateTimeField(default=timezone.now)
    rows = models.BigIntegerField(help_text="Sealed rows that were read")
    blocks = models.BigIntegerField()
    digest = models.BinaryField(help_text="Digest of the last block")
    is_good = models.BooleanField()
    finding = models.TextField(blank=True)

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class ExportRecord(models.Model):
    """Somebody carried rows out of the program: who, which, how many, from where."""

    append_only = True

    at = models.DateTimeField(default=timezone.now)
    employee_id = models.BigIntegerField(null=True)
    person = models.CharField(max_length=200)
    role_name = models.CharField(max_length=80)
    what = models.CharField(max_length=40, help_text="Code of the list: changes, openings")
    filters = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="core_export_newest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
