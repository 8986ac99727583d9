"""The demo clinic's schedule: years of it behind, today at this very minute, some weeks ahead."""

from datetime import date, timedelta
from typing import Any

from core import bulk
from core.demo import Run
from organization.demo import Clinic
from patients.demo import Guest
from schedule.demo import rows
from schedule.demo.diary import FUTURE_DAYS, Diary
from schedule.demo.life import Life, Today
from schedule.demo.rota import Turn
from schedule.demo.visit import Visit
from schedule.enums import NOT_OCCUPYING, AppointmentState
from schedule.models import WorkShift

TABLES = rows.TABLES
_NEVER_HAPPENED = (*NOT_OCCUPYING, AppointmentState.NO_SHOW)


def build(run: Run, clinic: Clinic, guests: list[Guest]) -> list[Visit]:
    """Write the shifts and make up the appointments; billing says which are settled before they are written."""
    reasons = rows.add_reasons()
    diary = Diary(run, clinic, guests)
    life = Life(run, diary, reasons)
    shifts = bulk.Copier(WorkShift, "id", "doctor_id", "branch_id", "chair_id", "starts_at", "ends_at", "cancelled_at")
    days = run.scale.days
    for number in range(days + FUTURE_DAYS + 1):
        day = run.first_day + timedelta(days=number)
        turns = _live(run, diary, life, day)
        for turn in turns:
            midnight = run.midnight(day)
            starts_at, ends_at = (midnight + timedelta(minutes=minute) for minute in (turn.starts, turn.ends))
            shifts.add(shifts.next_id(), turn.doctor.pk, clinic.branch_id, turn.chair_id, starts_at, ends_at, None)
        if number % 30 == 0:
            run.report("Schedule", number / (days + FUTURE_DAYS))
    shifts.flush()
    return _numbered(diary.visits)


def write(run: Run, clinic: Clinic, visits: list[Visit]) -> None:
    """Write the appointments with everything that happened to them."""
    rows.write_appointments(run, clinic, visits)
    rows.write_attending(visits)


write_history = rows.write_history


def _live(run: Run, diary: Diary, life: Life, day: date) -> list[Turn]:
    """One day: gone by, today, or to come."""
    diary.open_day(day)
    if day == run.today:
        return Today(run, diary, life).live()
    turns = diary.rota.turns(day)
    outcome: Any = life.decide if day < run.today else life.await_
    for turn in turns:
        for visit in diary.fill(turn, day):
            outcome(visit)
    return turns


def _numbered(visits: list[Visit]) -> list[Visit]:
    """In the order of booking, with ids; the earliest one of each patient that took or will take place is marked."""
    visits.sort(key=lambda visit: visit.booked_at)
    earliest: dict[int, Visit] = {}
    for pk, visit in enumerate(visits, start=1):
        visit.pk = pk
        if visit.state not in _NEVER_HAPPENED:
            known = earliest.setdefault(visit.guest.pk, visit)
            if visit.starts_at < known.starts_at:
                earliest[visit.guest.pk] = visit
    for visit in earliest.values():
        visit.is_first = True
    return visits
