"""One day of a branch, ready for the grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core import clock, ranges
from core.actor import Actor
from core.modules import Mark
from core.ranges import Interval
from organization.models import Branch, Chair, Employee
from schedule.looks import Look, look_of
from schedule.models import Appointment, WorkShift
from schedule.selectors.marks import marks_of_others, own_marks

EARLIEST, LATEST = time(9), time(20)  # shown when neither hours, shifts nor appointments say more
Rows = Sequence[WorkShift | Appointment]
NO_CHAIR = 0  # the column of appointments without a chair


@dataclass(frozen=True)
class SheetAppointment:
    """A box of the grid. Times are moments; the grid shows them by the branch's clock."""

    pk: int
    version: int
    patient_id: int
    patient_name: str
    doctor_id: int
    doctor_name: str
    chair_id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    look: Look
    purpose: str
    marks: tuple[Mark, ...]
    arrived_at: datetime | None


@dataclass(frozen=True)
class Column:
    """A doctor's or a chair's column: its head, the hours worked, and how much of them is taken.

    ``chairs`` say, for a doctor, at which chair each shift is (NO_CHAIR: at none).
    """

    pk: int
    name: str
    note: str
    load_percent: int | None
    shifts: tuple[Interval, ...]
    specialty_ids: tuple[int, ...] = ()
    chairs: tuple[tuple[int, Interval], ...] = ()


@dataclass(frozen=True)
class DaySheet:
    on: date
    opens: time
    closes: time | None  # None: midnight
    doctors: tuple[Column, ...]
    chairs: tuple[Column, ...]
    appointments: tuple[SheetAppointment, ...]


def day_sheet(*, actor: Actor, branch: Branch, on: date) -> DaySheet:
    """Appointments and shifts of one branch day that the actor may see; the number of queries does not depend on rows.

    What goes over midnight stands on both days. Doctors who work or have appointments get a column, all chairs do.
    """
    since, until = clock.branch_day_bounds(on, branch.zone)
    shifts = _shifts(actor, branch, since, until)
    rows = list(
        Appointment.objects.visible_to(actor)
        .occupying()
        .filter(branch=branch)
        .overlapping(since, until)
        .select_related("patient", "doctor")
        .only(*_APPOINTMENT_FIELDS)
        .order_by("starts_at", "pk")
    )
    doctors = _doctors({shift.doctor_id for shift in shifts} | {row.doctor_id for row in rows})
    worked = {pk: ranges.merge(map(_interval, of_doctor)) for pk, of_doctor in _by("doctor_id", shifts).items()}
    marks = marks_of_others(actor=actor, appointment_ids=[row.pk for row in rows])
    boxes = tuple(_box(row, worked.get(row.doctor_id, []), marks.get(row.pk, [])) for row in rows)
    opens, closes = _hours(branch, on, [*shifts, *rows])
    return DaySheet(
        on=on,
        opens=opens,
        closes=closes,
        doctors=_doctor_columns(doctors, shifts, rows),
        chairs=_chair_columns(branch, shifts, rows),
        appointments=boxes,
    )


_APPOINTMENT_FIELDS = (
    "version", "patient_id", "doctor_id", "chair_id", "starts_at", "ends_at", "state", "confirmation",
    "is_overbooked", "is_first_visit", "purpose", "comment", "arrived_at",
    "patient__surname", "patient__name", "patient__allergy", "patient__alert",
    "doctor__surname", "doctor__name", "doctor__patronymic",
)  # fmt: skip


def _shifts(actor: Actor, branch: Branch, since: datetime, until: datetime) -> list[WorkShift]:
    shifts = WorkShift.objects.visible_to(actor).working().filter(branch=branch).overlapping(since, until)
    return list(shifts.select_related("chair__room").order_by("starts_at"))


def _doctors(ids: Iterable[int]) -> list[Employee]:
    return list(Employee.objects.filter(pk__in=ids).prefetch_related("specialties").order_by("sort_key", "pk"))


def _by(field: str, rows: Iterable[WorkShift | Appointment]) -> dict[int, list[WorkShift | Appointment]]:
    grouped: dict[int, list[WorkShift | Appointment]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, field) or NO_CHAIR].append(row)
    return grouped


def _interval(row: WorkShift | Appointment) -> Interval:
    return ranges.interval(row.starts_at, row.ends_at)


def _box(row: Appointment, worked: Sequence[Interval], marks: Sequence[Mark]) -> SheetAppointment:
    is_outside = not any(ranges.covers(part, _interval(row)) for part in worked)
    return SheetAppointment(
        pk=row.pk,
        version=row.version,
        patient_id=row.patient_id,
        patient_name=f"{row.patient.surname} {row.patient.name}".strip(),
        doctor_id=row.doctor_id,
        doctor_name=row.doctor.short_name,
        chair_id=row.chair_id or NO_CHAIR,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        look=look_of(row.state, row.confirmation),
        purpose=row.purpose,
        marks=(*own_marks(row, is_outside=is_outside), *marks),
        arrived_at=row.arrived_at,
    )


def load_percent(shifts: Iterable[Interval], taken: Iterable[Interval]) -> int | None:
    """Share of worked minutes that is taken; overlaps count once, time outside shifts does not. None without a shift."""
    worked = ranges.merge(shifts)
    capacity = ranges.total_minutes(worked)
    if not capacity:
        return None
    free = ranges.total_minutes(ranges.subtract(worked, taken))
    return round(100 * (capacity - free) / capacity)


def _column(pk: int, name: str, note: str, shifts: Rows, rows: Rows) -> Column:
    worked = [_interval(shift) for shift in shifts]
    return Column(
        pk=pk,
        name=name,
        note=note,
        load_percent=load_percent(worked, map(_interval, rows)),
        shifts=tuple(ranges.merge(worked)),
    )


def _doctor_columns(
    doctors: Iterable[Employee], shifts: Iterable[WorkShift], rows: Iterable[Appointment]
) -> tuple[Column, ...]:
    shifts_of, rows_of = _by("doctor_id", shifts), _by("doctor_id", rows)
    columns = []
    for doctor in doctors:
        specialties = list(doctor.specialties.all())
        rooms = dict.fromkeys(shift.chair.room.name for shift in shifts_of[doctor.pk] if shift.chair)
        note = " · ".join([*(str(specialty).lower() for specialty in specialties[:1]), *rooms])
        ids = tuple(specialty.pk for specialty in specialties)
        column = _column(doctor.pk, doctor.short_name, note, shifts_of[doctor.pk], rows_of[doctor.pk])
        places = tuple((shift.chair_id or NO_CHAIR, _interval(shift)) for shift in shifts_of[doctor.pk])
        columns.append(replace(column, specialty_ids=ids, chairs=places))
    return tuple(columns)


def _chair_columns(branch: Branch, shifts: Iterable[WorkShift], rows: Iterable[Appointment]) -> tuple[Column, ...]:
    shifts_of, rows_of = _by("chair_id", shifts), _by("chair_id", rows)
    chairs = Chair.objects.active().filter(room__branch=branch).select_related("room").order_by("room__name", "name")
    columns = [
        _column(chair.pk, chair.name, chair.room.name, shifts_of[chair.pk], rows_of[chair.pk]) for chair in chairs
    ]
    if NO_CHAIR in rows_of:
        columns.append(_column(NO_CHAIR, clock.ABSENT, "", shifts_of[NO_CHAIR], rows_of[NO_CHAIR]))
    return tuple(columns)


def _hours(branch: Branch, on: date, rows: Iterable[WorkShift | Appointment]) -> tuple[time, time | None]:
    """The part of the day worth showing, in whole hours: opening hours, and whatever stands outside them."""
    zone, next_day = branch.zone, on + timedelta(days=1)
    starts, ends = [], []
    for hours in branch.hours.all():
        if hours.weekday == on.weekday():
            starts.append(datetime.combine(on, hours.opens_at))
            closes = on if hours.closes_at > hours.opens_at else next_day
            ends.append(datetime.combine(closes, hours.closes_at))
    for row in rows:
        starts.append(row.starts_at.astimezone(zone).replace(tzinfo=None))
        ends.append(row.ends_at.astimezone(zone).replace(tzinfo=None))
    start = max(min(starts, default=datetime.combine(on, EARLIEST)), datetime.combine(on, time.min))
    end = min(max(ends, default=datetime.combine(on, LATEST)), datetime.combine(next_day, time.min))
    if end.minute:
        end = end.replace(minute=0) + timedelta(hours=1)
    return start.time().replace(minute=0), end.time() if end.date() == on else None
