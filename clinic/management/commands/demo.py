"""Load the demo clinic."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic import demo
from clinic.demo import chain
from clinic.demo.counts import counts
from core.demo import SCALES, Progress, Run
from organization.demo import PASSWORD, TIME_ZONE, is_demo

CHAIN = "L"  # so many branches, each of scale M


class Command(BaseCommand):
    help = "Load a demo clinic into an empty database, or bring a loaded one to today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            choices=[*SCALES, CHAIN],
            default="S",
            help="S: one year; M: ten years; M0: the clinic of M that opened a month ago; L: fifty branches like M",
        )
        parser.add_argument(
            "--branches", type=int, help="so many branches like the one, for search and the schedule only"
        )
        parser.add_argument("--seed", type=int, default=1, help="another seed gives other people")
        parser.add_argument("--today", metavar="YYYY-MM-DDTHH:MM", help="the branch's time to be taken for now")
        parser.add_argument(
            "--refresh-today", action="store_true", help="live a demo clinic that was loaded earlier on to this minute"
        )
        parser.add_argument(
            "--or-refresh",
            action="store_true",
            help="the same when a demo clinic is there already, instead of refusing",
        )
        parser.add_argument(
            "--counts",
            action="store_true",
            help="say how many rows there are and should be; of a loaded clinic, only that",
        )
        parser.add_argument("--force", action="store_true", help="also when DEMO is off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or options["force"]):
            raise CommandError("This is no demo installation (DEMO is off): no sample patients are loaded into it.")
        is_refresh = options["refresh_today"] or (options["or_refresh"] and is_demo())
        if is_refresh or not (options["counts"] and is_demo()):
            self._make(options, is_refresh)
        if options["counts"]:
            self._tell_counts()

    def _make(self, options: dict[str, Any], is_refresh: bool) -> None:
        began, now, progress = time.monotonic(), _moment(options["today"]), Progress()
        is_chain = options["scale"] == CHAIN
        scale, branches = ("M", chain.BRANCHES) if is_chain else (options["scale"], 1)
        try:
            if is_refresh:
                run = demo.refresh(now, progress)
            else:
                run = demo.load(scale, options["seed"], now, progress, branches=options["branches"] or branches)
        except demo.NotEmpty:
            raise CommandError(
                "This database already has people or patients: the demo clinic is loaded into an empty one only."
            ) from None
        except demo.NoDemo:
            raise CommandError("There is no demo clinic in this database to be brought to today.") from None
        finally:
            progress.finish()
        self._tell(run, options["scale"], is_refresh, time.monotonic() - began)

    def _tell(self, run: Run | None, scale: str, is_refresh: bool, seconds: float) -> None:
        if run is None:
            self.stdout.write("The demo clinic has lived today already.")
        elif is_refresh:
            self.stdout.write(f"The demo clinic lives today, {run.today:%d.%m.%Y} ({seconds:.0f} s).")
        else:
            self.stdout.write(f"Demo clinic {scale} is loaded in {seconds:.0f} s.")
            self.stdout.write(f"Logins: director, administrator, doctor, chief; password: {PASSWORD}")

    def _tell_counts(self) -> None:
        self.stdout.write(f"{'':<34}{'there are':>12}{'wanted':>12}")
        for count in counts():
            self.stdout.write(str(count))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(TIME_ZONE))
    except ValueError:
        raise CommandError(f"--today={text} is no moment: give YYYY-MM-DDTHH:MM.") from None
