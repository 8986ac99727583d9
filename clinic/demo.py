"""The demo clinic: every app writes its part, in one transaction, with its history dated back."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone

import billing.demo
import organization.demo
import patients.demo
import pricelist.demo
import schedule.demo
from core import bulk
from core.demo import SCALES, Run
from core.errors import DomainError

Report = Callable[[str, float], None]
APPS = (organization.demo, pricelist.demo, patients.demo, schedule.demo, billing.demo)
TABLES: list[type[models.Model]] = [model for app in APPS for model in app.TABLES]


class NotEmpty(DomainError):
    """Sample patients never get among real ones."""

    code = "demo_not_empty"


def load(scale: str, seed: int = 1, now: datetime | None = None, report: Report | None = None) -> Run:
    """Write a whole clinic into an empty database; the same scale, seed and ``now`` always give the same rows.

    Needs the tables' owner. Raises: NotEmpty when there are patients or people already.
    """
    run = Run(SCALES[scale], seed, now or timezone.now(), ZoneInfo(organization.demo.TIME_ZONE))
    run.report = report or run.report
    with transaction.atomic():
        if patients.demo.is_filled() or organization.demo.is_set_up():
            raise NotEmpty
        with bulk.without_triggers(*TABLES):
            _write(run)
            run.report("Checking references", 0)
    run.report("Gathering statistics", 0)
    bulk.analyze(*TABLES)
    return run


def _write(run: Run) -> None:
    bulk.sync_sequences(*TABLES)
    clinic = organization.demo.build(run)
    prices = pricelist.demo.build(run)
    guests = patients.demo.build(run, clinic)
    visits = schedule.demo.build(run, clinic, guests)
    billing.demo.build(run, clinic, prices, visits)
    schedule.demo.write(run, clinic, visits)
    history = bulk.History({pk: person.context() for pk, person in clinic.people.items()})
    for number, app in enumerate(APPS):
        run.report("History", number / len(APPS))
        app.write_history(run, history, clinic)
    bulk.sync_sequences(*TABLES)
