"""What the work order does to its appointment. The schedule owns the states; this only asks it for the next one."""

from collections.abc import Sequence

from billing.errors import AppointmentNotHeld, PatientNotArrived
from core.actor import Actor
from schedule import services as schedule_services
from schedule.enums import AppointmentState
from schedule.models import Appointment
from schedule.services import locking

NOT_HELD = (AppointmentState.CANCELLED, AppointmentState.NO_SHOW, AppointmentState.VOIDED)
IN_CLINIC = (AppointmentState.ARRIVED, AppointmentState.READY)


def finish(*, actor: Actor, appointment: Appointment) -> Appointment:
    """Move the appointment to finished, by way of the chair when nobody marked that. Finished ones stay as they are.

    Raises: AppointmentNotHeld, PatientNotArrived.
    """
    state = appointment.state
    if state in NOT_HELD:
        raise AppointmentNotHeld
    if state == AppointmentState.PLANNED:
        raise PatientNotArrived
    if state in IN_CLINIC:
        appointment = _move(actor, appointment, AppointmentState.IN_CHAIR)
    if appointment.state == AppointmentState.IN_CHAIR:
        appointment = _move(actor, appointment, AppointmentState.FINISHED)
    return appointment


def take_back(*, actor: Actor, appointment: Appointment) -> Appointment:
    """The order was reopened: the patient is in the chair again."""
    appointment = schedule_services.mark_unsettled(actor=actor, appointment=appointment)
    if appointment.state == AppointmentState.FINISHED:
        appointment = _move(actor, appointment, AppointmentState.IN_CHAIR)
    return appointment


def settle(*, actor: Actor, appointments: Sequence[Appointment]) -> None:
    """Nothing is due for these appointments of one patient any more. Those not finished yet stay as they are."""
    _hold_several(appointments)
    for appointment in appointments:
        schedule_services.mark_settled(actor=actor, appointment=appointment)


def unsettle(*, actor: Actor, appointments: Sequence[Appointment]) -> None:
    """Something is due again."""
    _hold_several(appointments)
    for appointment in appointments:
        schedule_services.mark_unsettled(actor=actor, appointment=appointment)


def _hold_several(appointments: Sequence[Appointment]) -> None:
    """One appointment alone is held in the right order by the schedule's own service."""
    if len(appointments) > 1:
        hold(appointments)


def hold(appointments: Sequence[Appointment]) -> None:
    """Take at once, in the schedule's order, what its services would take one by one and so might deadlock.

    A transaction that touches the appointment's own row before it calls the schedule takes these first, too.
    """
    patient_id = appointments[0].patient_id
    locking.lock_patient(patient_id)
    earliest = Appointment.objects.live().filter(patient_id=patient_id).order_by("starts_at", "pk")[:2]
    locking.lock_resources(*((row.doctor_id, row.chair_id) for row in (*appointments, *earliest)))


def _move(actor: Actor, appointment: Appointment, to: AppointmentState) -> Appointment:
    return schedule_services.change_state(actor=actor, appointment=appointment, to=to)
