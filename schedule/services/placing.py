"""Where an appointment may stand: inside a shift, in free time, in steps, not in the past."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from core import clock, options
from core.actor import Actor
from core.sql import read
from organization.closed_period import refuse_closed
from organization.models import Chair
from organization.services import second_person
from organization.services.second_person import SecondPerson
from schedule.choices import TWO_FOR_PAST
from schedule.constants import ALIGN_MINUTES, LONGEST_MINUTES, SHORTEST_MINUTES
from schedule.errors import (
    BookingForbidden,
    ChairElsewhere,
    ChairTaken,
    DoctorTaken,
    DoctorUnavailable,
    InThePast,
    NotAligned,
    OutsideShift,
    PatientArchived,
    WrongLength,
)
from schedule.models import Appointment
from schedule.placement import AnyBranch

FREE_CONSTRAINTS = {
    "schedule_appointment_doctor_free": DoctorTaken,
    "schedule_appointment_chair_free": ChairTaken,
}


class Place(NamedTuple):
    """What the database says of a wished place, under the locks of patient, doctor and chair."""

    is_doctor_archived: bool
    is_doctor_of_branch: bool  # has a speciality and the right to work here
    is_chair_here: bool  # in use, in this branch; True without a chair
    is_in_shift: bool  # two shifts in a row count as one
    taken_by: int | None  # the first appointment that holds the doctor or the chair
    is_patient_archived: bool
    is_booking_forbidden: bool
    forbidden_reason: str


# Who puts a doctor, a chair, a branch or a card away locks its row for update, and looks for what is planned under that
# lock. The rows are held here by the lock the insert's foreign keys take anyway, so one of the two sees the other.
_PLACE_SQL = """
WITH doctor AS MATERIALIZED (
  SELECT id, user_id, archived_at FROM organization_employee WHERE id = %(doctor)s FOR KEY SHARE
), branch AS MATERIALIZED (
  SELECT id, archived_at FROM organization_branch WHERE id = %(branch)s FOR KEY SHARE
), chair AS MATERIALIZED (
  SELECT id, room_id, archived_at FROM organization_chair WHERE id = %(chair)s FOR KEY SHARE
), patient AS MATERIALIZED (
  SELECT archived_at, is_booking_forbidden, booking_forbidden_reason FROM patients_patient
  WHERE id = %(patient)s FOR KEY SHARE
)
SELECT doctor.archived_at IS NOT NULL,
  EXISTS (SELECT 1 FROM organization_employeespecialty l WHERE l.employee_id = doctor.id)
    AND EXISTS (SELECT 1 FROM organization_branchgrant g
                WHERE g.user_id = doctor.user_id AND g.content_object_id = branch.id),
  branch.archived_at IS NULL AND (%(chair)s::bigint IS NULL OR EXISTS (
    SELECT 1 FROM chair JOIN organization_room r ON r.id = chair.room_id
    WHERE chair.archived_at IS NULL AND r.branch_id = branch.id)),
  coalesce((
    SELECT range_agg(tstzrange(s.starts_at, s.ends_at)) @> tstzrange(%(starts_at)s, %(ends_at)s)
    FROM schedule_workshift s
    WHERE s.doctor_id = %(doctor)s AND s.branch_id = %(branch)s AND s.cancelled_at IS NULL
      AND s.starts_at > %(starts_at)s::timestamptz - interval '24 hours'
      AND s.starts_at < %(ends_at)s AND s.ends_at > %(starts_at)s), false),
  (SELECT there.id FROM (
     SELECT a.id, a.starts_at FROM schedule_appointment a
     WHERE a.doctor_id = %(doctor)s AND a.id IS DISTINCT FROM %(besides)s AND a.state NOT IN ('cancelled', 'voided')
       AND a.starts_at > %(starts_at)s::timestamptz - interval '24 hours'
       AND a.starts_at < %(ends_at)s AND a.ends_at > %(starts_at)s
     UNION ALL
     SELECT a.id, a.starts_at FROM schedule_appointment a
     WHERE a.branch_id = %(branch)s AND a.chair_id = %(chair)s
       AND a.id IS DISTINCT FROM %(besides)s AND a.state NOT IN ('cancelled', 'voided')
       AND a.starts_at > %(starts_at)s::timestamptz - interval '24 hours'
       AND a.starts_at < %(ends_at)s AND a.ends_at > %(starts_at)s) there
   ORDER BY there.starts_at LIMIT 1),
  patient.archived_at IS NOT NULL, patient.is_booking_forbidden, patient.booking_forbidden_reason
FROM doctor CROSS JOIN branch CROSS JOIN patient
"""


def place_of(appointment: Appointment) -> Place:
    """Everything that decides whether the appointment may stand where it is set to, by one statement.

    Ask under the locks of its patient, doctor and chair.
    """
    parameters = {
        "doctor": appointment.doctor_id,
        "branch": appointment.branch_id,
        "chair": appointment.chair_id,
        "patient": appointment.patient_id,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "besides": appointment.pk,
    }
    (row,) = read(_PLACE_SQL, parameters)
    return Place(*row)


def check_shape(starts_at: datetime, minutes: int) -> None:
    """Raises: NotAligned, WrongLength."""
    if starts_at.minute % ALIGN_MINUTES or starts_at.second or starts_at.microsecond or minutes % ALIGN_MINUTES:
        raise NotAligned()
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise WrongLength()


def check_days(
    actor: Actor, branch: AnyBranch, *moments: datetime, second: SecondPerson | None = None
) -> SecondPerson | None:
    """Whether appointments of these days may be written: today (who came without a booking) and later ones by anybody,
    days that are over by right; answers who confirmed that.

    Raises: PeriodClosed; InThePast and what ``second_person.confirm`` raises.
    """
    days = [clock.localdate(branch.zone, moment) for moment in moments]
    refuse_closed(*days)
    if min(days) >= clock.localdate(branch.zone):
        return None
    return second_person.confirm(
        actor=actor,
        right="schedule.back_date",
        second=second,
        refusal=InThePast(),
        is_always_asked=options.value(TWO_FOR_PAST),
    )


def check_patient(place: Place) -> None:
    """Raises: PatientArchived, BookingForbidden."""
    if place.is_patient_archived:
        raise PatientArchived()
    if place.is_booking_forbidden:
        raise BookingForbidden(reason=place.forbidden_reason)


def check_worked(actor: Actor, place: Place) -> None:
    """The doctor and the chair are in use, the time is inside shifts or the actor may book outside all of them.

    Raises: ChairElsewhere, OutsideShift, DoctorUnavailable.
    """
    if not place.is_chair_here:
        raise ChairElsewhere()
    if not place.is_in_shift and not actor.can("schedule.overbook"):
        raise OutsideShift()
    if place.is_doctor_archived or not (place.is_in_shift or place.is_doctor_of_branch):
        raise DoctorUnavailable()


def check_chair(chair: Chair | None, branch: AnyBranch) -> None:
    """Raises: ChairElsewhere."""
    if chair is not None and (chair.is_archived or chair.room.branch_id != branch.pk):
        raise ChairElsewhere()


_PUT_AWAY_SQL = """
WITH doctor AS MATERIALIZED (
  SELECT id, archived_at FROM organization_employee WHERE id = ANY(%(doctors)s::bigint[]) ORDER BY id FOR KEY SHARE
), chair AS MATERIALIZED (
  SELECT id, archived_at FROM organization_chair WHERE id = ANY(%(chairs)s::bigint[]) ORDER BY id FOR KEY SHARE
)
SELECT (SELECT coalesce(array_agg(id), '{}') FROM doctor WHERE archived_at IS NOT NULL),
  (SELECT coalesce(array_agg(id), '{}') FROM chair WHERE archived_at IS NOT NULL)
"""


def put_away(doctor_ids: Collection[int], chair_ids: Collection[int]) -> tuple[list[int], list[int]]:
    """Which of these doctors and of these chairs are archived; the others stay in use until the transaction ends."""
    ((doctors, chairs),) = read(_PUT_AWAY_SQL, {"doctors": list(doctor_ids), "chairs": list(chair_ids)})
    return doctors, chairs


def check_in_use(doctor_id: int, chair_id: int | None) -> None:
    """Hold a shift's doctor and chair against being put away. Raises: DoctorUnavailable, ChairElsewhere."""
    doctors, chairs = put_away([doctor_id], [] if chair_id is None else [chair_id])
    if doctors:
        raise DoctorUnavailable()
    if chairs:
        raise ChairElsewhere()


def refuse_taken(actor: Actor, there_id: int, *, doctor_id: int) -> DoctorTaken | ChairTaken:
    """The error that says what takes the time; the patient is named only to those who may see the appointment."""
    rows = Appointment.objects.select_related("patient", "doctor", "chair", "branch").only(*_NAMED)
    there = rows.get(pk=there_id)
    error = DoctorTaken if there.doctor_id == doctor_id else ChairTaken
    zone = there.branch.zone
    is_visible = Appointment.objects.visible_to(actor).filter(pk=there.pk).exists()
    return error(
        error.with_patient if is_visible else error.without_patient,
        doctor=there.doctor.short_name,
        chair=str(there.chair or ""),
        start=clock.format_time(there.starts_at, zone),
        end=clock.format_time(there.ends_at, zone),
        patient=there.patient.short_name,
    )


_NAMED = (
    "starts_at", "ends_at", "branch__time_zone", "chair__name",
    "doctor__surname", "doctor__name", "doctor__patronymic",
    "patient__surname", "patient__name", "patient__patronymic",
)  # fmt: skip
