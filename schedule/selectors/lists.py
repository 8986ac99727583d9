"""What a doctor and a patient have before them."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from core import clock
from core.actor import Actor
from patients.models import Patient
from schedule.enums import AppointmentState
from schedule.models import Appointment, AppointmentQuerySet


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


def _with_people(rows: AppointmentQuerySet) -> AppointmentQuerySet:
    return rows.select_related("patient", "doctor").defer("patient__search", "patient__comment")
