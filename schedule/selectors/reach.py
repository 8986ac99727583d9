"""How far a person may look, for the statements written by hand."""

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
