"""What stands on a table besides its rows, put aside for a load and brought back after it.

Checking a million rows against a foreign key one by one takes twenty times as long as proving the key once, and an index
is built faster than it is filled. Everything happens in the caller's transaction: whatever breaks it brings all back.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import connection, models

from core.bulk import check_references, events_of

BUILDING_MEMORY = "256MB"  # for sorting an index or joining two tables; a small server has that much to spare

# Foreign keys are dropped first and come back last: they stand on other tables' unique constraints.
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint WHERE conrelid = ANY (%s::regclass[]) AND contype = ANY (%s::"char"[])
    ORDER BY conrelid::regclass::text, conname
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = ANY (%s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid)
    ORDER BY 1
"""


@dataclass(frozen=True)
class _Part:
    """Something a table can do without for a while: SQL that takes it off and SQL that puts it back."""

    drop: str
    restore: str


@contextmanager
def bare(*tables: type[models.Model], report: Callable[[float], None] = lambda share: None) -> Iterator[None]:
    """Tables and their history with nothing but rows, primary keys, checks and triggers until the end of the block.

    Foreign keys, unique and exclusion constraints and indexes are put aside; then all is as before, and proved.
    ``report`` is told the share that is back. Needs the tables' owner and a transaction around it; the tables are
    locked until its end. Raises: IntegrityError when rows break a constraint that comes back.
    """
    histories = [events for table in tables if (events := events_of(table)) is not None]
    with connection.cursor() as cursor:
        check_references()
        parts = _parts([*tables, *histories])
        for part in parts:
            cursor.execute(part.drop)
        yield
        check_references()
        cursor.execute("SELECT set_config('maintenance_work_mem', %s, true)", [BUILDING_MEMORY])
        for number, part in enumerate(reversed(parts)):
            report(number / len(parts))
            cursor.execute(part.restore)


def _parts(tables: Sequence[type[models.Model]]) -> list[_Part]:
    names = [f'"{model._meta.db_table}"' for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [names, ["f"]])
        keys = [_constraint(*row) for row in cursor.fetchall()]
        cursor.execute(_CONSTRAINTS, [names, ["u"]])
        unique = [_constraint(*row) for row in cursor.fetchall()]
        cursor.execute(_INDEXES, [names])
        indexes = [_Part(f"DROP INDEX {name}", definition) for name, definition in cursor.fetchall()]
    return [*keys, *_exclusions(tables), *unique, *indexes]


def _exclusions(tables: Sequence[type[models.Model]]) -> list[_Part]:
    """As the models say: the catalogue spells the list of states otherwise once its own spelling has been read back."""
    with connection.schema_editor(atomic=False) as editor:
        return [
            _Part(str(rule.remove_sql(model, editor)), str(rule.create_sql(model, editor)))
            for model in tables
            for rule in model._meta.constraints
            if isinstance(rule, ExclusionConstraint)
        ]


def _constraint(table: str, name: str, definition: str) -> _Part:
    return _Part(
        f"ALTER TABLE {table} DROP CONSTRAINT {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
    )
