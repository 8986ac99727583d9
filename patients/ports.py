"""Questions the card index lets other apps answer, and checks it lets them make."""

from typing import Any

from django.db.models import QuerySet

from core.joints import Port, Veto

own_patients: Port[QuerySet[Any, Any]] = Port(
    "own_patients",
    "Asked with employee_id: answer a values queryset of patient ids that are this doctor's own by your facts "
    "(has or had an appointment), and of those they stand in for now (organization.reach.is_own_doctor). It is used inside "
    "SQL, never evaluated by itself; several answers are joined by OR.",
    default=lambda **_: None,  # type: ignore[arg-type, return-value]
    is_data_duty=True,
)

before_patient_archived = Veto(
    "before_patient_archived",
    "Asked with patient, locked, before the card is put away; refuse while something is still to happen "
    "(an appointment ahead, a debt).",
)
