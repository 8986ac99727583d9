"""Questions this app asks of the apps above it."""

from core.joints import Veto

before_chairs_archived = Veto(
    "before_chairs_archived",
    "Asked with chair_ids (list[int]) before a chair, or all chairs of a room or a branch, are put away. "
    "Raise HasFutureUse while something is still planned in one of them.",
)
before_employee_archived = Veto(
    "before_employee_archived",
    "Asked with employee_id (int) before a person who leaves is put away. "
    "Raise HasFutureUse while appointments or shifts of theirs are still ahead.",
)
