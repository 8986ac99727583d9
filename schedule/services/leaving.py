"""A doctor leaves: the shifts ahead go to a successor or are cancelled, every appointment that fits goes to one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.actor import Actor
from core.errors import constraint_as
from core.joints import publish
from organization.models import BranchGrant, Employee
from schedule import selectors
from schedule.constants import ALIGN_MINUTES
from schedule.enums import AppointmentState, EventKind
from schedule.errors import ChairElsewhere, DoctorUnavailable, OutsideShift
from schedule.facts import AppointmentMoved
from schedule.models import Appointment, WorkShift
from schedule.placement import Placement
from schedule.services import placing
from schedule.services.locking import lock_resources
from schedule.services.records import record
from schedule.services.shifts import CLASHES


@dataclass
class HandedSchedule:
    """What became of shifts and appointments; each refused appointment comes with the reason in words."""

    moved_shifts: int = 0
    ended_shifts: int = 0
    moved: int = 0
    refused: list[tuple[Appointment, str]] = field(default_factory=list)


@transaction.atomic
def hand_over_schedule(
    *, actor: Actor, doctor_id: int, shifts_to: Employee | None, appointments_to: Employee | None
) -> HandedSchedule:
    """Hand the shifts and appointments ahead of a leaving doctor over, as they stand: same time, same place.

    An appointment goes to whoever takes them when they work then and are free, at their chair; the others stay, and so do
    the shifts these lie in. Other shifts without a successor, or during which the successor works already, are ended; a
    shift under way ends now. Without somebody to take them no appointment is touched. The leaving itself was allowed by
    its own right.
    """
    now = timezone.now()
    others = [person.pk for person in (shifts_to, appointments_to) if person is not None]
    lock_resources(*((pk, None) for pk in {doctor_id, *others}))  # nothing of theirs changes from here on
    shifts = list(shifts_ahead(doctor_id, now).select_for_update(of=("self",)).select_related("branch"))
    appointments = list(
        appointments_ahead(doctor_id, now).select_for_update(of=("self",)).select_related("branch", "patient")
    )
    _lock_chairs(doctor_id, others, now, {*shifts, *appointments})
    done = HandedSchedule()
    kept = [shift for shift in shifts if shifts_to is None or not _taken_over(shift, shifts_to, now)]
    done.moved_shifts = len(shifts) - len(kept)
    for appointment in appointments:
        if appointments_to is None:
            break
        reason = _moved(actor, appointment, appointments_to)
        if reason:
            done.refused.append((appointment, reason))
        else:
            done.moved += 1
    for shift in kept:
        if not any(shift.starts_at <= row.starts_at < shift.ends_at for row, _reason in done.refused):
            done.ended_shifts += _ended(shift, now)
    return done


def shifts_ahead(doctor_id: int, now: datetime) -> QuerySet[WorkShift]:
    """Shifts that are not over."""
    return WorkShift.objects.working().filter(doctor=doctor_id, ends_at__gt=now).order_by("starts_at")


def appointments_ahead(doctor_id: int, now: datetime) -> QuerySet[Appointment]:
    """Appointments that were planned and have not begun."""
    return Appointment.objects.filter(doctor=doctor_id, state=AppointmentState.PLANNED, starts_at__gte=now).order_by(
        "starts_at", "pk"
    )


def _lock_chairs(
    doctor_id: int, others: Collection[int], now: datetime, rows: Collection[WorkShift | Appointment]
) -> None:
    theirs = WorkShift.objects.working().filter(doctor__in=others, ends_at__gt=now).values_list("chair_id", flat=True)
    chairs = {row.chair_id for row in rows} | set(theirs)
    lock_resources(*((doctor_id, chair_id) for chair_id in chairs))


def _taken_over(shift: WorkShift, to: Employee, now: datetime) -> bool:
    """Give a shift that has not begun to the successor; False when they cannot work it."""
    works_here = BranchGrant.objects.filter(user_id=to.user_id, content_object=shift.branch_id).exists()
    if shift.starts_at < now or not works_here:
        return False
    was, shift.doctor = shift.doctor_id, to
    try:
        with constraint_as(CLASHES):
            shift.save_version(["doctor"])
    except tuple(CLASHES.values()):
        shift.doctor_id = was
        shift.version -= 1
        return False
    return True


def _ended(shift: WorkShift, now: datetime) -> int:
    """A shift ahead is cancelled; one under way ends at this step of the grid."""
    until = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % ALIGN_MINUTES)
    if shift.starts_at < until:
        shift.ends_at = until
        shift.save_version(["ends_at"])
    else:
        shift.cancelled_at = now
        shift.save_version(["cancelled_at"])
    return 1


def _moved(actor: Actor, row: Appointment, to: Employee) -> str:
    """Move the appointment to the doctor; or leave it as it is and answer why."""
    was = Placement.of(row)
    shift_chair = selectors.chair_of_shift(doctor_id=to.pk, branch_id=row.branch_id, starts_at=row.starts_at)
    row.doctor = to
    row.chair_id = shift_chair.pk if shift_chair else row.chair_id
    place = placing.place_of(row)
    reason = _why_not(actor, row, place)
    if reason:
        row.doctor_id, row.chair_id = was.doctor_id, was.chair_id
        return reason
    row.is_overbooked = False
    row.save_version(["doctor", "chair", "is_overbooked"])
    record(actor, row, EventKind.MOVED, was=str(was), became=str(Placement.of(row)))
    publish(AppointmentMoved(row.pk, was.starts_at.isoformat(), row.starts_at.isoformat(), actor.pk))
    return ""


def _why_not(actor: Actor, row: Appointment, place: placing.Place) -> str:
    if place.taken_by is not None:
        return str(placing.refuse_taken(actor, place.taken_by, doctor_id=row.doctor_id).messages[0])
    if place.is_doctor_archived:
        return str(DoctorUnavailable.text)
    if not place.is_in_shift:
        return str(OutsideShift.text)
    return "" if place.is_chair_here else str(ChairElsewhere.text)
