"""Hand-written reads, for pages so hot that building a query in Python would cost more than answering it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def read(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of one statement. Values are bound, never written into its text."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def keys_within(queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """A subselect of the queryset's ids with its parameters (``%s``), for the WHERE of a hand-written statement.

    So rules of access written once, as a queryset, hold there too.
    """
    try:
        statement, parameters = queryset.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that there are none
        return "(SELECT NULL::bigint WHERE false)", ()
    return f"({statement})", tuple(parameters)
