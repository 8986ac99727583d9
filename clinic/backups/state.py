"""What is remembered of backups between runs, in one small file the web process may read; the backups it may not."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from clinic.embedded.credentials import write_private


@dataclass(frozen=True)
class Made:
    """The newest finished backup."""

    name: str
    made_at: datetime
    bytes: int


@dataclass(frozen=True)
class Attempt:
    """The last try to make one: why it failed (empty when it did not), or that a person stopped it."""

    began_at: datetime
    failure: str = ""
    is_stopped: bool = False


@dataclass(frozen=True)
class Drill:
    """The last trial restore and what it found."""

    name: str
    held_at: datetime
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ArchiveState:
    """The write-ahead log's archive of the container server; ``failure`` is empty while all is well."""

    archived_at: datetime | None
    base_at: datetime | None
    base_bytes: int
    failure: str


@dataclass(frozen=True)
class Remembered:
    """Everything in the file."""

    made: Made | None = None
    attempt: Attempt | None = None
    drill: Drill | None = None
    archive: ArchiveState | None = None
    job_id: int | None = None


_PARTS = {"made": Made, "attempt": Attempt, "drill": Drill, "archive": ArchiveState}


def read(path: Path) -> Remembered:
    """What is remembered; nothing when the file is missing or not readable as ours."""
    try:
        values: dict[str, Any] = json.loads(path.read_text())
        parts = {name: _part(kind, values[name]) for name, kind in _PARTS.items() if values.get(name)}
        return Remembered(**parts, job_id=values.get("job_id"))
    except (OSError, ValueError, TypeError, KeyError):
        return Remembered()


def remember(path: Path, **changes: Any) -> Remembered:
    """Change some of what is remembered; the writer holds the backups' folder, so nobody else writes."""
    remembered = replace(read(path), **changes)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_private(path, json.dumps(asdict(remembered), ensure_ascii=False, indent=1, default=datetime.isoformat) + "\n")
    return remembered


def _part(kind: type, values: dict[str, Any]) -> Any:
    moments = {name: datetime.fromisoformat(value) for name, value in values.items() if name.endswith("_at") and value}
    return kind(**values | moments)
