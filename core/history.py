"""Who changed what and when, read back from the history tables for people.

An app says once which tables make up the history of a record, and its view answers with the drawer part:

    BRANCH = Trail(Source(Branch), Source(BranchHours, "branch", title=_("hours"), name="weekday", labels={…}))

    @require_GET
    @requires("core.view_history")
    def branch_history(request, branch_id):
        branch = get_object_or_404(Branch, pk=branch_id)
        return history.answer(request, BRANCH, branch)
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import F, JSONField, Value, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lag
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy

from core import history_values

PAGE_SIZE = 60  # changed rows read at a time
Text = Any  # a string or a lazy translation
VERBS: Mapping[str, Text] = {
    "insert": pgettext_lazy("history", "added"),
    "update": pgettext_lazy("history", "changed"),
    "delete": pgettext_lazy("history", "removed"),
    "archive": pgettext_lazy("history", "archived"),
    "restore": pgettext_lazy("history", "taken back from the archive"),
    "password_set": pgettext_lazy("history", "password set"),
    "login_unlocked": pgettext_lazy("history", "lock-out ended"),
    "second_factor_reset": pgettext_lazy("history", "second factor reset"),
    "sessions_ended": pgettext_lazy("history", "sessions ended"),
    "login_reset": pgettext_lazy("history", "reset on the server"),
}


@dataclass(frozen=True)
class Source:
    """One table whose changes belong to a record.

    ``link``: the lookup from its rows to the record (empty for the record itself). ``title``: what such a row is, and
    ``name``: the field that tells one from another (a room's name). ``labels``: names of fields whose own say too little.
    ``key``: the record's attribute the link is compared with. ``readers``: how to say a field's value, where the usual
    way says too little (a code); ``row_readers``: the same where it takes the whole row to say it. ``supplied``: what holds
    while there is no row, given one that was or came: such a row is told as changed, never as added or removed.

    For the log of all changes: ``told_by`` are the fields that name the row there, ``patient`` is the lookup from a row to
    the patient it concerns, ``permission`` what one must be allowed to see it. A table that is its own log (rows are only
    ever added) says its moment in ``at``, and in ``who`` which of its columns stand for what a history's context holds.
    """

    model: type[models.Model]
    link: str = ""
    title: Text = ""
    name: str = ""
    labels: Mapping[str, Text] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    key: str = "pk"
    readers: Mapping[str, Callable[[Any], Text]] = field(default_factory=dict)
    row_readers: Mapping[str, Callable[[Mapping[str, Any]], Text]] = field(default_factory=dict)
    supplied: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    told_by: tuple[str, ...] = ()
    patient: str = ""
    permission: str = ""
    at: str = "pgh_created_at"
    who: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_own_log(self) -> bool:
        return self.at != "pgh_created_at"

    @property
    def events(self) -> type[models.Model]:
        if self.is_own_log:
            return self.model
        return self.model._meta.get_field("history").related_model  # type: ignore[return-value]

    def fields(self) -> Iterator[models.Field]:
        """Columns worth showing: what people edit, and when it was put away."""
        skipped = {self.link.split("__")[0], *self.hidden}
        tracked = {entry.name for entry in self.events._meta.get_fields()}
        for entry in self.model._meta.concrete_fields:
            is_shown = entry.name == "archived_at" or (entry.editable and not entry.primary_key)
            if is_shown and entry.name in tracked and entry.name not in skipped:
                yield entry

    def naming(self) -> models.Field | None:
        """The field whose value tells one row from another."""
        entry = self.model._meta.get_field(self.name) if self.name else None
        return entry if isinstance(entry, models.Field) else None

    def label(self, entry: models.Field) -> Text:
        return self.labels.get(entry.name) or str(capfirst(entry.verbose_name))

    def read(self, entry: models.Field, row: Mapping[str, Any] | None, names: history_values.Names) -> str:
        """A column of a row as people read it."""
        if row and entry.name in self.row_readers:
            return str(self.row_readers[entry.name](row))
        value = (row or {}).get(entry.column or "")
        if value is not None and entry.name in self.readers:
            return str(self.readers[entry.name](value))
        return history_values.show(entry, value, names)


class ExactDecoder(json.JSONDecoder):
    """Sums stay Decimal: no float touches money."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


class Trail:
    """The tables that make up one record's history."""

    def __init__(self, *sources: Source) -> None:
        self.sources = sources


@dataclass(frozen=True)
class Change:
    """One field of one row: what it was and what it became, as people read them."""

    label: Text
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One changed row: which, what was done to it, and its fields."""

    subject: str
    verb: Text
    changes: list[Change]


@dataclass(frozen=True)
class Act:
    """What one person did in one save."""

    at: datetime
    person: str
    role: str
    page: str
    lines: list[Line]


@dataclass(frozen=True)
class Event:
    """One row of a history table, as the database gives it."""

    source: Source
    at: datetime
    label: str
    context: Mapping[str, Any]
    data: Mapping[str, Any]
    before: Mapping[str, Any] | None


def acts_of(trail: Trail, record: models.Model, *, page: int = 1) -> tuple[list[Act], bool]:
    """One page of a record's history, newest first, and whether there is more.

    One query for the changes, and one for each table whose names appear in them, however many rows there are.
    """
    first = (page - 1) * PAGE_SIZE
    events = list(_read(trail, record, first, first + PAGE_SIZE + 1))
    shown, has_more = events[:PAGE_SIZE], len(events) > PAGE_SIZE
    names = names_of(shown)
    acts = []
    for (at, person, role, url), group in groupby(shown, key=_act_key):
        lines = [line for event in group if (line := line_of(event, names)) is not None]
        if lines:
            acts.append(Act(at=at, person=person, role=role, page=url, lines=lines))
    return acts, has_more


def _read(trail: Trail, record: models.Model, first: int, last: int) -> Iterator[Event]:
    parts = []
    for number, source in enumerate(trail.sources):
        table = source.events._meta.db_table
        row = RawSQL(f'to_jsonb("{table}")', [], output_field=JSONField(decoder=ExactDecoder))  # noqa: S611
        parts.append(
            source.events._default_manager.filter(**{source.link or "pgh_obj": getattr(record, source.key)})
            .annotate(
                source=Value(number),
                row=row,
                before=Window(Lag(row), partition_by=F("pgh_obj_id"), order_by=F("pgh_id").asc()),
            )
            .order_by()
            .values_list("pgh_created_at", "source", "pgh_id", "pgh_label", "pgh_context", "row", "before")
        )
    together = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    for at, number, _id, label, context, row, before in together.order_by("-pgh_created_at", "source", "-pgh_id")[
        first:last
    ]:
        yield Event(trail.sources[number], at, label, context or {}, row, before)


def person_of(context: Mapping[str, Any], signed: str = "") -> str:
    """Who did it, and who confirmed it at the same screen; ``signed``: the name a row of its own log carries."""
    person = context.get("person") or signed or gettext("The program itself")
    second = context.get("confirmed_by")
    return gettext("%(person)s, confirmed by %(second)s") % {"person": person, "second": second} if second else person


def _act_key(event: Event) -> tuple[datetime, str, str, str]:
    context = event.context
    return (
        event.at,
        person_of(context),
        context.get("role", ""),
        context.get("url", ""),
    )


def line_of(event: Event, names: history_values.Names) -> Line | None:
    """The row as people read it; None when nothing they know has changed."""
    before = None if event.label in {"insert", "delete"} else event.before
    after = event.data
    if event.label == "delete":
        before, after = event.data, {}
    if event.source.supplied is not None:
        before, after = before or event.source.supplied(after), after or event.source.supplied(event.data)
    is_named_above = not before or not after  # a row that came or went needs its name told once
    changes = []
    for entry in event.source.fields():
        if is_named_above and entry.name == event.source.name:
            continue
        old, new = (row.get(entry.column or "") for row in (before or {}, after))
        if entry.name != "archived_at" and old != new and (old or new) not in (None, ""):
            was = event.source.read(entry, before, names) if before else ""
            became = event.source.read(entry, after, names) if after else ""
            changes.append(Change(label=event.source.label(entry), old=was, new=became))
    verb = VERBS["update"] if event.source.supplied is not None else _verb(event)
    if not changes and verb == VERBS["update"]:
        return None
    return Line(subject=_subject(event, names), verb=verb, changes=changes)


def _verb(event: Event) -> Text:
    if event.label == "update" and event.before is not None and "archived_at" in event.data:
        was, now = event.before.get("archived_at"), event.data["archived_at"]
        if bool(was) != bool(now):
            return VERBS["archive"] if now else VERBS["restore"]
    return VERBS.get(event.label, event.label)


def _subject(event: Event, names: history_values.Names) -> str:
    source, naming = event.source, event.source.naming()
    if naming is None:
        return str(source.title)
    return f"{source.title}: {source.read(naming, event.data, names)}"


def names_of(events: Iterable[Event]) -> history_values.Names:
    """Names of every record the shown rows point at, by one query for each table."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for event in events:
        for entry in (event.source.naming(), *event.source.fields()):
            if entry is None or not isinstance(entry, models.ForeignKey):
                continue
            for row in (event.data, event.before or {}):
                if row.get(entry.column) is not None:
                    wanted[history_values.pointed_at(entry)].add(row[entry.column])
    return {
        model: {pk: str(found) for pk, found in model._base_manager.in_bulk(ids).items()}
        for model, ids in wanted.items()
    }


def answer(request: HttpRequest, trail: Trail, record: models.Model, *, title: str = "") -> HttpResponse:
    """The drawer part with a record's history; further pages come as rows alone."""
    page = request.GET.get("page", "1")
    number = int(page) if page.isdigit() and int(page) > 0 else 1
    acts, has_more = acts_of(trail, record, page=number)
    template = "core/_history.html" if number == 1 else "core/_history_acts.html"
    context = {"acts": acts, "title": title or str(record), "next_page": number + 1 if has_more else 0}
    return render(request, template, context)
