"""Compute the chain of the log tables again and say whether anybody tampered with them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import chain


class Command(BaseCommand):
    help = (
        "Recompute the hash chain of every log table; fails, naming the first wrong block of each table, when rows were "
        "changed, removed, added or exchanged. Prints the chain's end: keep it outside the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kept", metavar="NUMBER:DIGEST", action="append", default=[], help="an end printed earlier"
        )
        parser.add_argument("--seal", action="store_true", help="first seal what was written since the last time")
        parser.add_argument(
            "--begin-anew", metavar="TABLE", help="after a migration that took or changed a column of a log table"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = dict(self._kept(text) for text in options["kept"])
        if options["begin_anew"]:
            rows = chain.begin_anew(options["begin_anew"])
            self.stdout.write(f"{options['begin_anew']}: {rows} rows sealed anew.")
        if options["seal"]:
            sealed = chain.seal()
            self.stdout.write(f"{sealed.rows} rows sealed in {sealed.blocks} blocks.")
        report = chain.check_and_note(kept=kept, progress=self._progress)
        for name in report.begun_anew:
            self.stdout.write(f"{name}: began anew; its rows are checked from then on.")
        for finding in report.findings:
            self.stdout.write(finding)
        if report.findings:
            raise CommandError("The logs were tampered with.")
        self.stdout.write(f"{report.rows} rows in {report.blocks} blocks are as they were written.")
        self.stdout.write(f"End of the chain, to be kept outside: {report.blocks}:{report.digest.hex()}")

    def _kept(self, text: str) -> tuple[int, bytes]:
        number, _colon, digest = text.partition(":")
        try:
            return int(number), bytes.fromhex(digest)
        except ValueError:
            raise CommandError(f"{text}: not NUMBER:DIGEST as printed by an earlier check") from None

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {total} blocks", ending="" if done < total else "\n")
