"""Verdicts of the system page: what a reading means, and the one sentence of what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clinic.choices import backup_time
from clinic.system.readings import Database, Disk, Life, Machine, Migrations, Outside, Queues
from core.models import Job, JobState

if TYPE_CHECKING:
    from clinic.backups.selectors import BackupState

FREE_WARN, FREE_DANGER = 0.10, 0.05  # shares of a disk, and of memory
CONNECTIONS_WARN, CONNECTIONS_DANGER = 0.8, 0.95
TRANSACTION_WARN_SECONDS, TRANSACTION_DANGER_SECONDS = 300, 3600
SLOW_WARN_SECONDS = 10
WAITING_WARN, WAITING_DANGER = timedelta(minutes=5), timedelta(hours=1)
ANNOUNCED_WARN = 1000
JOB_FAILED_RECENTLY = timedelta(days=1)
STEPS_SHOWN = 3


class Verdict(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"
    WARN = "warn"
    DANGER = "danger"

    @property
    def label(self) -> str:
        return {
            Verdict.OK: pgettext("verdict", "all is well"),
            Verdict.UNKNOWN: pgettext("verdict", "not known"),
            Verdict.WARN: pgettext("verdict", "look at it"),
            Verdict.DANGER: pgettext("verdict", "act now"),
        }[self]

    @property
    def icon(self) -> str:
        return {"ok": "circle-check", "unknown": "circle-dashed", "warn": "alert-triangle", "danger": "alert-octagon"}[
            self
        ]


SEVERITY = list(Verdict)


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Card:
    """A verdict on one part, what to do about it, and the figures it was made of."""

    code: str
    icon: str
    title: str
    verdict: Verdict
    advice: str
    figures: list[Figure] = field(default_factory=list)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=SEVERITY.index, default=Verdict.OK)


def step(value: float, warn: float, danger: float) -> Verdict:
    """The verdict on a value that should be small."""
    return Verdict.DANGER if value >= danger else Verdict.WARN if value >= warn else Verdict.OK


def span(length: timedelta | float) -> str:
    """«40 с», «5 мин», «3 ч», «2 дн.»: one unit, rounded down."""
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < 60:
        return _("%(count)d s") % {"count": max(seconds, 0)}
    if seconds < 3600:
        return _("%(count)d min") % {"count": seconds // 60}
    if seconds < 2 * 86400:
        return _("%(count)d h") % {"count": seconds // 3600}
    return _("%(count)d d") % {"count": seconds // 86400}


def ago(length: timedelta | float) -> str:
    return _("%(span)s ago") % {"span": span(length)}


def moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "d.m.Y H:i")


def percent(share: float) -> str:
    return f"{round(share * 100)} %"


def unanswered(code: str, icon: str, title: str) -> Card:
    """Of a part the database did not tell of in time."""
    return Card(
        code,
        icon,
        title,
        Verdict.UNKNOWN,
        _(
            "The database did not answer in time. The page asks again by itself; if this stays, look at the database's log."
        ),
    )


def backups(state: BackupState, *, is_overdue: bool, now: datetime) -> Card:
    figures = [
        Figure(_("Newest copy"), ago(state.age) if state.age is not None else pgettext("copy", "none yet"), state.name),
        Figure(_("Size"), filesizeformat(state.bytes) if state.made_at else "–"),
        Figure(_("Trial restore"), _trial(state), moment(state.verified_at) if state.verified_at else ""),
    ]
    if state.archive is not None:
        archived = state.archive.archived_at
        figures.append(Figure(_("Log archive"), ago(now - archived) if archived else pgettext("copy", "none yet")))
    verdict, advice = _backup_verdict(state, is_overdue)
    return Card("backups", "database-export", _("Backups"), verdict, advice, figures)


def _trial(state: BackupState) -> str:
    if state.is_verified is None:
        return _("this copy was not tried") if state.made_at else "–"
    return _("passed") if state.is_verified else pgettext("trial restore", "failed")


def _backup_verdict(state: BackupState, is_overdue: bool) -> tuple[Verdict, str]:
    """The first thing that is wrong, the worst first."""
    archive_failure = state.archive.failure if state.archive is not None else ""
    at = f"{made_at:%H:%M}" if (made_at := backup_time()) else ""
    unreliable = _("This copy cannot be relied on: %(reason)s. Make another one and keep the older ones.")
    wrong = [
        (state.failure, Verdict.DANGER, _("The last copy failed: %(reason)s") % {"reason": state.failure[:200]}),
        (state.why_not, Verdict.DANGER, unreliable % {"reason": "; ".join(state.why_not)[:200]}),
        (is_overdue, Verdict.DANGER, _("There is no fresh copy. Make one now and see whether the worker lives.")),
        (
            archive_failure,
            Verdict.DANGER,
            _("The archive of the log does not work: %(reason)s") % {"reason": archive_failure[:200]},
        ),
        (not at, Verdict.WARN, _("Nightly copies are switched off (BACKUP_AT). Make them by hand, or switch them on.")),
        (not state.made_at, Verdict.WARN, _("The first copy will be made at night, at %(time)s.") % {"time": at}),
        (state.is_drill_overdue, Verdict.WARN, _("No trial restore for over nine days: see the worker's log for why.")),
    ]
    well = (Verdict.OK, _("Keep a copy outside this server too; this page cannot see whether there is one."))
    return next(((verdict, advice) for is_so, verdict, advice in wrong if is_so), well)


def life(outside: Outside, ticked_at: datetime | None, *, now: datetime) -> Card:
    ticked = Figure(_("Last task by the clock"), ago(now - ticked_at) if ticked_at else pgettext("copy", "none yet"))
    code, icon, title = "life", "heartbeat", _("Background work")
    living = outside.life
    if living is None:
        said = _("does not answer") if "redis" in outside.hanging else _("out of reach")
        return Card(
            code,
            icon,
            title,
            Verdict.DANGER,
            _("Start Redis again. The clinic goes on working and nothing is lost; messages and copies wait."),
            [
                Figure("Redis", said),
                Figure(_("Worker"), pgettext("verdict", "not known")),
                Figure(_("Timer (beat)"), pgettext("verdict", "not known")),
                ticked,
            ],
        )
    figures = [
        Figure("Redis", _("works")),
        Figure(_("Worker"), _sign(living.workers), ", ".join(living.workers)),
        Figure(_("Timer (beat)"), _sign(living.beats), ", ".join(living.beats)),
        ticked,
    ]
    if not living.workers:
        return Card(
            code, icon, title, Verdict.DANGER, _("No worker lives: start it again. Messages and copies wait."), figures
        )
    if not living.beats:
        advice = _("The timer does not live: start beat again. Until then there are no nightly copies and no retries.")
        return Card(code, icon, title, Verdict.DANGER, advice, figures)
    if len(living.beats) > 1:
        advice = _("More than one timer lives: everything by the clock is done twice. Leave one beat running.")
        return Card(code, icon, title, Verdict.WARN, advice, figures)
    return Card(code, icon, title, Verdict.OK, _("Nothing to do."), figures)


def _sign(ages: dict[str, float]) -> str:
    return ago(min(ages.values())) if ages else _("no sign of life")


def queues(waiting: Queues | None, living: Life | None, *, now: datetime) -> Card:
    code, icon, title = "queues", "hourglass", _("Queues")
    if waiting is None:
        return unanswered(code, icon, title)
    facts_age = now - waiting.oldest_fact_at if waiting.oldest_fact_at else timedelta()
    ages = [facts_age, *(now - box.oldest_due_at for box in waiting.outboxes if box.oldest_due_at)]
    oldest, announced = max(ages), living.announced if living else None
    figures = [
        Figure(
            _("Tasks nobody has taken"), str(announced) if announced is not None else pgettext("verdict", "not known")
        ),
        Figure(_("Events being delivered"), str(waiting.facts), _oldest(facts_age) if waiting.facts else ""),
        *(
            Figure(box.title, str(box.waiting), _("given up: %(count)d") % {"count": box.failed} if box.failed else "")
            for box in waiting.outboxes
        ),
        Figure(_("Longest wait"), span(oldest)),
    ]
    verdict = step(oldest.total_seconds(), WAITING_WARN.total_seconds(), WAITING_DANGER.total_seconds())
    if any(box.failed for box in waiting.outboxes) or (announced or 0) >= ANNOUNCED_WARN:
        verdict = worst([verdict, Verdict.WARN])
    if verdict is Verdict.OK:
        return Card(code, icon, title, verdict, _("Nothing to do."), figures)
    advice = _("Work piles up. See whether Redis and the worker live; if they do, look at the failed events below.")
    return Card(code, icon, title, verdict, advice, figures)


def _oldest(age: timedelta) -> str:
    return _("the oldest for %(span)s") % {"span": span(age)}


def failures(waiting: Queues | None) -> Card:
    code, icon, title = "failures", "refresh-alert", _("Failed events")
    if waiting is None:
        return unanswered(code, icon, title)
    figures = [
        Figure(_("Tried again by themselves"), str(waiting.failing - waiting.given_up)),
        Figure(_("Nobody tries any more"), str(waiting.given_up)),
    ]
    if waiting.given_up:
        advice = _("Send the error below to the developers; after the update press “Retry now”.")
        return Card(code, icon, title, Verdict.DANGER, advice, figures)
    if waiting.failing:
        advice = _("They are tried again by themselves. If the number grows, send the error below to the developers.")
        return Card(code, icon, title, Verdict.WARN, advice, figures)
    return Card(code, icon, title, Verdict.OK, _("Nothing to do."), figures)


def disks(machine: Machine | None) -> Card:
    code, icon, title = "disk", "device-floppy", _("Disk")
    if machine is None:
        advice = _("The disk did not answer in time. See whether a network folder is out of reach.")
        return Card(code, icon, title, Verdict.DANGER, advice)
    places = [
        (_("Files of the clinic"), machine.disk),
        (_("Database"), machine.database_disk),
        (_("Backups"), machine.backup_disk),
    ]
    figures = [
        Figure(label, _("%(free)s free") % {"free": filesizeformat(disk.free)}, _of(disk))
        if disk
        else _elsewhere(label)
        for label, disk in places
    ]
    verdict = worst(free_verdict(disk.free, disk.total) for _label, disk in places if disk)
    advice = {
        Verdict.OK: _("Nothing to do."),
        Verdict.WARN: _("Less than a tenth is free: remove old copies made by hand, or get a larger disk."),
        Verdict.DANGER: _("The disk is nearly full: make room now, or the database stops."),
    }[verdict]
    return Card(code, icon, title, verdict, advice, figures)


def _of(disk: Disk) -> str:
    share = percent(disk.free / disk.total) if disk.total else "–"
    return _("%(share)s of %(total)s") % {"share": share, "total": filesizeformat(disk.total)}


def _elsewhere(label: str) -> Figure:
    return Figure(label, _("not seen from here"), _("lies in another container or on another server"))


def free_verdict(free: int, total: int) -> Verdict:
    share = free / total if total else 0
    return Verdict.DANGER if share < FREE_DANGER else Verdict.WARN if share < FREE_WARN else Verdict.OK


def memory(machine: Machine | None) -> Card:
    code, icon, title = "memory", "server", _("Memory of the server")
    known = machine.memory if machine else None
    if known is None:
        return Card(code, icon, title, Verdict.UNKNOWN, _("This system does not tell. Look with its own means."))
    figures = [
        Figure(
            _("Available"),
            filesizeformat(known.available),
            _("%(share)s of %(total)s")
            % {"share": percent(known.available / known.total), "total": filesizeformat(known.total)},
        ),
        Figure(
            _("Swap used"),
            filesizeformat(known.swap_total - known.swap_free) if known.swap_total else _("no swap"),
        ),
    ]
    verdict = free_verdict(known.available, known.total)
    if verdict is Verdict.OK:
        return Card(code, icon, title, verdict, _("Nothing to do."), figures)
    advice = _("Memory runs out: close other programs on the server, or add memory.")
    return Card(code, icon, title, verdict, advice, figures)


def database(known: Database | None) -> Card:
    code, icon, title = "database", "database", _("Database")
    if known is None:
        return unanswered(code, icon, title)
    share = known.connections / known.most_connections
    slowest = max((statement.seconds for statement in known.slow), default=0)
    verdicts = {
        _("Too many connections: lower WEB_THREADS or raise max_connections."): step(
            share, CONNECTIONS_WARN, CONNECTIONS_DANGER
        ),
        _("A transaction is open for long: see which program it is, and start that one again."): step(
            known.oldest_transaction_seconds, TRANSACTION_WARN_SECONDS, TRANSACTION_DANGER_SECONDS
        ),
        _("A query is slow. If people notice it, send its text below to the developers."): (
            Verdict.WARN if slowest >= SLOW_WARN_SECONDS else Verdict.OK
        ),
    }
    verdict = worst(verdicts.values())
    advice = next((text for text, found in verdicts.items() if found is verdict is not Verdict.OK), _("Nothing to do."))
    hidden = ""
    if known.hidden:
        words = ngettext("%(count)d is of another role, unseen", "%(count)d are of other roles, unseen", known.hidden)
        hidden = words % {"count": known.hidden}
    figures = [
        Figure("PostgreSQL", known.version),
        Figure(_("Size"), filesizeformat(known.bytes)),
        Figure(
            _("Connections"),
            _("%(count)d of %(most)d") % {"count": known.connections, "most": known.most_connections},
            hidden,
        ),
        Figure(_("Longest transaction"), span(known.oldest_transaction_seconds)),
        Figure(_("Queries over 1 s now"), str(known.slow_count)),
    ]
    return Card(code, icon, title, verdict, advice, figures)


def jobs(recent: list[Job] | None, *, now: datetime) -> Card:
    code, icon, title = "jobs", "list-check", _("Long work")
    if recent is None:
        return unanswered(code, icon, title)
    failed = [job for job in recent if job.state == JobState.FAILED and now - job.created_at < JOB_FAILED_RECENTLY]
    running = sum(not job.is_over for job in recent)
    figures = [
        Figure(_("Going on"), str(running)),
        Figure(_("Failed within a day"), str(len(failed))),
    ]
    if failed:
        advice = _(
            "The reason is in its row below. Start it again; if it fails again, send the reason to the developers."
        )
        return Card(code, icon, title, Verdict.WARN, advice, figures)
    return Card(code, icon, title, Verdict.OK, _("Nothing to do."), figures)


def version(steps: Migrations | None) -> Card:
    code, icon, title = "version", "versions", _("Version")
    own = Figure(_("Program"), settings.VERSION)
    if steps is None:
        return unanswered(code, icon, title)
    figures = [
        own,
        Figure(_("Tables to be updated"), str(len(steps.pending)), _some(steps.pending)),
    ]
    if steps.unknown:
        figures.append(Figure(_("Tables of another version"), str(len(steps.unknown)), _some(steps.unknown)))
    if steps.pending:
        advice = _("The update was not finished: stop the server and start it again; it updates the tables first.")
        return Card(code, icon, title, Verdict.DANGER, advice, figures)
    if steps.unknown:
        advice = _("The database is newer than the program: install the version it was made by.")
        return Card(code, icon, title, Verdict.WARN, advice, figures)
    return Card(code, icon, title, Verdict.OK, _("Nothing to do."), figures)


def _some(steps: list[str]) -> str:
    shown = ", ".join(steps[:STEPS_SHOWN])
    return f"{shown} …" if len(steps) > STEPS_SHOWN else shown
