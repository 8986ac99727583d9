"""Hand-written statements, for pages so hot that building a query in Python would cost more than answering it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import QuerySet

Parameters = Mapping[str, Any] | Sequence[Any]


def read(statement: str, parameters: Parameters = (), *, keep_plan: bool = False) -> list[tuple[Any, ...]]:
    """All rows of one statement. Values are bound (``%s``, ``%(name)s``), never written into its text.

    Planning a statement over several tables often costs more than running it. With ``keep_plan`` it is planned once per
    connection, for any values: only where one plan is right for all of them (rows found by key, a day, a patient), never
    for a search, whose plan depends on how common the typed text is. The text must be the same from call to call, begin
    with SELECT, and leave no value's type open: ``%(day)s::date`` where nothing beside it tells.
    """
    with _cursor(keep_plan) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def read_one(statement: str, parameters: Parameters = (), *, keep_plan: bool = False) -> tuple[Any, ...] | None:
    """The first row of one statement, as ``read``; None when there is none."""
    with _cursor(keep_plan) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()


def write(statement: str, parameters: Parameters) -> None:
    """One statement that changes rows; services alone call it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _cursor(keep_plan: bool) -> Any:
    """Django's cursor sends values inside the text, so that no plan fits twice; this one sends them apart.

    The guard of safe methods and the query log see either. During an act history writes its context before the text of
    whatever does not begin with SELECT, and two commands cannot be sent with their values apart.
    """
    if not keep_plan:
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


def keys_within(queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """A subselect of the queryset's ids with its parameters (``%s``), for the WHERE of a hand-written statement.

    So rules of access written once, as a queryset, hold there too.
    """
    try:
        statement, parameters = queryset.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that there are none
        return "(SELECT NULL::bigint WHERE false)", ()
    return f"({statement})", tuple(parameters)
