"""Load the demo clinic."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic import demo
from core.demo import SCALES, Progress
from organization.demo import PASSWORD, TIME_ZONE


class Command(BaseCommand):
    help = "Load a demo clinic into an empty database, or bring a loaded one to today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=[*SCALES, "L"], default="S", help="S: one year, M: ten years")
        parser.add_argument("--seed", type=int, default=1, help="another seed gives other people")
        parser.add_argument("--today", metavar="YYYY-MM-DDTHH:MM", help="the branch's time to be taken for now")
        parser.add_argument("--force", action="store_true", help="also when DEMO is off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO or options["force"]):
            raise CommandError("This is no demo installation (DEMO is off): no sample patients are loaded into it.")
        if options["scale"] == "L":
            raise CommandError("Scale L comes with the benchmark.")
        began = time.monotonic()
        progress = Progress()
        try:
            run = demo.load(options["scale"], options["seed"], _moment(options["today"]), progress)
        except demo.NotEmpty:
            raise CommandError(
                "This database already has people or patients: the demo clinic is loaded into an empty one only."
            ) from None
        finally:
            progress.finish()
        self.stdout.write(f"Demo clinic {run.scale.code} is loaded in {time.monotonic() - began:.0f} s.")
        self.stdout.write(f"Logins: director, administrator, doctor, chief; password: {PASSWORD}")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(TIME_ZONE))
    except ValueError:
        raise CommandError(f"--today={text} is no moment: give YYYY-MM-DDTHH:MM.") from None
