"""Many rows at once, past the ORM: COPY with ids given here, and history written afterwards with its own dates.

Only the demo and imports into an empty database use it. The history triggers cost ten times the COPY and stamp now(), so
they are off for the load, which must be one transaction: whatever breaks it brings the triggers back.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

BLOCK_ROWS = 10_000
_TEMPORARY_PEOPLE = "bulk_people"
_JOINING_MEMORY = "128MB"  # so that a few hundred thousand rows are joined and sorted without a file


class Copier:
    """The rows of one table, written by COPY in blocks. Columns that are not named get their field's default.

    ``next_id`` gives ids in order, beginning after the highest one there is.
    """

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}
        rest = [field for name, field in fields.items() if name not in columns and not field.has_db_default()]
        self._constants = tuple(_constant(field) for field in rest)
        names = [fields[name].column for name in columns] + [field.column for field in rest]
        quoted = ", ".join(f'"{name}"' for name in names)
        self._sql = f'COPY "{model._meta.db_table}" ({quoted}) FROM STDIN'
        self._rows: list[tuple[Any, ...]] = []
        self.count = 0
        self._last_id = highest_id(model)

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def add(self, *values: Any) -> None:
        """Take one row, in the order of the named columns."""
        self._rows.append(values + self._constants)
        if len(self._rows) >= BLOCK_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered."""
        if not self._rows:
            return
        with connection.cursor() as cursor, cursor.copy(self._sql) as copy:
            write = copy.write_row
            for row in self._rows:
                write(row)
        self.count += len(self._rows)
        self._rows.clear()


def _constant(field: models.Field) -> Any:
    if field.has_default() and callable(field.default) and field.default not in (list, dict):
        raise ValueError(f"{field} has a default of the moment: name the column and give its value")
    value = field.get_prep_value(field.get_default())
    return "" if value is None and not field.null else value


def highest_id(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{model._meta.db_table}"')  # noqa: S608
        return cursor.fetchone()[0]


def events_of(model: type[models.Model]) -> type[models.Model] | None:
    """The model of a table's history; None when none is kept."""
    fields = {field.name: field for field in model._meta.get_fields()}
    return fields["history"].related_model if "history" in fields else None


def lexemes_text(lexemes: Sequence[str]) -> str:
    """The text form of a tsvector holding these lexemes as they are; COPY takes no function call."""
    return " ".join("'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for lexeme in lexemes)


@contextmanager
def without_triggers(*tables: type[models.Model]) -> Iterator[None]:
    """History and protection are off for these tables until the end of the block; foreign keys and constraints hold.

    Needs the owner of the tables and a transaction around it.
    """
    _switch_triggers("DISABLE", tables)
    yield
    _switch_triggers("ENABLE", tables)


def check_references() -> None:
    """Check now what waits for the end of the transaction: a table with checks still to be made cannot be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _switch_triggers(how: str, tables: Sequence[type[models.Model]]) -> None:
    check_references()
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(model._meta.db_table)} {how} TRIGGER USER")


def sync_sequences(*tables: type[models.Model]) -> None:
    """Let the next id of each table follow its highest one."""
    with connection.cursor() as cursor:
        for model in tables:
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), "  # noqa: S608
                f'coalesce((SELECT max("{key}") FROM "{table}"), 0) + 1, false)',
                [f'"{table}"', key],
            )


class History:
    """Writes back-dated rows of the history tables from the business tables themselves."""

    def __init__(
        self, people: Mapping[int, Mapping[str, Any]], after: Mapping[type[models.Model], int] | None = None
    ) -> None:
        """``people``: what the history remembers of each employee who acts (employee, person, role).

        ``after``: the highest id of each table that was there before; rows up to it have their history.
        """
        self._after = after or {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('work_mem', %s, true)", [_JOINING_MEMORY])
            cursor.execute(f"DROP TABLE IF EXISTS {_TEMPORARY_PEOPLE}")
            cursor.execute(f"CREATE TEMPORARY TABLE {_TEMPORARY_PEOPLE} (id bigint PRIMARY KEY, context jsonb)")
            cursor.executemany(
                f"INSERT INTO {_TEMPORARY_PEOPLE} VALUES (%s, %s)",  # noqa: S608
                [(pk, json.dumps(context, ensure_ascii=False)) for pk, context in people.items()],
            )

    def after(self, model: type[models.Model]) -> int:
        """The highest id of the table that has its history already."""
        return self._after.get(model, 0)

    def write(
        self,
        model: type[models.Model],
        *,
        at: str,
        by: str = "NULL::bigint",
        label: str = "insert",
        instead: Mapping[str, str] | None = None,
        joins: str = "",
        where: str = "true",
        parameters: Mapping[str, Any] | None = None,
    ) -> int:
        """One history row for each row ``t`` that fits: ``at`` and ``by`` (an employee's id) are SQL, and so is what
        stands ``instead`` of a column where the row has changed since. Returns how many.
        """
        events: Any = events_of(model)
        tracked = [field.column for field in events._meta.concrete_fields if not field.name.startswith("pgh_")]
        changed = dict(instead or {})
        values = ", ".join(changed.pop(column, f't."{column}"') for column in tracked)
        if changed:
            raise ValueError(f"{model.__name__} keeps no history of {', '.join(changed)}")
        names = ", ".join(f'"{column}"' for column in tracked)
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{events._meta.db_table}" '  # noqa: S608
                f"(pgh_created_at, pgh_label, pgh_obj_id, pgh_context, {names}) "
                f"SELECT {at}, '{label}', t.id, people.context, {values} "
                f'FROM "{model._meta.db_table}" t {joins} '
                f"LEFT JOIN {_TEMPORARY_PEOPLE} people ON people.id = {by} "
                f"WHERE t.id > {self.after(model)} AND ({where}) ORDER BY t.id",
                dict(parameters or {}),
            )
            return cursor.rowcount


def analyze(*tables: type[models.Model], is_cleaning: bool = False) -> None:
    """Let the planner know how many rows there are now, before autovacuum finds out by itself.

    ``is_cleaning`` also does what autovacuum would do to so many new rows in the next hour; within a transaction it cannot.
    """
    how = "VACUUM ANALYZE" if is_cleaning and not connection.in_atomic_block else "ANALYZE"
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f'{how} "{model._meta.db_table}"')
