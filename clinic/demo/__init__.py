"""The demo clinic: every app writes its part, in one transaction, with its history dated back."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone

import billing.demo
import organization.demo
import patients.demo
import pricelist.demo
import schedule.demo
from clinic.demo import chain
from clinic.sample import services as sample
from core import bulk, bulk_tables
from core.demo import SCALES, Report, Run
from core.errors import DomainError

APPS = (organization.demo, pricelist.demo, patients.demo, schedule.demo, billing.demo)
TABLES: list[type[models.Model]] = [model for app in APPS for model in app.TABLES]
# Those that grow with every visit; the others are too small for their indexes to cost anything.
GROWING = [model for app in (patients.demo, schedule.demo, billing.demo) for model in app.TABLES]


class NoDemo(DomainError):
    """Only a demo clinic is brought to today."""

    code = "no_demo"


class NotEmpty(DomainError):
    """Sample patients never get among real ones."""

    code = "demo_not_empty"


def load(
    scale: str, seed: int = 1, now: datetime | None = None, report: Report | None = None, *, branches: int = 1
) -> Run:
    """Write a whole clinic into an empty database; the same scale, seed and ``now`` always give the same rows.

    More ``branches`` are copies of the one that is made up; see ``chain`` for what they have.
    Needs the tables' owner. Raises: NotEmpty when there are patients or people already.
    """
    run = Run(SCALES[scale], seed, now or timezone.now(), ZoneInfo(organization.demo.TIME_ZONE))
    run.report = report or run.report
    with transaction.atomic(), _uncollected():
        if patients.demo.is_filled() or organization.demo.is_set_up():
            raise NotEmpty
        rebuilding = partial(run.report, "Indexes and constraints")
        with bulk.without_triggers(*TABLES), bulk_tables.bare(*GROWING, report=rebuilding):
            _write(run)
            if branches > 1:
                chain.multiply(branches, partial(run.report, f"{branches} branches"))
        sample.mark_as_sample()
    run.report("Gathering statistics", 0)
    bulk.analyze(*TABLES, is_cleaning=branches > 1)
    return run


def refresh(now: datetime | None = None, report: Report | None = None) -> Run | None:
    """Live a loaded demo clinic on: the days since, today as it is at this minute, and the weeks ahead.

    What happened before stays as it is. None when today has been lived in already.
    Raises: NoDemo when the clinic in this database is another one.
    """
    if not organization.demo.is_demo():
        raise NoDemo
    sample.mark_as_sample()  # one that was loaded before there was a mark
    clinic = organization.demo.find()
    run = _run_since(clinic, now or timezone.now())
    if run is None:
        return None
    run.report = report or run.report
    with transaction.atomic():
        billing.demo.close_left_open(run)
        before = {model: bulk.highest_id(model) for model in TABLES}
        with bulk.without_triggers(*TABLES):
            bulk.sync_sequences(*TABLES)
            newcomers = patients.demo.build(run, clinic)
            visits = schedule.demo.go_on(run, clinic, newcomers)
            billing.demo.go_on(run, clinic, pricelist.demo.find(), visits)
            schedule.demo.write(run, clinic, visits)
            _write_history(run, clinic, before)
        schedule.demo.update_stored(visits)
    return run


def _run_since(clinic: organization.demo.Clinic, now: datetime) -> Run | None:
    """A run over the days nobody has lived in; patients come at the clinic's usual rate."""
    zone = ZoneInfo(organization.demo.TIME_ZONE)
    scale = min(SCALES.values(), key=lambda scale: abs(scale.doctors - len(clinic.doctors)))
    run = Run(scale, int(now.timestamp()), now, zone)
    last = schedule.demo.last_lived_day(run)
    if last is None or last >= run.today:
        return None
    days = (run.today - last).days - 1
    newcomers = round(scale.patients / scale.days * (days + run.share_of_today))
    return replace(run, scale=replace(scale, days=days, patients=newcomers, faithful_visits=0))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python does not search the rows being made up for cycles: there are none, and there are very many rows."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _write(run: Run) -> None:
    bulk.sync_sequences(*TABLES)
    clinic = organization.demo.build(run)
    prices = pricelist.demo.build(run)
    guests = patients.demo.build(run, clinic)
    visits = schedule.demo.build(run, clinic, guests)
    billing.demo.build(run, clinic, prices, visits)
    schedule.demo.write(run, clinic, visits)
    _write_history(run, clinic, {})


def _write_history(run: Run, clinic: organization.demo.Clinic, before: Mapping[type[models.Model], int]) -> None:
    history = bulk.History({pk: person.context() for pk, person in clinic.people.items()}, before)
    for number, app in enumerate(APPS):
        run.report("History", number / len(APPS))
        app.write_history(run, history, clinic)
    bulk.sync_sequences(*TABLES)
