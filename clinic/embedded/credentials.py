"""Secrets made once for an embedded installation and kept in a file only its owner reads."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, repr=False)  # a secret must not get into a traceback
class Credentials:
    """The secrets of one installation."""

    secret_key: str
    superuser_password: str
    owner_password: str
    app_password: str
    backup_password: str
    redis_password: str


def load_or_create(path: Path) -> Credentials:
    """Read the secrets, making those that are not there yet; the file's mode is 0600."""
    stored = json.loads(path.read_text()) if path.exists() else {}
    values = {field.name: stored.get(field.name) or secrets.token_urlsafe(36) for field in fields(Credentials)}
    credentials = Credentials(**values)
    if asdict(credentials) != stored:
        write_private(path, json.dumps(asdict(credentials), indent=2) + "\n")
    return credentials


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner reads; a power cut leaves the old one or the new, never half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
