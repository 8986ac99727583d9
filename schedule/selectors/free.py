"""Free time: shifts minus what is taken, by the doctor and by the shift's chair."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple

from core import ranges
from core.sql import read
from organization.models import Employee
from schedule.constants import ALIGN_MINUTES, OFFERED_SLOTS
from schedule.placement import AnyBranch


class Slot(NamedTuple):
    """A time at which an appointment of the wanted length may begin."""

    doctor_id: int
    chair_id: int | None
    starts_at: datetime
    ends_at: datetime


class _Shift(NamedTuple):
    """A shift as far as it is inside the asked time."""

    doctor_id: int
    chair_id: int | None
    start: int
    end: int


# Times are counted in minutes of Unix time: whole numbers are many times cheaper to load and to compare than moments.
Minutes = tuple[int, int]  # [from, to)
Taken = dict[tuple[str, int | None], list[Minutes]]  # by ("doctor", id) and by ("chair", id)

# Taken is a doctor's time in every branch, and a chair's: chairs belong to the branch. The lower bounds on starts_at
# keep years of history out of the scans: nothing on the grid is longer than LONGEST.
_SHIFTS_SQL = """
SELECT doctor_id, chair_id, ceil(extract(epoch FROM greatest(starts_at, %(since)s)) / 60)::bigint,
  floor(extract(epoch FROM least(ends_at, %(until)s)) / 60)::bigint
FROM schedule_workshift
WHERE branch_id = %(branch)s AND doctor_id = ANY(%(doctors)s) AND cancelled_at IS NULL
  AND starts_at > %(since)s::timestamptz - interval '24 hours' AND starts_at < %(until)s AND ends_at > %(since)s
ORDER BY 3
"""
_TAKEN_SQL = """
SELECT doctor_id, chair_id, floor(extract(epoch FROM starts_at) / 60)::bigint,
  ceil(extract(epoch FROM ends_at) / 60)::bigint
FROM schedule_appointment
WHERE branch_id = %(branch)s AND (doctor_id = ANY(%(doctors)s) OR chair_id = ANY(%(chairs)s::bigint[]))
  AND state NOT IN ('cancelled', 'voided') AND id IS DISTINCT FROM %(besides)s
  AND starts_at > %(since)s::timestamptz - interval '24 hours' AND starts_at < %(until)s AND ends_at > %(since)s
UNION ALL
SELECT doctor_id, NULL, floor(extract(epoch FROM starts_at) / 60)::bigint,
  ceil(extract(epoch FROM ends_at) / 60)::bigint
FROM schedule_appointment
WHERE doctor_id = ANY(%(doctors)s) AND branch_id <> %(branch)s
  AND state NOT IN ('cancelled', 'voided') AND id IS DISTINCT FROM %(besides)s
  AND starts_at > %(since)s::timestamptz - interval '24 hours' AND starts_at < %(until)s AND ends_at > %(since)s
"""


def free_slots(
    *,
    doctor_ids: Collection[int],
    branch: AnyBranch,
    since: datetime,
    until: datetime,
    minutes: int,
    step_minutes: int | None = None,
    besides: int | None = None,
) -> Iterator[Slot]:
    """Times in [since, until) at which a doctor and the shift's chair are free for so long, by time.

    Times step from the beginning of each free part (by the length, when no step is given), so that nothing is left
    over between appointments. The time of the appointment ``besides``, which is to be moved, counts as free.
    Two queries, whatever the number of doctors and days; times are worked out as they are taken from the iterator.
    """
    order = {doctor_id: place for place, doctor_id in enumerate(doctor_ids)}
    since = _aligned(since)
    if since >= until or not order:
        return iter(())
    asked = {"branch": branch.pk, "doctors": list(order), "besides": besides, "since": since, "until": until}
    shifts = [_Shift(*row) for row in read(_SHIFTS_SQL, asked)]
    chairs = {shift.chair_id for shift in shifts if shift.chair_id is not None}
    taken = _taken({**asked, "chairs": list(chairs)})
    return _by_time(shifts, lambda shift: _slots_of(shift, taken, minutes, step_minutes or minutes), order)


def _taken(asked: Mapping[str, Any]) -> Taken:
    taken: Taken = defaultdict(list)
    for doctor_id, chair_id, start, end in read(_TAKEN_SQL, asked):
        taken["doctor", doctor_id].append((start, end))
        if chair_id is not None:
            taken["chair", chair_id].append((start, end))
    return taken


def _slots_of(shift: _Shift, taken: Taken, length: int, step: int) -> Iterator[tuple[int, Slot]]:
    """Every start in the shift's free time after which the length still fits."""
    near = chain(taken.get(("doctor", shift.doctor_id), ()), taken.get(("chair", shift.chair_id), ()))
    busy = [span for span in near if span[0] < shift.end and shift.start < span[1]]
    whole = [(shift.start, shift.end)] if shift.start < shift.end else []
    for free_from, free_until in ranges.subtract_spans(whole, busy):
        for start in range(free_from, free_until - length + 1, step):
            yield start, Slot(shift.doctor_id, shift.chair_id, _moment(start), _moment(start + length))


def _by_time(
    shifts: Iterable[_Shift], slots_of: Callable[[_Shift], Iterator[tuple[int, Slot]]], order: Mapping[int, int]
) -> Iterator[Slot]:
    """Slots of all shifts, given by their beginnings, by time; a shift is looked into when its time has come."""
    ahead: list[tuple[int, int, int, Slot, Iterator[tuple[int, Slot]]]] = []  # a heap of each open shift's next slot

    def push(slots: Iterator[tuple[int, Slot]], number: int) -> None:
        for start, slot in slots:
            heapq.heappush(ahead, (start, order[slot.doctor_id], number, slot, slots))
            break

    for number, shift in enumerate([*shifts, None]):
        while ahead and (shift is None or ahead[0][0] < shift.start):
            _start, _order, of_shift, slot, rest = heapq.heappop(ahead)
            yield slot
            push(rest, of_shift)
        if shift is not None:
            push(slots_of(shift), number)


def _moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def nearest_slots(
    *, doctor: Employee, branch: AnyBranch, at: datetime, since: datetime, until: datetime, minutes: int
) -> list[Slot]:
    """The free times of a doctor nearest to a moment, in the order of time."""
    slots = free_slots(
        doctor_ids=[doctor.pk], branch=branch, since=since, until=until, minutes=minutes, step_minutes=15
    )
    nearest = heapq.nsmallest(OFFERED_SLOTS, slots, key=lambda slot: abs(slot.starts_at - at))
    return sorted(nearest, key=lambda slot: slot.starts_at)


def _aligned(moment: datetime) -> datetime:
    """The next moment an appointment may begin at."""
    whole = moment.replace(second=0, microsecond=0)
    over = whole.minute % ALIGN_MINUTES
    if over == 0 and whole == moment:
        return moment
    return whole + timedelta(minutes=ALIGN_MINUTES - over)
