"""A backup on disk: one folder with everything, and the sums by which anybody can check it without us."""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from clinic.backups import media
from clinic.backups.errors import AlreadyRunning, BackupError
from clinic.backups.figures import TableFigures
from clinic.embedded.credentials import write_private

FORMAT = 1
DUMP, FILES, FILE_LIST, SECRETS = "database.dump", "files", "files.tsv", "secrets.json"
MANIFEST, CHECKSUMS, VERIFICATION = "manifest.json", "SHA256SUMS", "verification.json"
SUMMED = (DUMP, FILE_LIST, SECRETS, MANIFEST)  # the files themselves are summed in the list
UNFINISHED, REMOVED = ".unfinished", ".removed"


@dataclass(frozen=True)
class Manifest:
    """What was backed up, when, and the figures it has to have when it is restored."""

    version: str
    clinic: str
    is_nightly: bool
    started_at: datetime
    finished_at: datetime
    server: str
    database_bytes: int
    migrations: list[str]
    tables: Mapping[str, TableFigures]
    files: int
    file_bytes: int
    linked_files: int
    format: int = FORMAT

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, default=datetime.isoformat) + "\n"

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Raises: BackupError when it is not there, or not one of ours."""
        try:
            values: dict[str, Any] = json.loads(path.read_text())
            if values["format"] > FORMAT:
                raise BackupError(f"{path.parent} was made by a newer Zubr ({values['version']})")
            values["tables"] = {name: TableFigures(**figures) for name, figures in values["tables"].items()}
            for moment in ("started_at", "finished_at"):
                values[moment] = datetime.fromisoformat(values[moment])
            return cls(**values)
        except FileNotFoundError:
            raise BackupError(f"{path.parent} is no backup: {path.name} is missing") from None
        except (ValueError, TypeError, KeyError) as error:
            raise BackupError(f"{path} cannot be read: {error}") from None


@dataclass(frozen=True)
class Verification:
    """What a trial restore found; without problems the backup is worth its disk."""

    verified_at: datetime
    problems: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Backup:
    """One finished backup."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def bytes(self) -> int:
        """Size of the dump and the files; files shared with other backups are counted in each."""
        return self.manifest().file_bytes + (self.path / DUMP).stat().st_size

    def manifest(self) -> Manifest:
        """Raises: BackupError."""
        return Manifest.read(self.path / MANIFEST)

    def listed_files(self) -> dict[str, media.Listed]:
        """Raises: BackupError."""
        try:
            return media.read_list(self.path / FILE_LIST)
        except (OSError, ValueError) as error:
            raise BackupError(f"{self.path / FILE_LIST} cannot be read: {error}") from None

    def verification(self) -> Verification | None:
        """The last trial restore of it; None when there was none."""
        try:
            values = json.loads((self.path / VERIFICATION).read_text())
            return Verification(datetime.fromisoformat(values["verified_at"]), values["problems"])
        except (OSError, ValueError, KeyError):
            return None

    def remember(self, verification: Verification) -> None:
        """Keep the outcome with the backup."""
        text = json.dumps(asdict(verification), ensure_ascii=False, indent=1, default=datetime.isoformat)
        write_private(self.path / VERIFICATION, text + "\n")

    def damage(self, on_bytes: media.OnBytes = lambda count: None) -> list[str]:
        """One line for each of its parts that is missing or not what the sums say; empty when it is whole."""
        try:
            lines = (self.path / CHECKSUMS).read_text().splitlines()
        except OSError:
            return [f"{CHECKSUMS} is missing"]
        expected = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
        found = [f"{name} is not in {CHECKSUMS}" for name in (DUMP, FILE_LIST, MANIFEST) if name not in expected]
        for name, sha256 in expected.items():
            try:
                if media.digest(self.path / name, on_bytes) != sha256:
                    found.append(f"{name} is damaged")
            except OSError:
                found.append(f"{name} is missing")
        return found

    def write_checksums(self) -> None:
        """What `sha256sum` would print."""
        lines = [f"{media.digest(self.path / name)}  {name}\n" for name in SUMMED if (self.path / name).exists()]
        write_private(self.path / CHECKSUMS, "".join(lines))

    def remove(self) -> None:
        """Take its name away first: what is left of an interrupted removal is no backup."""
        doomed = self.path.with_name(self.path.name + REMOVED)
        self.path.rename(doomed)
        shutil.rmtree(doomed)


def backups_in(folder: Path) -> list[Backup]:
    """Finished backups in a folder, newest first; what cannot be read is left out."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.suffix in {UNFINISHED, REMOVED} or not (path / MANIFEST).is_file():
            continue
        backup = Backup(path)
        try:
            found.append((backup.manifest().started_at, backup))
        except BackupError:
            continue
    return [backup for _, backup in sorted(found, key=lambda pair: pair[0], reverse=True)]


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder; what an interrupted run has left in it is cleared away.

    Raises: AlreadyRunning when another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"a backup or a verification is already under way in {folder}") from None
        for leftover in folder.iterdir():
            if leftover.suffix in {UNFINISHED, REMOVED}:
                shutil.rmtree(leftover)
        yield
