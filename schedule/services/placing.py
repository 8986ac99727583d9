"""Where an appointment may stand: inside a shift, in free time, in steps, not in the past."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from core import clock, ranges
from core.actor import Actor
from organization import selectors as organization
from organization.models import Chair, Employee
from schedule.constants import ALIGN_MINUTES, LONGEST_MINUTES, SHORTEST_MINUTES
from schedule.errors import (
    ChairElsewhere,
    ChairTaken,
    DoctorTaken,
    DoctorUnavailable,
    InThePast,
    NotAligned,
    OutsideShift,
    WrongLength,
)
from schedule.models import Appointment, WorkShift
from schedule.placement import AnyBranch

FREE_CONSTRAINTS = {
    "schedule_appointment_doctor_free": DoctorTaken,
    "schedule_appointment_chair_free": ChairTaken,
}


def check_shape(starts_at: datetime, minutes: int) -> None:
    """Raises: NotAligned, WrongLength."""
    if starts_at.minute % ALIGN_MINUTES or starts_at.second or starts_at.microsecond or minutes % ALIGN_MINUTES:
        raise NotAligned()
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise WrongLength()


def check_not_past(branch: AnyBranch, starts_at: datetime) -> None:
    """Today may still be written afterwards: the patient who came without a booking. Raises: InThePast."""
    if clock.localdate(branch.zone, starts_at) < clock.localdate(branch.zone, timezone.now()):
        raise InThePast()


def chair_of_shift(*, doctor: Employee, branch: AnyBranch, starts_at: datetime) -> Chair | None:
    """The chair of the shift this moment is in: where an appointment goes when no chair was named."""
    shifts = WorkShift.objects.working().overlapping(starts_at, starts_at + timedelta(minutes=1))
    chair_id = shifts.filter(doctor=doctor, branch=branch.pk).values_list("chair_id", flat=True).first()
    return Chair.objects.select_related("room").get(pk=chair_id) if chair_id else None


def check_in_shift(*, actor: Actor, doctor: Employee, branch: AnyBranch, starts_at: datetime, minutes: int) -> None:
    """Two shifts in a row count as one; the right to overbook allows time outside all shifts.

    Raises: OutsideShift, DoctorUnavailable.
    """
    ends_at = starts_at + timedelta(minutes=minutes)
    wanted = ranges.interval(starts_at, ends_at)
    shifts = WorkShift.objects.working().filter(doctor=doctor, branch=branch.pk).overlapping(starts_at, ends_at)
    worked = ranges.merge(ranges.interval(*times) for times in shifts.values_list("starts_at", "ends_at"))
    if any(ranges.covers(part, wanted) for part in worked):
        return
    if not actor.can("schedule.overbook"):
        raise OutsideShift()
    if doctor.is_archived or not organization.doctors_of_branch(branch.pk).filter(pk=doctor.pk).exists():
        raise DoctorUnavailable()


def check_chair(chair: Chair | None, branch: AnyBranch) -> None:
    """Raises: ChairElsewhere."""
    if chair is not None and (chair.is_archived or chair.room.branch_id != branch.pk):
        raise ChairElsewhere()


def who_is_there(
    *, doctor_id: int, chair_id: int | None, starts_at: datetime, ends_at: datetime, besides: int | None = None
) -> int | None:
    """Id of the first appointment that holds the doctor or the chair in this time; ask under their locks."""
    same = Q(doctor_id=doctor_id)
    if chair_id is not None:
        same |= Q(chair_id=chair_id)
    there = Appointment.objects.occupying().overlapping(starts_at, ends_at).filter(same).exclude(pk=besides)
    return there.order_by("starts_at").values_list("pk", flat=True).first()


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
