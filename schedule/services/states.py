"""Steps of an appointment through the day, each undone by a step back; its confirmation apart."""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import clock, notices
from core.actor import Actor
from core.addresses import address
from core.joints import publish
from organization.closed_period import refuse_closed
from schedule.enums import NEXT_STATES, AppointmentState, Confirmation, EventKind
from schedule.errors import NotYet, StepNotAllowed, TooEarlyForNoShow
from schedule.facts import AppointmentStateChanged
from schedule.models import Appointment
from schedule.ports import before_appointment_finished
from schedule.services.locking import check_reach, locked, mark_first_visit
from schedule.services.records import record

# When each state was reached, in the order of the day; a step back forgets what came after it.
REACHED_AT = {
    AppointmentState.ARRIVED: "arrived_at",
    AppointmentState.READY: "ready_at",
    AppointmentState.IN_CHAIR: "seated_at",
    AppointmentState.FINISHED: "finished_at",
    AppointmentState.SETTLED: "settled_at",
}
DOCTORS_STATES = {AppointmentState.IN_CHAIR, AppointmentState.FINISHED}
SIGNALS = {AppointmentState.ARRIVED, AppointmentState.READY}


def right_for(was: str, to: str) -> str:
    """The desk marks who came; the doctor invites and finishes, and takes that back."""
    return "schedule.run_appointment" if {was, to} & DOCTORS_STATES else "schedule.mark_arrival"


@transaction.atomic
def change_state(*, actor: Actor, appointment: Appointment, to: str, version: int | None = None) -> Appointment:
    """Make one step of the day, or take it back; the doctor's screen hears of an arrival, and forgets it when undone.

    Raises: ChangedByOther, StepNotAllowed (settled is set by paying only), NotYet, TooEarlyForNoShow, or whatever a
    ``before_appointment_finished`` veto raises.
    """
    row, other = locked(appointment)
    row.check_version(version)  # before the right: which one is asked depends on a state the person may not have seen
    check_reach(actor, right_for(row.state, to), doctor_id=row.doctor_id, branch_id=row.branch_id)
    if to not in NEXT_STATES[row.state] or AppointmentState.SETTLED in (to, row.state):
        raise StepNotAllowed(state=row.get_state_display())
    check_moment(row, to)
    refuse_closed(clock.localdate(row.branch.zone, row.starts_at))
    if to == AppointmentState.FINISHED:
        before_appointment_finished.ask(appointment=row)

    was = row.state
    enter(row, to)
    mark_first_visit(row, other, is_live=to != AppointmentState.NO_SHOW)
    row.save_version(["state", "is_first_visit", *REACHED_AT.values()])
    signal(actor, row, was=was)
    record(actor, row, EventKind.STATE, was=was, became=to)
    publish(AppointmentStateChanged(row.pk, was, to, actor.pk))
    return row


def check_moment(row: Appointment, to: str) -> None:
    """Nobody comes to an appointment of tomorrow, and nobody misses one that has not begun."""
    zone = row.branch.zone
    now = timezone.now()
    if to == AppointmentState.NO_SHOW and now < row.starts_at:
        raise TooEarlyForNoShow()
    if to == AppointmentState.ARRIVED and clock.localdate(zone, row.starts_at) > clock.localdate(zone, now):
        raise NotYet()


def enter(row: Appointment, to: str) -> None:
    """Set the state with its moment, and forget the moments of later states."""
    row.state = to
    order = list(REACHED_AT)
    reached = order.index(AppointmentState(to)) if to in REACHED_AT else -1
    for position, state in enumerate(order):
        if position > reached:
            setattr(row, REACHED_AT[state], None)
    if to in REACHED_AT and getattr(row, REACHED_AT[AppointmentState(to)]) is None:
        setattr(row, REACHED_AT[AppointmentState(to)], timezone.now())


def signal(actor: Actor, row: Appointment, *, was: str) -> None:
    """Tell the doctor who waits, once; what was told in the state before is taken back."""
    if not {was, row.state} & SIGNALS:
        return
    subject = f"appointment:{row.pk}"
    notices.take_back(subject=subject)
    if row.state not in SIGNALS or row.doctor_id == actor.employee_id:
        return
    with translation.override(row.doctor.user.language):
        title = _("%(patient)s is ready") if row.state == AppointmentState.READY else _("%(patient)s came")
        start = clock.format_time(row.starts_at, row.branch.zone)
        notices.notify(
            user_ids=[row.doctor.user_id],
            title=title % {"patient": row.patient.short_name},
            body=_("Appointment at %(start)s") % {"start": start} + (f" · {row.purpose}" if row.purpose else ""),
            url=address("schedule:my_day"),
            subject=subject,
            is_urgent=True,
            event="ready" if row.state == AppointmentState.READY else "arrived",
        )


@transaction.atomic
def mark_settled(*, actor: Actor, appointment: Appointment) -> Appointment:
    """Everything of the finished appointment is paid. Does nothing in any other state; billing calls it."""
    return _settle(actor, appointment, was=AppointmentState.FINISHED, to=AppointmentState.SETTLED)


@transaction.atomic
def mark_unsettled(*, actor: Actor, appointment: Appointment) -> Appointment:
    """A payment was taken back: settled becomes finished again. Does nothing in any other state; billing calls it."""
    return _settle(actor, appointment, was=AppointmentState.SETTLED, to=AppointmentState.FINISHED)


def _settle(actor: Actor, appointment: Appointment, *, was: str, to: str) -> Appointment:
    row, _other = locked(appointment)
    if row.state != was:
        return row
    enter(row, to)
    row.save_version(["state", *REACHED_AT.values()])
    record(actor, row, EventKind.STATE, was=was, became=to)
    publish(AppointmentStateChanged(row.pk, was, to, actor.pk))
    return row


@transaction.atomic
def set_confirmation(
    *, actor: Actor, appointment: Appointment, confirmation: str, note: str = "", version: int | None = None
) -> Appointment:
    """Keep what the patient answered, and how we asked. Only a planned appointment is confirmed.

    Raises: ChangedByOther, StepNotAllowed.
    """
    row, _other = locked(appointment)
    check_reach(actor, "schedule.book_appointment", doctor_id=row.doctor_id, branch_id=row.branch_id)
    row.check_version(version)
    if row.state != AppointmentState.PLANNED:
        raise StepNotAllowed(state=row.get_state_display())
    was = row.confirmation
    if was == confirmation and not note:
        return row
    row.confirmation = Confirmation(confirmation)
    row.save_version(["confirmation"])
    record(actor, row, EventKind.CONFIRMATION, was=was, became=confirmation, note=note)
    return row
