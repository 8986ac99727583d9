"""Copies of rows beside themselves: every key is shifted by the same stride, so that copies point at one another.

Ids of a table that was loaded run from one to the highest; copy number three of row 5 of 20,000 is row 60,005. No table
of old and new keys is needed, and a copy is one INSERT … SELECT.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

from core.bulk import highest_id

SOURCE = "bulk_source"  # aliased as t wherever it is read


class Copies:
    """Copies of the rows of these tables as they stand now. Needs a transaction; history and triggers are the caller's.

    References among the tables follow the copies; those that lead elsewhere stay.
    """

    def __init__(self, *tables: type[models.Model]) -> None:
        self._strides = {model: highest_id(model) for model in tables}

    def stride(self, model: type[models.Model]) -> int:
        """How far apart a row and its next copy are."""
        return self._strides[model]

    @contextmanager
    def source(self, model: type[models.Model], columns: str = "", joins: str = "") -> Iterator[None]:
        """The rows ``t`` that ``write`` copies within the block, put aside: a table that grows is not read again.

        ``columns`` and ``joins`` are SQL that gives each row more to make its copies from.
        """
        more = f", {columns}" if columns else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {SOURCE} ON COMMIT DROP AS "  # noqa: S608
                f'SELECT t.*{more} FROM "{model._meta.db_table}" t {joins} ORDER BY t.id'
            )
            cursor.execute(f"ANALYZE {SOURCE}")
            yield
            cursor.execute(f"DROP TABLE {SOURCE}")

    def write(
        self, model: type[models.Model], number: int, instead: Mapping[str, str] | None = None, joins: str = ""
    ) -> None:
        """Copy ``number`` of every row of the source; ``instead`` gives SQL for columns that differ from their row's."""
        values = {str(field.column): self._value(field, number) for field in model._meta.concrete_fields}
        unknown = set(instead or {}) - set(values)
        if unknown:
            raise ValueError(f"{model.__name__} has no column {', '.join(sorted(unknown))}")
        values |= instead or {}
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ({", ".join(map(_quoted, values))}) '  # noqa: S608
                f"SELECT {', '.join(values.values())} FROM {SOURCE} t {joins} ORDER BY t.id"
            )

    def _value(self, field: models.Field, number: int) -> str:
        column = f"t.{_quoted(str(field.column))}"
        pointed_at: Any = field.model if field.primary_key else field.related_model
        stride = self._strides.get(pointed_at, 0)
        return f"{column} + {number * stride}" if stride else column


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
