"""Making, proving and throwing away backups by the installation's settings: by hand, and by themselves at night."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, models
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _
from pghistory.models import Event

from clinic.backups import archive, state
from clinic.backups.errors import AlreadyRunning, BackupError
from clinic.backups.folder import Backup, Manifest, Verification, alone_in, backups_in
from clinic.backups.making import Report, Source, make_backup, silent
from clinic.backups.retention import Retention
from clinic.backups.server import Server
from clinic.backups.verification import verify
from clinic.choices import DAILY, MONTHLY, WEEKLY, backup_time
from core import clock, notices, options, progress
from core.models import Job, JobState
from organization.models import Branch
from organization.selectors import able_directors

logger = logging.getLogger("zubr.backup")

TRY_AGAIN_AFTER = timedelta(hours=1)
NOTICE, ARCHIVE_NOTICE = "clinic.backup", "clinic.archive"  # subjects, by which news replaces older news
STEPS = 1000  # of a progress row
REASON_CHARACTERS = 300


def back_up(*, to: Path | None = None, report: Report = silent, now: datetime | None = None) -> Backup:
    """Make a backup by hand, in the backups' folder or in one named here; retention leaves it alone.

    Raises: BackupError, OSError.
    """
    now = now or timezone.now()
    with alone_in(settings.BACKUP_FOLDER):
        if to is not None:
            return make_backup(source(), to, report=report)
        return _made(now, is_nightly=False, report=report)


def prove(backup: Backup, *, report: Report = silent) -> Verification:
    """Restore a backup into a scratch database, compare everything, and keep what was found.

    Raises: BackupError when it cannot be tried.
    """
    with alone_in(settings.BACKUP_FOLDER):
        return _proved(backup, report)


def look_after_backups(*, now: datetime | None = None) -> None:
    """Make tonight's backup when it is due, throw away what retention lets go, hold the weekly drill; tell of failures.

    Called every few minutes: a server that was off at night catches up when it is on again, a failure is tried again
    after an hour. Does nothing where no backup role is named, or while another process does it.
    """
    now = now or timezone.now()
    at = backup_time()
    if at is None or not settings.BACKUP_DATABASE_URL:
        return
    try:
        with alone_in(settings.BACKUP_FOLDER):
            _look_at_archive(now)
            if is_due(now, at, clinic_zone()):
                _spend_night(now)
    except AlreadyRunning:
        return


def is_due(now: datetime, at: time, zone: tzinfo) -> bool:
    """Tell whether there is no nightly backup yet since the last time it was ``at`` o'clock, and none was tried just now."""
    today = clock.localdate(zone, now)
    tonight = clock.wall_moment(today, at, zone)
    if tonight > now:
        tonight = clock.wall_moment(today - timedelta(days=1), at, zone)
    newest = next((backup.manifest().started_at for backup in _nightly()), None)
    if newest is not None and newest >= tonight:
        return False
    attempt = state.read(settings.BACKUP_STATE_FILE).attempt
    if attempt is None or attempt.began_at < tonight:
        return True
    return not attempt.is_stopped and now - attempt.began_at >= TRY_AGAIN_AFTER


def source() -> Source:
    """What this installation backs up.

    Raises: BackupError where no role for it is named.
    """
    if not settings.BACKUP_DATABASE_URL:
        raise BackupError(
            "BACKUP_DATABASE_URL is not set: where the database is a server of your own, name the role zubr_backup there"
        )
    secrets = settings.VAR_DIR / "secrets.json"
    return Source(Server(settings.BACKUP_DATABASE_URL), Path(settings.MEDIA_ROOT), secrets, settings.VERSION)


def clinic_zone() -> tzinfo:
    """The zone of the first branch, by which night is told; UTC while there is none.

    Backups are made before an update, too: with tables this version does not know yet.
    """
    try:
        name = Branch.objects.active().order_by("pk").values_list("time_zone", flat=True).first()
    except ProgrammingError:
        return UTC
    return ZoneInfo(name) if name else UTC


def known_migrations() -> set[str]:
    """Names of the migrations of this version, as ``app.name``, and of those they replace."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = [key for migration in known.values() for key in migration.replaces]
    return {f"{app}.{name}" for app, name in [*known, *replaced]}


def has_tables_of_this_version(manifest: Manifest) -> bool:
    """Tell whether no migration is missing in the backup, and none is unknown here."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    there = set(manifest.migrations)
    return there <= known_migrations() and all(f"{app}.{name}" in there for app, name in loader.graph.nodes)


def file_columns() -> list[tuple[str, str]]:
    """Tables and columns whose rows name files; history may name those that were replaced, and is left out."""
    return [
        (model._meta.db_table, str(field.column))
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if model._meta.managed and isinstance(field, models.FileField) and not issubclass(model, Event)
    ]


def _spend_night(now: datetime) -> None:
    """One night's work with its progress row, the outcome of each part remembered and told."""
    _end_interrupted_job()
    job = progress.start_job(title=_("Nightly backup"), user_id=None, total=STEPS)
    state.remember(settings.BACKUP_STATE_FILE, job_id=job.pk)
    outcome = state.Attempt(began_at=now, is_stopped=True)  # by a person, unless we hear otherwise
    complaint = _("The nightly backup was not made")
    try:
        with progress.running(job.pk) as running:
            report = report_to(running)
            is_drill_due = _is_drill_due(now)
            backup = _made(now, is_nightly=True, report=_scaled(report, 0, 0.5 if is_drill_due else 1))
            notices.take_back(subject=NOTICE)
            complaint = _("The nightly backup was not proved")
            _let_go(clinic_zone())
            if is_drill_due:
                _hold_drill(backup, _scaled(report, 0.5, 1))
            outcome = state.Attempt(began_at=now)
    except Exception as error:  # whatever it was, nobody is there at night to see it
        logger.exception("nightly backup")
        outcome = state.Attempt(began_at=now, failure=f"{complaint}: {error}")
        _tell(complaint, str(error))
    state.remember(settings.BACKUP_STATE_FILE, attempt=outcome)


def _hold_drill(backup: Backup, report: Report) -> None:
    found = _proved(backup, report)
    if not found.is_good:
        _tell(_("The backup %(name)s cannot be relied on") % {"name": backup.name}, "; ".join(found.problems))


def _made(now: datetime, *, is_nightly: bool, report: Report) -> Backup:
    folder: Path = settings.BACKUP_FOLDER
    target = folder / f"{now.astimezone(clinic_zone()):%Y-%m-%d_%H%M%S}"
    former = next(iter(backups_in(folder)), None)
    backup = make_backup(source(), target, former=former, is_nightly=is_nightly, report=report)
    made = state.Made(backup.name, backup.manifest().started_at, backup.bytes)
    state.remember(settings.BACKUP_STATE_FILE, made=made, attempt=None)
    return backup


def _proved(backup: Backup, report: Report) -> Verification:
    with_books = has_tables_of_this_version(backup.manifest())
    found = verify(backup, source().server, file_columns=file_columns(), with_books=with_books, report=report)
    state.remember(settings.BACKUP_STATE_FILE, drill=state.Drill(backup.name, found.verified_at, found.problems))
    return found


def _let_go(zone: tzinfo) -> None:
    """Remove nightly backups that retention does not keep; the newest one that was proved good always stays."""
    nightly = _nightly()
    retention = Retention(daily=options.value(DAILY), weekly=options.value(WEEKLY), monthly=options.value(MONTHLY))
    kept = retention.kept([clock.localdate(zone, backup.manifest().started_at) for backup in nightly])
    proved = [place for place, backup in enumerate(nightly) if (seen := backup.verification()) and seen.is_good]
    for place, backup in enumerate(nightly):
        if place not in kept and place not in proved[:1]:
            backup.remove()


def _nightly() -> list[Backup]:
    return [backup for backup in backups_in(settings.BACKUP_FOLDER) if backup.manifest().is_nightly]


def _is_drill_due(now: datetime) -> bool:
    drill = state.read(settings.BACKUP_STATE_FILE).drill
    # Half a day less, so that a drill on one night does not slip to the eighth.
    return (
        drill is None
        or bool(drill.problems)
        or now - drill.held_at > timedelta(days=settings.BACKUP_DRILL_DAYS, hours=-12)
    )


def _look_at_archive(now: datetime) -> None:
    before = state.read(settings.BACKUP_STATE_FILE).archive
    seen = archive.look(now=now)
    if seen == before:
        return
    state.remember(settings.BACKUP_STATE_FILE, archive=seen)
    if seen is not None and seen.failure and not (before and before.failure):
        _tell(_("Restoring to a moment is not possible now"), seen.failure, subject=ARCHIVE_NOTICE)


def _end_interrupted_job() -> None:
    """A killed worker leaves its row running for ever; nobody else runs, for we hold the folder."""
    job_id = state.read(settings.BACKUP_STATE_FILE).job_id or 0
    over = {"state": JobState.FAILED, "error": _("interrupted"), "finished_at": timezone.now()}
    Job.objects.filter(pk=job_id, state__in=[JobState.WAITING, JobState.RUNNING]).update(**over)


def _tell(title: str, reason: str, *, subject: str = NOTICE) -> None:
    """Ring at the directors, in place of what they were told before and have not read."""
    body = _("Tell whoever looks after the server. What it says: %(reason)s") % {"reason": reason[:REASON_CHARACTERS]}
    notices.take_back(subject=subject)
    directors = {employee.user_id for employee in able_directors() if employee.user_id}
    notices.notify(user_ids=directors, title=title, body=body, subject=subject, is_urgent=True)


def report_to(job: Job) -> Report:
    """Reports that move a progress row of ``STEPS``."""

    def report(title: str, share: float) -> None:
        done = round(share * STEPS)
        if done != job.done:  # a row is written a thousand times at most
            progress.advance(job, done=done)

    return report


def _scaled(report: Report, start: float, end: float) -> Callable[[str, float], None]:
    return lambda title, share: report(title, start + share * (end - start))
