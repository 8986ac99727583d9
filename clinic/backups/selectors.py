"""What the system page may know of the backups; read by processes that can reach neither them nor their database role."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from clinic.backups import state
from clinic.backups.state import ArchiveState

OVERDUE_AFTER = timedelta(hours=26)
DRILL_OVERDUE_AFTER = timedelta(days=9)


@dataclass(frozen=True)
class BackupState:
    """The newest backup, and whether somebody has to do something.

    ``is_verified``: True when the last trial restore was of this backup and found nothing, False when it found
    ``why_not``, None when this backup has not been tried. ``verified_at`` and ``drill_of`` tell of the last trial
    restore, whichever backup it was of. ``age`` is the time since the newest backup was begun, None without one.
    ``failure``: why the last attempt failed; empty when a backup was made since. ``archive`` is None without WAL archiving.
    """

    name: str
    made_at: datetime | None
    bytes: int
    age: timedelta | None
    is_overdue: bool
    is_verified: bool | None
    verified_at: datetime | None
    drill_of: str
    why_not: list[str]
    is_drill_overdue: bool
    failure: str
    failed_at: datetime | None
    archive: ArchiveState | None
    job_id: int | None

    @property
    def needs_attention(self) -> bool:
        return bool(
            self.is_overdue
            or self.is_drill_overdue
            or self.failure
            or self.why_not
            or (self.archive and self.archive.failure)
        )


def backup_state(*, now: datetime | None = None) -> BackupState:
    """The state of the backups for the system page: the newest one (when, size in bytes, age), whether it was verified
    or why not, the last failure, the archive for point-in-time restores, and the id of the last progress row (`core.Job`).

    It reads one small file, no backup and no database; in several web servers that file lies in a shared ZUBR_VAR.
    """
    now = now or timezone.now()
    known = state.read(settings.BACKUP_STATE_FILE)
    made, drill, attempt = known.made, known.drill, known.attempt
    is_of_newest = made is not None and drill is not None and drill.name == made.name
    return BackupState(
        name=made.name if made else "",
        made_at=made.made_at if made else None,
        bytes=made.bytes if made else 0,
        age=now - made.made_at if made else None,
        is_overdue=made is None or now - made.made_at > OVERDUE_AFTER,
        is_verified=not drill.problems if drill is not None and is_of_newest else None,
        verified_at=drill.held_at if drill else None,
        drill_of=drill.name if drill else "",
        why_not=list(drill.problems) if drill else [],
        is_drill_overdue=made is not None and (drill is None or now - drill.held_at > DRILL_OVERDUE_AFTER),
        failure=attempt.failure if attempt else "",
        failed_at=attempt.began_at if attempt and attempt.failure else None,
        archive=known.archive,
        job_id=known.job_id,
    )
