"""Free time: shifts minus what is taken, by the doctor and by the shift's chair."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from core import ranges
from core.ranges import Interval
from organization.models import Branch, Employee
from schedule.constants import ALIGN_MINUTES, OFFERED_SLOTS
from schedule.models import Appointment, WorkShift


@dataclass(frozen=True)
class Slot:
    """A time at which an appointment of the wanted length may begin."""

    doctor_id: int
    chair_id: int | None
    starts_at: datetime
    ends_at: datetime


def free_slots(
    *,
    doctors: Collection[Employee],
    branch: Branch,
    since: datetime,
    until: datetime,
    minutes: int,
    step_minutes: int | None = None,
    besides: int | None = None,
) -> list[Slot]:
    """Times in [since, until) at which a doctor and the shift's chair are free for so long, by time.

    Times step from the beginning of each free part (by the length, when no step is given), so that nothing is left
    over between appointments. The time of the appointment ``besides``, which is to be moved, counts as free.
    Two queries, whatever the number of doctors and days.
    """
    ids = [doctor.pk for doctor in doctors]
    since = _aligned(since)
    if since >= until:
        return []
    shifts = list(WorkShift.objects.working().filter(doctor__in=ids, branch=branch).overlapping(since, until))
    by_doctor, by_chair = _taken(shifts, since, until, besides)
    slots = []
    for shift in shifts:
        worked = ranges.intersect(ranges.interval(shift.starts_at, shift.ends_at), ranges.interval(since, until))
        free = ranges.subtract([worked] if worked else [], [*by_doctor[shift.doctor_id], *by_chair[shift.chair_id]])
        starts = ranges.starts(free, length_minutes=minutes, step_minutes=step_minutes or minutes)
        length = timedelta(minutes=minutes)
        slots += [Slot(shift.doctor_id, shift.chair_id, start, start + length) for start in starts]
    return sorted(slots, key=lambda slot: (slot.starts_at, ids.index(slot.doctor_id)))


def nearest_slots(
    *, doctor: Employee, branch: Branch, at: datetime, since: datetime, until: datetime, minutes: int
) -> list[Slot]:
    """The free times of a doctor nearest to a moment, in the order of time."""
    slots = free_slots(doctors=[doctor], branch=branch, since=since, until=until, minutes=minutes, step_minutes=15)
    nearest = sorted(slots, key=lambda slot: abs(slot.starts_at - at))[:OFFERED_SLOTS]
    return sorted(nearest, key=lambda slot: slot.starts_at)


def _taken(
    shifts: list[WorkShift], since: datetime, until: datetime, besides: int | None
) -> tuple[dict[int, list[Interval]], dict[int | None, list[Interval]]]:
    doctors = {shift.doctor_id for shift in shifts}
    chairs = {shift.chair_id for shift in shifts if shift.chair_id is not None}
    rows = Appointment.objects.occupying().overlapping(since, until).filter(Q(doctor__in=doctors) | Q(chair__in=chairs))
    by_doctor: dict[int, list[Interval]] = defaultdict(list)
    by_chair: dict[int | None, list[Interval]] = defaultdict(list)
    for doctor_id, chair_id, starts_at, ends_at in rows.exclude(pk=besides).values_list(
        "doctor_id", "chair_id", "starts_at", "ends_at"
    ):
        taken = ranges.interval(starts_at, ends_at)
        by_doctor[doctor_id].append(taken)
        if chair_id is not None:
            by_chair[chair_id].append(taken)
    return by_doctor, by_chair


def _aligned(moment: datetime) -> datetime:
    """The next moment an appointment may begin at."""
    whole = moment.replace(second=0, microsecond=0)
    over = whole.minute % ALIGN_MINUTES
    if over == 0 and whole == moment:
        return moment
    return whole + timedelta(minutes=ALIGN_MINUTES - over)
