"""The log of changes of the whole clinic: one list over all history tables, newest first.

Two questions a page, whatever its filters: the newest rows of each table, as few as a page holds, found through the index of
their moment and merged; then those rows themselves, each with the one before it. Names cost one question a table they are in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection, models
from django.db.models import F, JSONField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core import history, history_values, modules
from core.actor import Actor
from core.database_roles import append_only_tables
from core.history import Event, ExactDecoder, Line, Source
from core.models import ExportRecord, ModuleState

PAGE_ROWS = 60  # changed rows read at a time
EXPORT_AT_MOST = 50_000  # changed rows
KERNEL = (
    Source(ModuleState, title=_("module"), told_by=("code",), labels={"is_on": _("Switched on")}),
    Source(
        ExportRecord,
        title=_("export"),
        labels={"what": _("List"), "rows": _("Rows"), "filters": _("Filters")},
        hidden=frozenset({"at", "employee_id", "person", "role_name", "address"}),
        at="at",
        who={"employee": "employee_id", "person": "person", "role": "role_name", "address": "address"},
    ),
)


@dataclass(frozen=True)
class Asked:
    """What is looked for: the moments from ``since`` until ``until``, and anything that is not None."""

    since: datetime | None = None
    until: datetime | None = None
    employee_id: int | None = None
    kind: str = ""
    patient_id: int | None = None
    address: str = ""


@dataclass(frozen=True)
class Place:
    """Where a page begins: after this row of the merged list."""

    at: datetime
    source: int
    row: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.row}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """What ``str`` wrote; None for anything else typed into the url."""
        at, _first, rest = text.partition("~")
        source, _second, row = rest.partition("~")
        try:
            place = cls(datetime.fromisoformat(at), int(source), int(row))
        except ValueError:
            return None
        return place if place.at.tzinfo is not None and 0 <= place.row < 2**63 else None


@dataclass(frozen=True)
class Entry:
    """One changed row of the log, with who did it."""

    at: datetime
    person: str
    role: str
    address: str
    page: str
    kind: Any
    patient_id: int | None
    patient: str
    line: Line


@dataclass(frozen=True)
class Act:
    """What one person did in one save: its rows stand under one head."""

    at: datetime
    person: str
    role: str
    address: str
    page: str
    entries: list[Entry]


def sources(actor: Actor) -> list[tuple[modules.LogKind, Source]]:
    """Every table of the log the actor may see, of modules that are off, too, in an order that does not change."""
    kinds = sorted(
        (kind for module in modules.registry.all() for kind in module.log_kinds), key=lambda kind: kind.order
    )
    found = [(kind, source) for kind in kinds for source in import_string(kind.sources)]
    return [(kind, source) for kind, source in found if not source.permission or actor.can(source.permission)]


def kinds(actor: Actor) -> list[modules.LogKind]:
    """The kinds one may choose from."""
    return list(dict.fromkeys(kind for kind, _source in sources(actor)))


def page(
    actor: Actor, asked: Asked, after: Place | None = None, rows: int = PAGE_ROWS
) -> tuple[list[Entry], Place | None]:
    """The next rows of the log, newest first, and where the page after them begins; None at the end."""
    known = sources(actor)
    together = _together([_newest(known, number, asked, after, rows + 1) for number in range(len(known))])
    if together is None:
        return [], None
    found = list(together.order_by("-log_at", "log_source", "-log_row")[: rows + 1])
    shown = found[:rows]
    following = Place(*shown[-1]) if len(found) > rows else None
    return _entries(known, shown), following


def count(actor: Actor, asked: Asked) -> int:
    """How many changed rows are asked for, ``EXPORT_AT_MOST`` at most."""
    known = sources(actor)
    together = _together([_newest(known, number, asked, None, EXPORT_AT_MOST) for number in range(len(known))])
    return min(together.count(), EXPORT_AT_MOST) if together is not None else 0


def _together(parts: Sequence[QuerySet[Any] | None]) -> QuerySet[Any] | None:
    """The rows of several tables as one list."""
    some = [part for part in parts if part is not None]
    if len(some) < 2:
        return some[0] if some else None
    return some[0].union(*some[1:], all=True)


def _newest(
    known: Sequence[tuple[modules.LogKind, Source]], number: int, asked: Asked, after: Place | None, rows: int
) -> QuerySet[Any] | None:
    """The newest rows of one table that are asked for; None when it cannot have any."""
    kind, source = known[number]
    if asked.kind and kind.code != asked.kind:
        return None
    conditions = Q()
    if asked.patient_id is not None:
        if not source.patient:
            return None
        conditions &= Q(**{source.patient: asked.patient_id})
    for name, column, value in (
        ("employee", "pgh_context__employee", asked.employee_id),
        ("address", "pgh_context__address", asked.address or None),
    ):
        if value is None:
            continue
        if source.is_own_log and name not in source.who:
            return None
        conditions &= Q(**{source.who[name] if source.is_own_log else column: value})
    if asked.since:
        conditions &= Q(**{f"{source.at}__gte": asked.since})
    if asked.until:
        conditions &= Q(**{f"{source.at}__lt": asked.until})
    if after:
        conditions &= _after(source, number, after)
    return (
        source.events._default_manager.filter(conditions)
        .order_by(f"-{source.at}", "-pk")
        .annotate(log_at=F(source.at), log_source=Value(number), log_row=F("pk"))
        .values_list("log_at", "log_source", "log_row")[:rows]
    )


def _after(source: Source, number: int, after: Place) -> Q:
    """Rows that come later in the merged list: by moment, then by table, then by id."""
    if number > after.source:
        return Q(**{f"{source.at}__lte": after.at})
    if number < after.source:
        return Q(**{f"{source.at}__lt": after.at})
    return Q(**{f"{source.at}__lt": after.at}) | Q(**{source.at: after.at, "pk__lt": after.row})


def _entries(
    known: Sequence[tuple[modules.LogKind, Source]], shown: Sequence[tuple[datetime, int, int]]
) -> list[Entry]:
    by_source: dict[int, list[int]] = defaultdict(list)
    for _at, number, row in shown:
        by_source[number].append(row)
    events = dict(_events(known, by_source))
    in_order = [(number, events[number, row]) for _at, number, row in shown if (number, row) in events]
    names = _names(event for _number, event in in_order)
    entries = []
    for number, event in in_order:
        line = history.line_of(event, names)
        if line is not None:
            entries.append(_entry(known[number][0], event, line, names))
    return entries


def _events(
    known: Sequence[tuple[modules.LogKind, Source]], by_source: Mapping[int, Sequence[int]]
) -> Iterator[tuple[tuple[int, int], Event]]:
    parts = []
    for number, rows in by_source.items():
        source = known[number][1]
        table = source.events._meta.db_table
        row = RawSQL(f'to_jsonb("{table}")', [], output_field=JSONField(decoder=ExactDecoder))  # noqa: S611
        before: Any = Value(None, output_field=JSONField(decoder=ExactDecoder))
        label: Any = Value("insert")
        context: Any = Value(None, output_field=JSONField())
        if not source.is_own_log:
            before = RawSQL(  # noqa: S611
                f'(SELECT to_jsonb(b) FROM "{table}" b WHERE b.pgh_obj_id = "{table}".pgh_obj_id'  # noqa: S608
                f' AND b.pgh_id < "{table}".pgh_id ORDER BY b.pgh_id DESC LIMIT 1)',
                [],
                output_field=JSONField(decoder=ExactDecoder),
            )
            label, context = F("pgh_label"), F("pgh_context")
        parts.append(
            source.events._default_manager.filter(pk__in=rows)
            .order_by()
            .annotate(
                log_at=F(source.at),
                log_source=Value(number),
                log_row=F("pk"),
                log_label=label,
                log_who=context,
                log_data=row,
                log_before=before,
            )
            .values_list("log_at", "log_source", "log_row", "log_label", "log_who", "log_data", "log_before")
        )
    for at, number, row_id, label, context, row, before in _together(parts) or ():
        source = known[number][1]
        who = {name: row.get(column) for name, column in source.who.items()} if source.is_own_log else context or {}
        yield (number, row_id), Event(source, at, label, who, row, before)


def _names(events: Iterator[Event]) -> history_values.Names:
    """Names of what the rows point at, and of their patients, by one question a table."""
    every = list(events)
    names: dict[type[models.Model], dict[Any, str]] = {
        model: dict(known) for model, known in history.names_of(every).items()
    }
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for event in every:
        for entry in _told_of(event.source):
            if (value := event.data.get(entry.column or "")) is not None:
                wanted[history_values.pointed_at(entry)].add(value)
    for model, ids in wanted.items():
        missing = ids - set(names.get(model, {}))
        if missing:
            names.setdefault(model, {}).update(
                {key: str(found) for key, found in model._base_manager.in_bulk(list(missing)).items()}
            )
    return names


def _told_of(source: Source) -> Iterator[models.ForeignKey]:
    """What else a row of this table is told by: the record it is a part of, its patient, who wrote it."""
    columns = set(source.who.values())
    wanted = {source.link.split("__")[0], *source.told_by, "patient"}
    for entry in source.model._meta.concrete_fields:
        if isinstance(entry, models.ForeignKey) and (entry.name in wanted or entry.column in columns):
            yield entry


def _entry(kind: modules.LogKind, event: Event, line: Line, names: history_values.Names) -> Entry:
    source, context = event.source, event.context
    patient_id, patient = _patient(event, names)
    return Entry(
        at=event.at,
        person=history.person_of(context, signed=_writer(event, names)),
        role=context.get("role") or "",
        address=context.get("address") or "",
        page=context.get("url") or "",
        kind=kind.title,
        patient_id=patient_id,
        patient=patient,
        line=Line(subject=_subject(source, event, line, names, patient), verb=line.verb, changes=line.changes),
    )


def _subject(source: Source, event: Event, line: Line, names: history_values.Names, patient: str) -> str:
    """What the row is, told so that it is known outside of its record's page."""
    fields = {entry.name: entry for entry in source.model._meta.concrete_fields}
    told = " ".join(
        text
        for name in source.told_by
        if (text := source.read(fields[name], event.data, names)) != history_values.ABSENT
    )
    parts = [f"{line.subject} {told}".strip()]
    owner = fields.get(source.link.split("__")[0]) if source.link else None
    if isinstance(owner, models.ForeignKey):
        named = names.get(history_values.pointed_at(owner), {}).get(event.data.get(owner.column or ""), "")
        if named and named != patient:
            parts.append(named)
    return str(capfirst(" · ".join(part for part in parts if part)))


def _patient(event: Event, names: history_values.Names) -> tuple[int | None, str]:
    """The patient a row names itself; a part of a document is found by the filter, its page shows whose it is."""
    if event.source.patient == "pgh_obj":
        return event.data.get("id"), ""
    for entry in event.source.model._meta.concrete_fields:
        if entry.name == "patient" and isinstance(entry, models.ForeignKey):
            pk = event.data.get(entry.column)
            return pk, names.get(history_values.pointed_at(entry), {}).get(pk, "")
    return None, ""


def _writer(event: Event, names: history_values.Names) -> str:
    """The name behind ``who``'s employee, for tables that keep only the id."""
    column = event.source.who.get("employee")
    for entry in event.source.model._meta.concrete_fields:
        if entry.column == column and isinstance(entry, models.ForeignKey):
            return names.get(history_values.pointed_at(entry), {}).get(event.data.get(entry.column), "")
    return ""


def acts(entries: Sequence[Entry]) -> list[Act]:
    """Rows of one save, one under another."""
    together = groupby(entries, key=lambda entry: (entry.at, entry.person, entry.role, entry.address, entry.page))
    return [Act(*head, entries=list(rows)) for head, rows in together]


def every_entry(actor: Actor, asked: Asked, rows: int = EXPORT_AT_MOST) -> Iterator[Entry]:
    """The whole log asked for, read piece by piece, the newest ``rows`` rows of it."""
    after: Place | None = None
    while rows > 0:
        entries, after = page(actor, asked, after, min(rows, 1000))
        yield from entries
        rows -= 1000
        if after is None:
            return


def ensure_indexes() -> None:
    """An index of the moment on every history table, so that the newest of all of them are found without reading any through.

    Made after migrations, as the rights are, so that a module with a new table need not remember it.
    """
    with connection.cursor() as cursor:
        for table in append_only_tables():
            cursor.execute("SELECT to_regclass(%s), 1 FROM pg_attribute WHERE attrelid = to_regclass(%s)"
                           " AND attname = 'pgh_created_at'", [f'"{table}"', f'"{table}"'])  # fmt: skip
            if cursor.fetchone():
                name = connection.ops.quote_name(f"{table[:52]}_newest")
                cursor.execute(f'CREATE INDEX IF NOT EXISTS {name} ON "{table}" (pgh_created_at DESC, pgh_id DESC)')
