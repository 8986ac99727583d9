"""What the sample clinic holds, which tables go with it, and what people have entered into it themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection, models
from pghistory.models import Event

from clinic.models import SampleClinic
from core import bulk
from core.ports import SampleRows, sample_rows

# The kernel's machinery and other packages' tables, which no module answers for. Directories of Django itself stay, and so
# do timed tasks, switches and the clinic's own choices.
_MACHINERY = (
    SampleRows("core", keeps=("core.ModuleState", "core.OptionValue", "core.NumberStart")),
    SampleRows("clinic", keeps=("clinic.SampleClinic",)),
    SampleRows("sessions"),
    SampleRows("axes"),
    SampleRows("guardian"),
)


@dataclass(frozen=True)
class Counted:
    """So many rows of one kind, and how many of them people have entered since the sample clinic was loaded."""

    title: Any
    count: int
    by_people: int


@dataclass(frozen=True)
class SampleState:
    loaded_at: datetime
    rows: tuple[Counted, ...]

    @property
    def by_people(self) -> int:
        return sum(row.by_people for row in self.rows)


def is_sample_clinic() -> bool:
    """Whether the clinic in this database is the sample one."""
    return SampleClinic.objects.exists()


def sample_state() -> SampleState | None:
    """What the sample clinic holds, for whoever is about to remove it; None in a clinic of one's own."""
    mark = SampleClinic.objects.first()
    if mark is None:
        return None
    rows = [
        Counted(title, model._default_manager.count(), _entered_by_people(model, mark.loaded_at))
        for answer in _answers()
        for label, title in answer.counted
        for model in [apps.get_model(label)]
    ]
    return SampleState(mark.loaded_at, tuple(rows))


def emptied_tables() -> list[str]:
    """Tables that go, by name: those of every app that answers and of the machinery, with their history."""
    answers = [*_answers(), *_MACHINERY]
    kept = {apps.get_model(label) for answer in answers for label in answer.keeps if _is_known(label)}
    kept |= {events for model in kept if (events := bulk.events_of(model)) is not None}
    every = (model for answer in answers for model in _models_of(answer.app))
    return sorted({model._meta.db_table for model in every if model not in kept})


def _answers() -> list[SampleRows]:
    return [answer for answer in sample_rows.answers() if answer is not None]


def _is_known(label: str) -> bool:
    app, name = label.split(".")
    return name.lower() in apps.all_models[app]


def _models_of(app: str) -> Iterator[type[models.Model]]:
    for model in apps.get_app_config(app).get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _entered_by_people(model: type[models.Model], since: datetime) -> int:
    """Rows a page has added: the load and its daily continuation leave no page in the history. 0 where none is kept."""
    events = bulk.events_of(model)
    if events is None or not issubclass(events, Event):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(DISTINCT pgh_obj_id) FROM "{events._meta.db_table}"'  # noqa: S608  a table of our own
            " WHERE pgh_created_at >= %s AND pgh_label = 'insert' AND pgh_context->>'url' IS NOT NULL",
            [since],
        )
        return cursor.fetchone()[0]
