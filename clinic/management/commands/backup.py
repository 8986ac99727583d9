"""Make a backup of database, files and secrets; or prove one, or list those there are."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.backups import services
from clinic.backups.errors import BackupError
from clinic.backups.folder import Backup, backups_in
from core.demo import Progress


class Command(BaseCommand):
    help = "Make a backup of the clinic, which may go on working meanwhile."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="a new folder; without it, one in BACKUP_FOLDER")
        parser.add_argument("--verify", action="store_true", help="prove it at once by a trial restore")
        parser.add_argument("--prove", type=Path, metavar="BACKUP", help="make none; prove this one by a trial restore")
        parser.add_argument("--list", action="store_true", help="make none; list those in BACKUP_FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for backup in backups_in(settings.BACKUP_FOLDER):
                self.stdout.write(_in_words(backup))
            return
        progress = Progress()
        try:
            if options["prove"]:
                self._prove(Backup(options["prove"].resolve()), progress)
                return
            backup = services.back_up(to=options["to"] and options["to"].resolve(), report=progress)
            progress.finish()
            self.stdout.write(f"Backup written: {backup.path}")
            if options["verify"]:
                self._prove(backup, progress)
        except BackupError as error:
            progress.finish()
            raise CommandError(str(error)) from None
        except OSError as error:
            progress.finish()
            raise CommandError(f"{error.strerror or error}: {error.filename or ''}") from None

    def _prove(self, backup: Backup, progress: Progress) -> None:
        found = services.prove(backup, report=progress)
        progress.finish()
        if not found.is_good:
            lines = "\n".join(f"  {problem}" for problem in found.problems)
            raise CommandError(f"{backup.path} CANNOT BE RELIED ON:\n{lines}")
        self.stdout.write("Proved: restored into a scratch database, every row count, sum, book and file agrees.")


def _in_words(backup: Backup) -> str:
    manifest, seen = backup.manifest(), backup.verification()
    rows = sum(table.rows for table in manifest.tables.values())
    proof = "not tried" if seen is None else "proved" if seen.is_good else f"BAD: {seen.problems[0]}"
    kind = "nightly" if manifest.is_nightly else "by hand"
    megabytes = backup.bytes / 1_000_000
    return f"{backup.name}  {megabytes:10.1f} MB  {rows:>10} rows  {manifest.files:>7} files  {kind:7}  {proof}"
