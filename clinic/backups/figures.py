"""What is counted: rows of every table and the sums of every column of money."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import IsolationLevel, sql

from clinic.backups.server import Server

# Money is numeric(12,2) everywhere; a numeric type's scale are the lowest eleven bits of its modifier less four.
_TABLES = r"""
SELECT n.nspname, c.relname, pg_table_size(c.oid),
       coalesce(array_agg(a.attname ORDER BY a.attname) FILTER (WHERE a.attname IS NOT NULL), '{}')
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND a.atttypid = 'numeric'::regtype AND a.atttypmod >= 4 AND (a.atttypmod - 4) & 2047 = 2
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
 GROUP BY n.nspname, c.relname, c.oid
 ORDER BY n.nspname, c.relname
"""


@dataclass(frozen=True)
class TableFigures:
    """One table: how many rows, and the sum of each of its columns of money as text."""

    rows: int
    money: Mapping[str, str]


@dataclass(frozen=True)
class _Table:
    schema: str
    name: str
    bytes: int
    money: list[str]

    @property
    def shown(self) -> str:
        return self.name if self.schema == "public" else f"{self.schema}.{self.name}"


@contextmanager
def snapshot(server: Server) -> Iterator[tuple[psycopg.Connection, str]]:
    """Give a connection that sees the database as it is now, and the name by which pg_dump sees the same."""
    with server.connect() as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # it idles while pg_dump works
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, row[0]


def sizes(connection: psycopg.Connection) -> dict[str, int]:
    """Bytes of each table on disk, by its name."""
    return {table.shown: table.bytes for table in _tables(connection)}


def counted(
    connection: psycopg.Connection, on_table: Callable[[str], None] = lambda name: None
) -> dict[str, TableFigures]:
    """Count every table as the connection sees it; ``on_table`` hears of each that is done."""
    found = {}
    for table in _tables(connection):
        sums = [sql.SQL("coalesce(sum({}), 0)::text").format(sql.Identifier(column)) for column in table.money]
        question = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join([sql.SQL("count(*)"), *sums]), sql.Identifier(table.schema, table.name)
        )
        rows, *money = connection.execute(question).fetchone() or (0,)
        found[table.shown] = TableFigures(rows, dict(zip(table.money, money, strict=True)))
        on_table(table.shown)
    return found


def differences(expected: Mapping[str, TableFigures], found: Mapping[str, TableFigures]) -> list[str]:
    """One line for each table, row count or sum that is not what it was; empty when all is equal."""
    lines = [f"table {name} is missing" for name in expected if name not in found]
    lines += [f"table {name} was not there" for name in found if name not in expected]
    for name, was in expected.items():
        now = found.get(name)
        if now is None:
            continue
        if now.rows != was.rows:
            lines.append(f"table {name} has {now.rows} rows instead of {was.rows}")
        for column in sorted({*was.money, *now.money}):
            before, after = was.money.get(column), now.money.get(column)
            if before != after:
                lines.append(f"the sum of {name}.{column} is {after} instead of {before}")
    return lines


def _tables(connection: psycopg.Connection) -> list[_Table]:
    return [_Table(*row) for row in connection.execute(_TABLES).fetchall()]
