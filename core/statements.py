"""Hand-written reads of the busiest pages, planned once per connection instead of once per request.

Django sends statements with the values written in, so PostgreSQL parses and plans each one anew; for a statement over
many tables that costs more than running it. These are sent with their values apart and kept prepared. Only reads: history
adds its context to the text of whatever else is sent during an act.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor

Parameters = Mapping[str, Any] | Sequence[Any]


def fetch_all(sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
    """Rows of one SELECT, with ``%(name)s`` or ``%s`` for values.

    PostgreSQL infers the type of each value where it stands; write ``%(day)s::date`` where it cannot (a bare NULL,
    arithmetic), and ``= ANY(%(ids)s)`` for a list.
    """
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def fetch_one(sql: str, parameters: Parameters = ()) -> tuple[Any, ...] | None:
    """The first row of one SELECT, see ``fetch_all``; None when there is none."""
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


def _cursor() -> Any:
    """As ``connection.cursor()``: wrappers (the guard of safe methods) and query logs see the statement."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
