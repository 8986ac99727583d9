"""Put a backup in the place of the clinic's database and files; the former ones stay beside them."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.backups import restoring, services
from clinic.backups.errors import BackupError
from clinic.backups.folder import Backup, Manifest, alone_in
from clinic.backups.server import Server
from core.demo import Progress


class Command(BaseCommand):
    help = "Replace the clinic's database and files by a backup's. Asks twice; stop the clinic first."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="the backup's folder")
        parser.add_argument(
            "--files-only", action="store_true", help="only bring back files that are missing or damaged"
        )
        parser.add_argument("--yes-really", action="store_true", help="do not ask; for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        backup = Backup(options["backup"].resolve())
        progress = Progress()
        try:
            with alone_in(settings.BACKUP_FOLDER):
                if options["files_only"]:
                    self._restore_files(backup, progress, is_asked=not options["yes_really"])
                else:
                    self._restore(backup, progress, is_asked=not options["yes_really"])
        except BackupError as error:
            progress.finish()
            raise CommandError(str(error)) from None
        except OSError as error:
            progress.finish()
            raise CommandError(f"{error.strerror or error}: {error.filename or ''}") from None

    def _restore(self, backup: Backup, progress: Progress, *, is_asked: bool) -> None:
        place = _place()
        manifest = backup.manifest()
        restoring.refuse_unfit(backup, services.known_migrations(), progress)
        progress.finish()
        if is_asked:
            self._ask(manifest, restoring.name_of_clinic(place) or manifest.clinic)
        progress = Progress()
        restored = restoring.restore(backup, place, now=_now(), report=progress)
        progress.finish()
        self.stdout.write(f"Restored. The former database is kept as {restored.database}.")
        if restored.files is not None:
            self.stdout.write(f"The former files are kept in {restored.files}.")
        if not services.has_tables_of_this_version(manifest):
            self.stdout.write("The backup is of another version: its tables are migrated by the next start.")

    def _restore_files(self, backup: Backup, progress: Progress, *, is_asked: bool) -> None:
        manifest = backup.manifest()
        if is_asked:
            self._ask(manifest, manifest.clinic, what="Missing and damaged files are brought back from")
        count = restoring.restore_files(backup, Path(settings.MEDIA_ROOT), report=progress)
        progress.finish()
        self.stdout.write(f"{count} of {manifest.files} files were brought back; nothing was removed.")

    def _ask(self, manifest: Manifest, clinic: str, *, what: str = "Database and files are replaced by") -> None:
        """Ask twice, the second time for what nobody types by habit."""
        if not sys.stdin.isatty():
            raise CommandError("Restoring asks twice, and nobody is there to answer; scripts say --yes-really.")
        made = f"{manifest.started_at.astimezone():%d.%m.%Y %H:%M}"
        rows = sum(table.rows for table in manifest.tables.values())
        self.stdout.write(f"{what} the backup of {made}: «{manifest.clinic}», {rows} rows, {manifest.files} files.")
        self.stdout.write("What was entered since then will not be in it.")
        if input("Go on? [yes/no] ").strip().casefold() not in {"yes", "y", "да", "д"}:
            raise CommandError("Nothing was changed.")
        if clinic and not same_name(input(f"Type the name of the clinic, {clinic}: "), clinic):
            raise CommandError("That is not its name. Nothing was changed.")


def same_name(typed: str, name: str) -> bool:
    """Quotes, spaces and capitals need not be typed as they are written."""
    return _letters(typed) == _letters(name)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold().replace("ё", "е")))


def _place() -> restoring.Place:
    if not settings.DATABASE_ADMIN_URL:
        raise CommandError("DATABASE_ADMIN_URL is not set: restoring needs the database's superuser.")
    database = settings.DATABASES["default"]["NAME"]
    return restoring.Place(Server(settings.DATABASE_ADMIN_URL), database, Path(settings.MEDIA_ROOT))


def _now() -> datetime:
    return timezone.now().astimezone()
