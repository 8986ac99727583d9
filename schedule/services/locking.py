"""Who waits for whom: the patient, then doctors, then chairs, each in the order of ids, then the rows.

An update of an appointment makes the exclusion constraints look at its neighbours again, so every write takes the
locks of its doctor and chair, not only bookings: a write without them could wait for a booking that waits for it.
The patient's lock keeps the mark of the first visit on one appointment.
"""

from django.core.exceptions import PermissionDenied

from core.actor import Actor, Scope
from core.errors import ChangedByOther
from core.locks import lock_in_order
from schedule.constants import LOCK_CHAIR, LOCK_DOCTOR, LOCK_PATIENT
from schedule.models import Appointment

Resources = tuple[int, int | None]  # doctor, chair


def lock_patient(patient_id: int) -> None:
    """Hold the patient until the transaction ends; taken before doctors and chairs."""
    lock_in_order([(LOCK_PATIENT, patient_id)])


def lock_resources(*taken: Resources) -> None:
    """Hold doctors and chairs until the transaction ends; waits for whoever holds them."""
    keys = [(LOCK_DOCTOR, doctor) for doctor, _chair in taken]
    keys += [(LOCK_CHAIR, chair) for _doctor, chair in taken if chair is not None]
    lock_in_order(keys)


def resources_of(other: Appointment | None) -> list[Resources]:
    """Doctor and chair of an appointment that may be absent."""
    return [(other.doctor_id, other.chair_id)] if other else []


def first_other(patient_id: int, *, than: int | None = None) -> Appointment | None:
    """The patient's earliest live appointment besides the given one; ask under the patient's lock."""
    rows = Appointment.objects.live().filter(patient_id=patient_id).exclude(pk=than).order_by("starts_at", "pk")
    return rows.only("doctor_id", "chair_id", "starts_at", "is_first_visit", "version").first()


def locked(appointment: Appointment, *more: Resources) -> tuple[Appointment, Appointment | None]:
    """The appointment's newest version and the patient's first other one, held with all they take and will take.

    Raises: ChangedByOther when it went to another doctor or chair while we waited.
    """
    lock_patient(appointment.patient_id)
    other = first_other(appointment.patient_id, than=appointment.pk)
    was: Resources = Appointment.objects.values_list("doctor_id", "chair_id").get(pk=appointment.pk)
    lock_resources(was, *more, *resources_of(other))
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("branch", "patient", "doctor__user")
    row = rows.defer("patient__search", "patient__comment").get(pk=appointment.pk)
    if (row.doctor_id, row.chair_id) != was:
        raise ChangedByOther(theirs=row)
    return row, other


def mark_first_visit(row: Appointment, other: Appointment | None, *, is_live: bool) -> None:
    """Keep the mark on the earliest live appointment: set it on the row (saved by the caller) or pass it to the other."""
    is_first = is_live and (other is None or row.starts_at < other.starts_at)
    row.is_first_visit = is_first
    if other is not None and other.is_first_visit == is_first:
        other.is_first_visit = not is_first
        other.save_version(["is_first_visit"])


def check_reach(actor: Actor, code: str, *, doctor_id: int, branch_id: int) -> None:
    """Raises: PermissionDenied when the right is absent or does not reach this doctor's appointments in this branch."""
    scope = actor.scope(code)
    if scope is None:
        raise PermissionDenied(code)
    if scope == Scope.OWN and doctor_id != actor.employee_id:
        raise PermissionDenied(code)
    if scope == Scope.BRANCH and branch_id not in actor.branch_ids:
        raise PermissionDenied(code)
