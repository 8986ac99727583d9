"""Who waits, who is to be asked, what a doctor and a patient have before them."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from core import clock
from core.actor import Actor
from organization import selectors as organization
from organization.models import Branch, Specialty
from patients.models import Patient
from schedule.enums import AppointmentState, Confirmation
from schedule.models import Appointment, AppointmentQuerySet


@dataclass(frozen=True)
class ToConfirm:
    """Appointments of one day that wait for the patient's word, and how many of all already have it."""

    on: date
    rows: list[Appointment]
    asked_for: int
    confirmed: int


def waiting_room(*, actor: Actor, branch: Branch, on: date) -> QuerySet[Appointment]:
    """Who came and sits in the waiting room, the longest waiting first."""
    since, until = clock.branch_day_bounds(on, branch.zone)
    return (
        _with_people(Appointment.objects.visible_to(actor))
        .filter(branch=branch, state__in=(AppointmentState.ARRIVED, AppointmentState.READY))
        .starting_within(since, until)
        .order_by("arrived_at", "pk")
    )


def to_confirm(*, actor: Actor, branch: Branch, on: date) -> ToConfirm:
    """Planned appointments of a day without the patient's answer, those who asked for a change first."""
    since, until = clock.branch_day_bounds(on, branch.zone)
    if on == clock.localdate(branch.zone):
        since = max(since, timezone.now())  # who is due now is expected at the door, not on the phone
    rows = list(
        _with_people(Appointment.objects.visible_to(actor))
        .filter(branch=branch, state=AppointmentState.PLANNED)
        .starting_within(since, until)
        .order_by("starts_at", "pk")
    )
    open_rows = [row for row in rows if row.confirmation != Confirmation.CONFIRMED]
    urgent = (Confirmation.WANTS_MOVE, Confirmation.REFUSED)
    open_rows.sort(key=lambda row: row.confirmation not in urgent)
    return ToConfirm(on=on, rows=open_rows, asked_for=len(rows), confirmed=len(rows) - len(open_rows))


def my_day(*, actor: Actor, on: date, zone: ZoneInfo) -> QuerySet[Appointment]:
    """The doctor's own patients of one day in all branches."""
    since, until = clock.branch_day_bounds(on, zone)
    return (
        _with_people(Appointment.objects.occupying())
        .select_related("chair__room", "branch")
        .filter(doctor_id=actor.employee_id)
        .starting_within(since, until)
    )


def appointments_of_patient(*, actor: Actor, patient: Patient) -> QuerySet[Appointment]:
    """Everything the patient was ever booked for that the actor may see, newest first; misclicks left out."""
    return (
        Appointment.objects.visible_to(actor)
        .filter(patient=patient)
        .exclude(state=AppointmentState.VOIDED)
        .select_related("doctor", "branch", "cancel_reason")
        .order_by("-starts_at", "-pk")
    )


def specialties_of_branch(branch_id: int) -> QuerySet[Specialty]:
    """Specialities of the doctors who may work in the branch: what its schedule is filtered by."""
    doctors = organization.doctors_of_branch(branch_id).order_by().values("pk")
    return Specialty.objects.active().filter(employees__in=doctors).distinct()


def _with_people(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    return rows.select_related("patient", "doctor").defer("patient__search", "patient__comment")
