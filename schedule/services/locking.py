"""Who waits for whom: the patient, then doctors, then chairs, each in the order of ids, then the rows.

An update of an appointment makes the exclusion constraints look at its neighbours again, so every write takes the
locks of its doctor and chair, not only bookings: a write without them could wait for a booking that waits for it.
The patient's lock keeps the mark of the first visit on one appointment.
"""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import F

from core.actor import Actor, Scope
from core.errors import ChangedByOther
from core.locks import lock_in_order
from core.sql import read
from schedule.constants import LOCK_CHAIR, LOCK_DOCTOR, LOCK_PATIENT
from schedule.models import Appointment

Resources = tuple[int, int | None]  # doctor, chair


class FirstOther(NamedTuple):
    """A patient's earliest live appointment besides the one in hand: it has the mark of the first visit, or gets it."""

    pk: int
    doctor_id: int
    chair_id: int | None
    starts_at: datetime
    is_first_visit: bool


_FIRST_SQL = """
SELECT a.id, a.doctor_id, a.chair_id, a.starts_at, a.is_first_visit FROM schedule_appointment a
WHERE a.patient_id = %(patient)s AND a.state NOT IN ('cancelled', 'voided', 'no_show')
  AND a.id IS DISTINCT FROM %(besides)s
ORDER BY a.starts_at, a.id LIMIT 1
"""
_HELD_SQL = f"""
SELECT held.doctor_id, held.chair_id, first.* FROM schedule_appointment held
LEFT JOIN LATERAL ({_FIRST_SQL}) first ON true
WHERE held.id = %(besides)s
"""  # noqa: S608  a part of the statement, no value

# What a write and its answer read of the appointment and of the rows it stands on.
_LOADED = (
    *(field.name for field in Appointment._meta.concrete_fields),
    "branch__time_zone", "patient__surname", "patient__name", "patient__patronymic",
    "doctor__surname", "doctor__name", "doctor__patronymic", "doctor__user",
)  # fmt: skip


def lock_patient(patient_id: int) -> None:
    """Hold the patient until the transaction ends; taken before doctors and chairs."""
    lock_in_order([(LOCK_PATIENT, patient_id)])


def lock_resources(*taken: Resources) -> None:
    """Hold doctors and chairs until the transaction ends; waits for whoever holds them."""
    keys = [(LOCK_DOCTOR, doctor) for doctor, _chair in taken]
    keys += [(LOCK_CHAIR, chair) for _doctor, chair in taken if chair is not None]
    lock_in_order(keys)


def resources_of(other: FirstOther | None) -> list[Resources]:
    """Doctor and chair of an appointment that may be absent."""
    return [(other.doctor_id, other.chair_id)] if other else []


def first_other(patient_id: int) -> FirstOther | None:
    """The patient's earliest live appointment; ask under the patient's lock."""
    return next((FirstOther(*row) for row in read(_FIRST_SQL, {"patient": patient_id, "besides": None})), None)


def locked(appointment: Appointment, *more: Resources) -> tuple[Appointment, FirstOther | None]:
    """The appointment's newest version and the patient's first other one, held with all they take and will take.

    Raises: ChangedByOther when it went to another doctor or chair while we waited.
    """
    lock_patient(appointment.patient_id)
    held = read(_HELD_SQL, {"patient": appointment.patient_id, "besides": appointment.pk})
    if not held:
        raise Appointment.DoesNotExist
    was: Resources = held[0][:2]
    other = FirstOther(*held[0][2:]) if held[0][2] else None
    lock_resources(was, *more, *resources_of(other))
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("branch", "patient", "doctor")
    row = rows.only(*_LOADED).get(pk=appointment.pk)
    if (row.doctor_id, row.chair_id) != was:
        raise ChangedByOther(theirs=row)
    return row, other


def mark_first_visit(row: Appointment, other: FirstOther | None, *, is_live: bool) -> None:
    """Keep the mark on the earliest live appointment: set it on the row (saved by the caller) or pass it to the other."""
    is_first = is_live and (other is None or row.starts_at < other.starts_at)
    row.is_first_visit = is_first
    if other is not None and other.is_first_visit == is_first:
        marked = Appointment.objects.filter(pk=other.pk)
        marked.update(is_first_visit=not is_first, version=F("version") + 1)


def check_reach(actor: Actor, code: str, *, doctor_id: int, branch_id: int) -> None:
    """Raises: PermissionDenied when the right is absent or does not reach this doctor's appointments in this branch."""
    scope = actor.scope(code)
    if scope is None:
        raise PermissionDenied(code)
    if scope == Scope.OWN and doctor_id != actor.employee_id:
        raise PermissionDenied(code)
    if scope == Scope.BRANCH and branch_id not in actor.branch_ids:
        raise PermissionDenied(code)
