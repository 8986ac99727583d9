"""How the archive of the write-ahead log does, by which the container server can be restored to any moment."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from clinic.backups.state import ArchiveState

BASE_OVERDUE_AFTER = timedelta(hours=50)
_ARCHIVER = "SELECT current_setting('archive_mode'), last_archived_time, last_failed_time FROM pg_stat_archiver"


def look(*, now: datetime) -> ArchiveState | None:
    """Ask the server and read what the archivist has written down; None where nothing is archived."""
    with connection.cursor() as cursor:
        cursor.execute(_ARCHIVER)
        mode, archived_at, failed_at = cursor.fetchone()
    if mode == "off":
        return None
    status = _status(Path(settings.ARCHIVE_FOLDER) / "status.json")
    base_at = datetime.fromisoformat(status["base_at"]) if status.get("base_at") else None
    return ArchiveState(
        archived_at=archived_at,
        base_at=base_at,
        base_bytes=int(status.get("bytes", 0)),
        failure=_failure(now, archived_at, failed_at, base_at, status.get("failure", "")),
    )


def _failure(
    now: datetime, archived_at: datetime | None, failed_at: datetime | None, base_at: datetime | None, said: str
) -> str:
    if failed_at is not None and (archived_at is None or failed_at > archived_at):
        return "the write-ahead log is not archived: see docker-compose logs postgres"
    if said:
        return f"the base backup failed: {said}"
    if base_at is None or now - base_at > BASE_OVERDUE_AFTER:
        return "there is no fresh base backup: see docker-compose logs archivist"
    return ""


def _status(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
