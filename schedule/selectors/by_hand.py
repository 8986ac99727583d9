"""What the selectors written in SQL share: how far a person may look, and the reading of rows."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from core.actor import Actor, Scope

SEE = "schedule.view_appointment"


def reach(actor: Actor, branch_id: int) -> dict[str, int | None]:
    """Parameters ``branch`` and ``doctor`` that say of one branch what ``visible_to`` says of a queryset.

    A branch of None equals none, so nothing is found; with a doctor only rows of that doctor are.
    """
    scope = actor.scope(SEE)
    is_own = scope == Scope.OWN
    is_open = (
        scope == Scope.ALL
        or (scope == Scope.BRANCH and branch_id in actor.branch_ids)
        or (is_own and actor.employee_id is not None)
    )
    return {"branch": branch_id if is_open else None, "doctor": actor.employee_id if is_own else None}


def rows_of(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
