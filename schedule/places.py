"""What the schedule shows on other apps' pages, and how it answers their questions."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core import clock
from core.actor import Actor, Scope
from core.addresses import address
from core.modules import FactValue, Part
from organization.errors import HasFutureUse
from organization.reach import is_own_doctor
from patients.models import Patient
from schedule import selectors
from schedule.enums import AppointmentState
from schedule.errors import AppointmentsAhead
from schedule.models import Appointment, WorkShift


def own_patients(*, employee_id: int) -> QuerySet[Appointment, dict[str, Any]]:
    """Ids of patients who have or had an appointment with this doctor, or whom they stand in for; for use inside SQL."""
    return Appointment.objects.occupying().filter(is_own_doctor(employee_id)).order_by().values("patient_id")


def next_appointment(*, actor: Actor, patient_ids: Collection[int]) -> dict[int, FactValue]:
    """The patient fact: when the next appointment is and with whom."""
    return {
        patient_id: FactValue(
            text=clock.format_moment(found.starts_at, found.zone),
            note=found.doctor_name,
            url=f"{address('schedule:day')}?date={clock.localdate(found.zone, found.starts_at).isoformat()}",
        )
        for patient_id, found in selectors.next_appointments(actor=actor, patient_ids=patient_ids).items()
    }


def patient_overview(*, actor: Actor, subject: Patient) -> Part:
    """The card's panel: outcomes in figures, upcoming appointments, the last past ones. Two queries."""
    found = selectors.appointments_around_now(actor=actor, patient_id=subject.pk)
    context = {
        "patient": subject,
        "upcoming": found.upcoming,
        "past": found.past,
        "outcomes": selectors.outcomes_of_patient(actor=actor, patient_id=subject.pk),
        "can_book": actor.can("schedule.book_appointment") and not subject.is_archived,
    }
    return Part("schedule/_patient_overview.html", context)


def patient_actions(*, actor: Actor, subject: Patient) -> Part | None:
    """«Записать» in the head of the card."""
    if subject.is_archived:
        return None
    return Part("schedule/_patient_actions.html", {"patient": subject})


def refuse_archiving(*, patient: Patient) -> None:
    """A card with appointments ahead is not put away. Raises: AppointmentsAhead."""
    ahead = Appointment.objects.filter(patient=patient, state=AppointmentState.PLANNED, starts_at__gte=timezone.now())
    if ahead.exists():
        raise AppointmentsAhead()


def refuse_archived_chairs(*, chair_ids: Collection[int]) -> None:
    """A chair something is still planned in is not put away. Raises: HasFutureUse."""
    if _is_ahead(chair_id__in=chair_ids):
        raise HasFutureUse()


def refuse_leaving(*, employee_id: int) -> None:
    """A doctor with appointments or shifts ahead is not put away. Raises: HasFutureUse."""
    if _is_ahead(doctor_id=employee_id):
        raise HasFutureUse()


def _is_ahead(**whose: Any) -> bool:
    now = timezone.now()
    appointments = Appointment.objects.filter(state=AppointmentState.PLANNED, starts_at__gte=now, **whose)
    return appointments.exists() or WorkShift.objects.working().filter(ends_at__gt=now, **whose).exists()


def has_own_day(actor: Actor) -> bool:
    """Whether the rail shows «Мой день»: for those who receive patients themselves."""
    return actor.scope("schedule.run_appointment") == Scope.OWN
