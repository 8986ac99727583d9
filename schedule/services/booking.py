"""Booking, moving, cancelling: everything that takes or gives back time of a doctor and a chair."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core import clock, notices, options
from core.actor import Actor
from core.errors import constraint_as
from core.joints import publish
from organization.closed_period import refuse_closed
from organization.models import Chair, Employee
from organization.services.second_person import SecondPerson
from patients.models import Patient
from schedule import selectors
from schedule.choices import VOID
from schedule.enums import AppointmentState, EventKind
from schedule.errors import NotMovable, ReasonArchived, ReasonMissing, StepNotAllowed, TooLateToVoid
from schedule.facts import AppointmentBooked, AppointmentCancelled, AppointmentMoved, AppointmentStateChanged
from schedule.models import Appointment, CancelReason
from schedule.placement import AnyBranch, Placement
from schedule.services import placing
from schedule.services.locking import (
    check_reach,
    first_other,
    lock_patient,
    lock_resources,
    locked,
    mark_first_visit,
    resources_of,
)
from schedule.services.placing import Place
from schedule.services.records import record

BOOK = "schedule.book_appointment"
MOVABLE = (AppointmentState.PLANNED, AppointmentState.ARRIVED, AppointmentState.READY)
CANCELLABLE = (*MOVABLE, AppointmentState.NO_SHOW)


@constraint_as(placing.FREE_CONSTRAINTS)  # the transaction, too
def book_appointment(
    *,
    actor: Actor,
    patient: Patient,
    doctor: Employee,
    branch: AnyBranch,
    starts_at: datetime,
    minutes: int,
    chair: Chair | None = None,
    purpose: str = "",
    comment: str = "",
    is_overbooked: bool = False,
    second: SecondPerson | None = None,
) -> Appointment:
    """Reserve the doctor and the chair (the shift's, when none is given) for a patient.

    With the right to overbook it may stand outside a shift, and with ``is_overbooked`` over another appointment: then
    it is marked and the comment says why. Raises: a subclass of DomainError from ``schedule.errors`` for each rule.
    """
    check_reach(actor, BOOK, doctor_id=doctor.pk, branch_id=branch.pk)
    placing.check_shape(starts_at, minutes)
    confirmed = placing.check_days(actor, branch, starts_at, second=second)
    chair = chair or selectors.chair_of_shift(doctor_id=doctor.pk, branch_id=branch.pk, starts_at=starts_at)
    lock_patient(patient.pk)
    other = first_other(patient.pk)
    lock_resources((doctor.pk, chair.pk if chair else None), *resources_of(other))

    appointment = Appointment(
        patient=patient,
        doctor=doctor,
        branch_id=branch.pk,
        chair=chair,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        first_starts_at=starts_at,
        purpose=purpose,
        comment=comment,
        created_at=timezone.now(),
        created_by_id=actor.employee_id,
    )
    place = placing.place_of(appointment)
    placing.check_patient(place)
    placing.check_worked(actor, place)
    check_free(actor, appointment, place, is_over_allowed=is_overbooked)
    mark_first_visit(appointment, other, is_live=True)
    appointment.save(force_insert=True)
    record(actor, appointment, EventKind.BOOKED, became=str(Placement.of(appointment)), confirmed=confirmed)
    publish(AppointmentBooked(appointment.pk, patient.pk, doctor.pk, actor.pk))
    return appointment


def check_free(actor: Actor, appointment: Appointment, place: Place, *, is_over_allowed: bool) -> None:
    """Refuse taken time, or mark the row when it may go over another one.

    Raises: DoctorTaken, ChairTaken, ReasonMissing, PermissionDenied.
    """
    appointment.is_overbooked = place.taken_by is not None
    if place.taken_by is None:
        return
    if not is_over_allowed:
        raise placing.refuse_taken(actor, place.taken_by, doctor_id=appointment.doctor_id)
    actor.require("schedule.overbook")
    if not appointment.comment.strip():
        raise ReasonMissing()


@constraint_as(placing.FREE_CONSTRAINTS)  # the transaction, too
def move_appointment(
    *,
    actor: Actor,
    appointment: Appointment,
    version: int | None,
    starts_at: datetime,
    minutes: int,
    doctor: Employee,
    chair: Chair | None,
    second: SecondPerson | None = None,
) -> Appointment:
    """Move an appointment to another time, length, doctor or chair (the shift's, when none is given) of its branch.

    It stays the same appointment; only a move to another day counts as a move. Who is in the clinic already stays on
    this day, who sits in the chair only gets longer or shorter. An appointment marked as going over another one keeps
    the mark while it does. Raises: ChangedByOther, NotMovable, and the rules of booking.
    """
    placing.check_shape(starts_at, minutes)
    branch_id = appointment.branch_id
    chair = chair or selectors.chair_of_shift(doctor_id=doctor.pk, branch_id=branch_id, starts_at=starts_at)
    row, other = locked(appointment, (doctor.pk, chair.pk if chair else None))
    row.check_version(version)
    for doctor_id in {row.doctor_id, doctor.pk}:
        check_reach(actor, BOOK, doctor_id=doctor_id, branch_id=row.branch_id)

    was = Placement.of(row)
    row.doctor, row.chair = doctor, chair
    row.starts_at, row.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    place = placing.place_of(row)
    placing.check_worked(actor, place)
    is_other_day = check_movable(row, was)
    if was == Placement.of(row):
        return row
    confirmed = placing.check_days(actor, row.branch, was.starts_at, starts_at, second=second)
    check_free(actor, row, place, is_over_allowed=row.is_overbooked)
    row.moves += is_other_day
    mark_first_visit(row, other, is_live=True)
    row.save_version(["doctor", "chair", "starts_at", "ends_at", "is_overbooked", "moves", "is_first_visit"])
    record(actor, row, EventKind.MOVED, was=str(was), became=str(Placement.of(row)), confirmed=confirmed)
    publish(AppointmentMoved(row.pk, was.starts_at.isoformat(), starts_at.isoformat(), actor.pk))
    return row


def check_movable(row: Appointment, was: Placement) -> bool:
    """Whether the move from where it was goes to another day. Raises: NotMovable."""
    zone = row.branch.zone
    is_other_day = clock.localdate(zone, row.starts_at) != clock.localdate(zone, was.starts_at)
    is_same_place = row.starts_at == was.starts_at and row.doctor_id == was.doctor_id
    allowed = (
        row.state == AppointmentState.PLANNED
        or (row.state in MOVABLE and not is_other_day)
        or (row.state == AppointmentState.IN_CHAIR and is_same_place)
    )
    if not allowed:
        raise NotMovable(state=row.get_state_display())
    return is_other_day


@transaction.atomic
def cancel_appointment(
    *,
    actor: Actor,
    appointment: Appointment,
    reason: CancelReason,
    note: str = "",
    version: int | None = None,
    second: SecondPerson | None = None,
) -> Appointment:
    """Give the time back, with the reason and its side.

    Raises: ChangedByOther, StepNotAllowed, ReasonArchived, and what ``placing.check_days`` raises.
    """
    row, other = locked(appointment)
    check_reach(actor, BOOK, doctor_id=row.doctor_id, branch_id=row.branch_id)
    row.check_version(version)
    if row.state not in CANCELLABLE:
        raise StepNotAllowed(state=row.get_state_display())
    if reason.is_archived:
        raise ReasonArchived()
    confirmed = placing.check_days(actor, row.branch, row.starts_at, second=second)

    was = row.state
    row.state, row.cancelled_at, row.cancel_reason = AppointmentState.CANCELLED, timezone.now(), reason
    mark_first_visit(row, other, is_live=False)
    row.save_version(["state", "cancelled_at", "cancel_reason", "is_first_visit"])
    notices.take_back(subject=f"appointment:{row.pk}")
    record(actor, row, EventKind.CANCELLED, was=was, became=str(reason)[:60], note=note, confirmed=confirmed)
    publish(AppointmentCancelled(row.pk, reason.side, actor.pk))
    return row


@transaction.atomic
def void_appointment(*, actor: Actor, appointment: Appointment) -> Appointment:
    """Take a misclick back: its author, within minutes, while nothing happened to it. It leaves every statistic.

    Raises: TooLateToVoid.
    """
    row, other = locked(appointment)
    check_reach(actor, BOOK, doctor_id=row.doctor_id, branch_id=row.branch_id)
    is_own = row.created_by_id is not None and row.created_by_id == actor.employee_id
    is_fresh = timezone.now() - row.created_at <= timedelta(minutes=options.value(VOID))
    if not (is_own and is_fresh and row.state == AppointmentState.PLANNED):
        raise TooLateToVoid()

    row.state, row.cancelled_at = AppointmentState.VOIDED, timezone.now()
    mark_first_visit(row, other, is_live=False)
    row.save_version(["state", "cancelled_at", "is_first_visit"])
    record(actor, row, EventKind.VOIDED, was=AppointmentState.PLANNED, became=AppointmentState.VOIDED)
    publish(AppointmentStateChanged(row.pk, AppointmentState.PLANNED, AppointmentState.VOIDED, actor.pk))
    return row


@constraint_as(placing.FREE_CONSTRAINTS)  # the transaction, too
def restore_appointment(*, actor: Actor, appointment: Appointment, version: int | None = None) -> Appointment:
    """Put a cancelled appointment back to its time, if that is still free and may be written into.

    Raises: ChangedByOther, StepNotAllowed, and the rules of booking.
    """
    row, other = locked(appointment)
    check_reach(actor, BOOK, doctor_id=row.doctor_id, branch_id=row.branch_id)
    row.check_version(version)
    if row.state != AppointmentState.CANCELLED:
        raise StepNotAllowed(state=row.get_state_display())
    placing.check_days(actor, row.branch, row.starts_at)
    place = placing.place_of(row)
    placing.check_patient(place)
    placing.check_worked(actor, place)
    check_free(actor, row, place, is_over_allowed=False)

    row.state, row.cancelled_at, row.cancel_reason = AppointmentState.PLANNED, None, None
    row.arrived_at = row.ready_at = None
    mark_first_visit(row, other, is_live=True)
    row.save_version()
    record(actor, row, EventKind.RESTORED, was=AppointmentState.CANCELLED, became=AppointmentState.PLANNED)
    publish(AppointmentStateChanged(row.pk, AppointmentState.CANCELLED, AppointmentState.PLANNED, actor.pk))
    return row


@transaction.atomic
def change_appointment(
    *, actor: Actor, appointment: Appointment, purpose: str, comment: str, version: int | None
) -> Appointment:
    """Change what the appointment is for and the comment. Raises: ChangedByOther."""
    row, _other = locked(appointment)
    check_reach(actor, BOOK, doctor_id=row.doctor_id, branch_id=row.branch_id)
    row.check_version(version)
    if (row.purpose, row.comment) == (purpose, comment):
        return row
    refuse_closed(clock.localdate(row.branch.zone, row.starts_at))
    row.purpose, row.comment = purpose, comment
    row.save_version(["purpose", "comment"])
    record(actor, row, EventKind.CHANGED, note=" · ".join(text for text in (purpose, comment) if text)[:300])
    return row
