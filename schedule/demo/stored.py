"""What the demo's schedule held before: read back, so that its days can be lived on."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from core import clock
from core.bulk import highest_id
from core.demo import MINUTE, Run
from organization.demo import Clinic, Doctor
from patients.demo import Guest
from schedule.demo.diary import Diary
from schedule.demo.kinds import KINDS, SPECIALTY_OF, Kind
from schedule.demo.rota import Turn
from schedule.demo.visit import Visit
from schedule.enums import AppointmentState
from schedule.models import Appointment, WorkShift

_OPEN = (AppointmentState.PLANNED, AppointmentState.ARRIVED, AppointmentState.READY)
_TOOTH = re.compile(r"(?P<purpose>.*?)(?: (?P<tooth>[1-8][1-8]))?")
_ACQUAINTED_SINCE_VISITS = 4000  # the newest ones: whom a doctor knows by now


def last_lived_day(run: Run) -> date | None:
    """The last day on which somebody was treated; None when nobody ever was."""
    last = Appointment.objects.filter(seated_at__isnull=False).order_by("-seated_at").first()
    return clock.localdate(run.zone, last.starts_at) if last else None


def next_pk() -> int:
    return highest_id(Appointment) + 1


def patients_met(patients: Collection[int]) -> Iterable[int]:
    """Those of the patients whose first visit is marked."""
    met = Appointment.objects.filter(is_first_visit=True, patient_id__in=patients)
    return met.values_list("patient_id", flat=True)


def turns(run: Run, clinic: Clinic) -> dict[date, list[Turn]]:
    """The shifts of the days to live and of those ahead; also those of the night before that go on into the first."""
    doctors = {doctor.pk: doctor for doctor in clinic.doctors}
    found: dict[date, list[Turn]] = defaultdict(list)
    shifts = WorkShift.objects.working().filter(
        ends_at__gt=run.midnight(run.first_day), doctor_id__in=doctors, chair_id__in=clinic.chairs
    )
    for shift in shifts.order_by("starts_at", "pk"):
        day = clock.localdate(run.zone, shift.starts_at)
        starts, ends = (int((moment - run.midnight(day)) / MINUTE) for moment in (shift.starts_at, shift.ends_at))
        found[day].append(Turn(doctors[shift.doctor_id], shift.chair_id, starts, ends, is_stored=True))
    return dict(found)


def visits(run: Run, clinic: Clinic) -> dict[date, list[Visit]]:
    """What was booked before and has not taken place, by day, from the day of the load on."""
    doctors = {doctor.pk: doctor for doctor in clinic.doctors}
    since = last_lived_day(run) or run.first_day
    found: dict[date, list[Visit]] = defaultdict(list)
    rows = Appointment.objects.filter(
        starts_at__gte=run.midnight(since), state__in=_OPEN, doctor_id__in=doctors, chair_id__in=clinic.chairs
    )
    for row in rows.select_related("patient").defer("patient__search").order_by("starts_at", "pk"):
        visit = _visit(run, clinic, row, doctors[row.doctor_id])
        found[visit.day].append(visit)
    return dict(found)


def acquaint(diary: Diary) -> None:
    """Let the doctors know their patients."""
    treated = Appointment.objects.filter(finished_at__isnull=False, doctor_id__in=diary.known).order_by("-pk")
    guests: dict[int, Guest] = {}
    rows = treated.select_related("patient").defer("patient__search")[:_ACQUAINTED_SINCE_VISITS]
    for row in reversed(rows):
        key = (row.doctor_id, row.patient_id)
        patient = row.patient
        if key in diary.acquainted or patient.is_archived or patient.is_booking_forbidden:
            continue
        diary.acquainted.add(key)
        diary.known[row.doctor_id].append(guests.setdefault(patient.pk, guest_of(diary.run, row)))


def guest_of(run: Run, row: Appointment) -> Guest:
    patient = row.patient
    return Guest(patient.pk, patient.full_name, patient.sex, patient.born_on or run.unknown_birth, patient.created_at)


def _visit(run: Run, clinic: Clinic, row: Appointment, doctor: Doctor) -> Visit:
    kind, tooth = _kind(row.purpose, doctor)
    day = clock.localdate(run.zone, row.starts_at)
    return Visit(
        guest=guest_of(run, row),
        doctor=doctor,
        chair_id=row.chair_id or 0,
        day=day,
        starts_at=row.starts_at,
        minutes=row.minutes,
        kind=kind,
        tooth=tooth,
        booked_at=row.created_at,
        booked_by=clinic.people.get(row.created_by_id or 0, clinic.director),
        clerk=clinic.desk[row.pk % len(clinic.desk)],
        ends_at=row.ends_at,
        first_starts_at=row.first_starts_at,
        pk=row.pk,
        state=row.state,
        confirmation=row.confirmation,
        is_first=row.is_first_visit,
        arrived_at=row.arrived_at,
        ready_at=row.ready_at,
        is_stored=True,
        version=row.version,
        was=row.state,
    )


def _kind(purpose: str, doctor: Doctor) -> tuple[Kind, str]:
    """What it is for by its words; somebody may have written others."""
    match = _TOOTH.fullmatch(purpose)
    words, tooth = (match["purpose"], match["tooth"] or "") if match else (purpose, "")
    own = [kind for kind in KINDS.values() if SPECIALTY_OF[kind.code] == doctor.specialty]
    named = [kind for kind in own if kind.purpose == words and bool(kind.teeth) == bool(tooth)]
    kind = named[0] if named else own[0]
    return kind, tooth if kind.teeth else ""
