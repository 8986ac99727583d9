"""How far a person may look, for the statements written by hand."""

from collections.abc import Iterable
from typing import Any

from core.actor import Actor, Scope
from organization.reach import own_time, stand_in

SEE = "schedule.view_appointment"
BOOK = "schedule.book_appointment"


# Of the rows of a branch ``a`` (appointments) and ``s`` (shifts) those the actor may see; the parameters are ``reach``.
VISIBLE_APPOINTMENTS = f"(%(doctor)s::bigint IS NULL OR {own_time('a')})"
VISIBLE_SHIFTS = f"(%(doctor)s::bigint IS NULL OR {own_time('s')})"


def reach(actor: Actor, branch_id: int) -> dict[str, Any]:
    """Parameters that say of one branch what ``visible_to`` says of a queryset.

    A branch of None equals none, so nothing is found; with a doctor only rows of that doctor are, and of whoever they stand
    in for now, while that lasts.
    """
    scope = actor.scope(SEE)
    is_own = scope == Scope.OWN
    is_open = (
        scope == Scope.ALL
        or (scope == Scope.BRANCH and branch_id in actor.branch_ids)
        or (is_own and actor.employee_id is not None)
    )
    doctor_id = actor.employee_id if is_own else None
    return {"branch": branch_id if is_open else None, "doctor": doctor_id, **stand_in(doctor_id)}


def bookable(actor: Actor, doctor_ids: Iterable[int]) -> list[int]:
    """Those of the doctors the actor may book with: whoever books own appointments alone learns nobody else's free time."""
    scope = actor.scope(BOOK)
    if scope is None:
        return []
    return [pk for pk in doctor_ids if scope != Scope.OWN or pk == actor.employee_id]
