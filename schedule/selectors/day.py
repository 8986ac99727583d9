"""One day of a branch, ready for the grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import clock, names, ranges
from core.actor import Actor
from core.modules import Mark
from core.ranges import Span
from schedule.enums import NOT_OCCUPYING
from schedule.looks import Look, look_of
from schedule.placement import AnyBranch
from schedule.selectors import sheet_rows
from schedule.selectors.marks import marks_of_others, own_marks
from schedule.selectors.reach import reach
from schedule.selectors.sheet_rows import NO_CHAIR, AppointmentRow, SheetPlace, ShiftRow
from schedule.selectors.stamps import stamp_of_rows

EARLIEST, LATEST = time(9), time(20)  # shown when neither hours, shifts nor appointments say more
Rows = Sequence[ShiftRow | AppointmentRow]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Column:
    """A doctor's or a chair's column: its head, the hours worked, and how much of them is taken.

    ``chairs`` say, for a doctor, at which chair each shift is (NO_CHAIR: at none).
    """

    pk: int
    name: str
    note: str
    load_percent: int | None
    shifts: tuple[Span, ...]
    specialty_ids: tuple[int, ...] = ()
    chairs: tuple[tuple[int, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class DaySheet:
    """``stamp`` is the version of the day these rows are; ``day_stamp`` says the same of the same rows."""

    on: date
    stamp: str
    slot_minutes: int
    opens: time
    closes: time | None  # None: midnight
    doctors: tuple[Column, ...]
    chairs: tuple[Column, ...]
    appointments: tuple[SheetAppointment, ...]


def day_sheet(*, actor: Actor, branch: AnyBranch, on: date) -> DaySheet:
    """Appointments and shifts of one branch day that the actor may see; the number of queries does not depend on rows.

    What goes over midnight stands on both days. Doctors who work or have appointments get a column, all chairs do.
    """
    since, until = clock.branch_day_bounds(on, branch.zone)
    reached = reach(actor, branch.pk)
    place = sheet_rows.place_of(branch.pk, weekday=on.weekday())
    all_shifts = sheet_rows.shifts_of(reached, since, until)
    all_rows = sheet_rows.appointments_of(reached, since, until)
    shifts = [shift for shift in all_shifts if not shift.is_cancelled]
    rows = [row for row in all_rows if row.state not in NOT_OCCUPYING]
    doctors = _doctor_names([*shifts, *rows])
    opens, closes = _hours(place, branch.zone, on, [*shifts, *rows])
    return DaySheet(
        on=on,
        stamp=stamp_of_rows(all_rows, all_shifts),
        slot_minutes=place.slot_minutes,
        opens=opens,
        closes=closes,
        doctors=_doctor_columns(doctors, shifts, rows),
        chairs=_chair_columns(place, shifts, rows),
        appointments=_boxes(actor, doctors, shifts, rows),
    )


def _doctor_names(rows: Iterable[ShiftRow | AppointmentRow]) -> dict[int, str]:
    """Short names of those who work or are booked, in the order of a card index."""
    found = {row.doctor_id: row for row in rows}
    ordered = sorted(found.values(), key=lambda row: (row.sort_key, row.doctor_id))
    return {row.doctor_id: names.short_name(row.surname, row.name, row.patronymic) for row in ordered}


def _spans_by(field: str, rows: Rows) -> dict[int, list[Span]]:
    grouped: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, field)].append((row.starts_at, row.ends_at))
    return grouped


def _boxes(
    actor: Actor, doctors: Mapping[int, str], shifts: Sequence[ShiftRow], rows: Sequence[AppointmentRow]
) -> tuple[SheetAppointment, ...]:
    worked = {pk: ranges.merge_spans(spans) for pk, spans in _spans_by("doctor_id", shifts).items()}
    marks = marks_of_others(actor=actor, appointment_ids=[row.pk for row in rows])
    return tuple(
        _box(row, doctors[row.doctor_id], worked.get(row.doctor_id, ()), marks.get(row.pk, ())) for row in rows
    )


def _box(row: AppointmentRow, doctor_name: str, worked: Iterable[Span], marks: Iterable[Mark]) -> SheetAppointment:
    is_outside = not any(start <= row.starts_at and row.ends_at <= end for start, end in worked)
    return SheetAppointment(
        pk=row.pk,
        version=row.version,
        patient_id=row.patient_id,
        patient_name=f"{row.patient_surname} {row.patient_name}".strip(),
        doctor_id=row.doctor_id,
        doctor_name=doctor_name,
        chair_id=row.chair_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        look=look_of(row.state, row.confirmation),
        purpose=row.purpose,
        marks=(*own_marks(row, allergy=row.allergy, alert=row.alert, is_outside=is_outside), *marks),
        arrived_at=row.arrived_at,
    )


def load_percent(shifts: Iterable[Span], taken: Iterable[Span]) -> int | None:
    """Share of worked minutes that is taken; overlaps count once, time outside shifts does not. None without a shift."""
    worked = ranges.merge_spans(shifts)
    capacity = ranges.total_minutes_of_spans(worked)
    if not capacity:
        return None
    free = ranges.total_minutes_of_spans(ranges.subtract_spans(worked, taken))
    return round(100 * (capacity - free) / capacity)


def _doctor_columns(
    doctors: Mapping[int, str], shifts: Sequence[ShiftRow], rows: Sequence[AppointmentRow]
) -> tuple[Column, ...]:
    worked, taken = _spans_by("doctor_id", shifts), _spans_by("doctor_id", rows)
    specialties = sheet_rows.specialties_of(doctors)
    columns = []
    for pk, name in doctors.items():
        known = specialties.get(pk, [])
        own_shifts = [shift for shift in shifts if shift.doctor_id == pk]
        rooms = dict.fromkeys(shift.room for shift in own_shifts if shift.room)
        columns.append(
            Column(
                pk=pk,
                name=name,
                note=" · ".join([*(title.lower() for _pk, title in known[:1]), *rooms]),
                load_percent=load_percent(worked[pk], taken[pk]),
                shifts=tuple(ranges.merge_spans(worked[pk])),
                specialty_ids=tuple(specialty_id for specialty_id, _title in known),
                chairs=tuple((shift.chair_id, (shift.starts_at, shift.ends_at)) for shift in own_shifts),
            )
        )
    return tuple(columns)


def _chair_columns(place: SheetPlace, shifts: Sequence[ShiftRow], rows: Sequence[AppointmentRow]) -> tuple[Column, ...]:
    worked, taken = _spans_by("chair_id", shifts), _spans_by("chair_id", rows)
    shown = [*place.chairs, (NO_CHAIR, clock.ABSENT, "")] if NO_CHAIR in taken else place.chairs
    return tuple(
        Column(
            pk=pk,
            name=name,
            note=room,
            load_percent=load_percent(worked[pk], taken[pk]),
            shifts=tuple(ranges.merge_spans(worked[pk])),
        )
        for pk, name, room in shown
    )


def _hours(place: SheetPlace, zone: ZoneInfo, on: date, rows: Rows) -> tuple[time, time | None]:
    """The part of the day worth showing, in whole hours: opening hours, and whatever stands outside them."""
    midnight, next_midnight = datetime.combine(on, time.min), datetime.combine(on + timedelta(days=1), time.min)
    starts, ends = [], []
    for opens_at, closes_at in place.hours:
        starts.append(datetime.combine(on, opens_at))
        closes_on = on if closes_at > opens_at else on + timedelta(days=1)
        ends.append(datetime.combine(closes_on, closes_at))
    if rows:
        starts.append(min(row.starts_at for row in rows).astimezone(zone).replace(tzinfo=None))
        ends.append(max(row.ends_at for row in rows).astimezone(zone).replace(tzinfo=None))
    start = max(min(starts, default=datetime.combine(on, EARLIEST)), midnight)
    end = min(max(ends, default=datetime.combine(on, LATEST)), next_midnight)
    if end.minute:
        end = end.replace(minute=0) + timedelta(hours=1)
    return start.time().replace(minute=0), end.time() if end.date() == on else None
