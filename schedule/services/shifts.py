"""Who works when, where and at which chair. Appointments are never dropped with a shift: they stand outside it then."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from core import clock, ranges
from core.actor import Actor
from core.errors import constraint_as
from organization.models import Chair, Employee
from schedule.constants import ALIGN_MINUTES, LONGEST
from schedule.errors import NotAligned, ShiftChairClash, ShiftClash, ShiftGone, ShiftTooLong
from schedule.models import WorkShift
from schedule.placement import AnyBranch
from schedule.services.locking import check_reach, lock_resources
from schedule.services.placing import check_chair, check_in_use, put_away

CHANGE = "schedule.change_shift"
CLASHES = {"schedule_shift_doctor_free": ShiftClash, "schedule_shift_chair_free": ShiftChairClash}


@dataclass(frozen=True)
class CopiedWeek:
    """How many shifts were copied, and how many had no room."""

    made: int
    skipped: int


@transaction.atomic
def add_shift(
    *, actor: Actor, doctor: Employee, branch: AnyBranch, chair: Chair | None, starts_at: datetime, ends_at: datetime
) -> WorkShift:
    """A doctor works in the branch, at the chair, from one moment to another.

    Raises: ShiftClash, ShiftChairClash, ShiftTooLong, NotAligned, ChairElsewhere, DoctorUnavailable.
    """
    check_reach(actor, CHANGE, doctor_id=doctor.pk, branch_id=branch.pk)
    check_times(starts_at, ends_at)
    check_chair(chair, branch)
    lock_resources((doctor.pk, chair.pk if chair else None))
    check_in_use(doctor.pk, chair.pk if chair else None)
    shift = WorkShift(doctor=doctor, branch_id=branch.pk, chair=chair, starts_at=starts_at, ends_at=ends_at)
    with constraint_as(CLASHES):
        shift.save()
    return shift


@transaction.atomic
def change_shift(
    *,
    actor: Actor,
    shift: WorkShift,
    chair: Chair | None,
    starts_at: datetime,
    ends_at: datetime,
    version: int | None = None,
) -> WorkShift:
    """Change hours or chair. Raises: ChangedByOther, ShiftGone, and what ``add_shift`` raises."""
    check_times(starts_at, ends_at)
    row = _locked_shift(actor, shift, version, chair)
    check_chair(chair, row.branch)
    check_in_use(row.doctor_id, chair.pk if chair else None)
    row.chair, row.starts_at, row.ends_at = chair, starts_at, ends_at
    with constraint_as(CLASHES):
        row.save_version(["chair", "starts_at", "ends_at"])
    return row


@transaction.atomic
def cancel_shift(*, actor: Actor, shift: WorkShift, version: int | None = None) -> WorkShift:
    """The doctor does not work then. Raises: ChangedByOther, ShiftGone."""
    row = _locked_shift(actor, shift, version, shift.chair)
    row.cancelled_at = timezone.now()
    row.save_version(["cancelled_at"])
    return row


def _locked_shift(actor: Actor, shift: WorkShift, version: int | None, chair: Chair | None) -> WorkShift:
    lock_resources((shift.doctor_id, shift.chair_id), (shift.doctor_id, chair.pk if chair else None))
    row = WorkShift.objects.select_for_update(of=("self",)).select_related("branch").get(pk=shift.pk)
    check_reach(actor, CHANGE, doctor_id=row.doctor_id, branch_id=row.branch_id)
    if row.cancelled_at is not None:
        raise ShiftGone()
    row.check_version(version)
    return row


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raises: ShiftTooLong, NotAligned."""
    if not timedelta() < ends_at - starts_at <= LONGEST:
        raise ShiftTooLong()
    if any(moment.minute % ALIGN_MINUTES or moment.second or moment.microsecond for moment in (starts_at, ends_at)):
        raise NotAligned()


@transaction.atomic
def copy_week(*, actor: Actor, branch: AnyBranch, week_of: date, to_week_of: date) -> CopiedWeek:
    """Copy the branch's shifts of one week (any day of it) to another, by wall clock.

    A shift whose doctor or chair is busy then, or no longer in use, is left out and counted.
    """
    actor.require(CHANGE)
    first, target = clock.week_days(week_of)[0], clock.week_days(to_week_of)[0]
    since, until = (
        clock.wall_moment(first, time.min, branch.zone),
        clock.wall_moment(first + timedelta(7), time.min, branch.zone),
    )
    shifts = list(
        WorkShift.objects.working().filter(branch=branch.pk).starting_within(since, until).select_related("chair")
    )
    for doctor_id in {shift.doctor_id for shift in shifts}:
        check_reach(actor, CHANGE, doctor_id=doctor_id, branch_id=branch.pk)
    lock_resources(*((shift.doctor_id, shift.chair_id) for shift in shifts))
    copies = [_shifted(shift, branch, target - first) for shift in shifts]
    if not copies:
        return CopiedWeek(0, 0)
    there = list(
        WorkShift.objects.working().overlapping(min(c.starts_at for c in copies), max(c.ends_at for c in copies))
    )
    gone_doctors, gone_chairs = put_away(
        {copy.doctor_id for copy in copies}, {copy.chair_id for copy in copies if copy.chair_id is not None}
    )
    in_use = [copy for copy in copies if copy.doctor_id not in gone_doctors and copy.chair_id not in gone_chairs]
    fitting = [copy for copy in in_use if not any(_clash(copy, other) for other in there)]
    with constraint_as(CLASHES):
        WorkShift.objects.bulk_create(fitting)
    return CopiedWeek(made=len(fitting), skipped=len(copies) - len(fitting))


def _shifted(shift: WorkShift, branch: AnyBranch, by: timedelta) -> WorkShift:
    """The same wall times on another day: an hour is never lost to a change of the clocks."""
    starts, ends = (moment.astimezone(branch.zone) for moment in (shift.starts_at, shift.ends_at))
    return WorkShift(
        doctor_id=shift.doctor_id,
        branch_id=branch.pk,
        chair=shift.chair,
        starts_at=clock.wall_moment(starts.date() + by, starts.time(), branch.zone),
        ends_at=clock.wall_moment(ends.date() + by, ends.time(), branch.zone),
    )


def _clash(one: WorkShift, other: WorkShift) -> bool:
    is_shared = one.doctor_id == other.doctor_id or (one.chair_id is not None and one.chair_id == other.chair_id)
    return is_shared and ranges.overlaps(
        ranges.interval(one.starts_at, one.ends_at), ranges.interval(other.starts_at, other.ends_at)
    )
