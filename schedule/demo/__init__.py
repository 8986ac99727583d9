"""The demo clinic's schedule: years of it behind, today at this very minute, some weeks ahead."""

from collections.abc import Iterable
from datetime import date, timedelta

from core import bulk
from core.demo import Run
from organization.demo import Clinic
from patients.demo import Guest
from schedule.demo import rows, stored
from schedule.demo.diary import FUTURE_DAYS, Diary
from schedule.demo.life import Life
from schedule.demo.rota import Rota, Turn
from schedule.demo.today import Today
from schedule.demo.visit import Visit
from schedule.enums import NOT_OCCUPYING, AppointmentState
from schedule.models import WorkShift

TABLES = rows.TABLES
_NEVER_HAPPENED = (*NOT_OCCUPYING, AppointmentState.NO_SHOW)


def build(run: Run, clinic: Clinic, guests: list[Guest]) -> list[Visit]:
    """Write the shifts and make up the appointments; billing says which are settled before they are written."""
    diary = Diary(run, clinic, guests, Rota(run, clinic))
    _live_on(run, clinic, diary, rows.add_reasons())
    return _numbered(diary.visits, first_pk=1, met=())


def go_on(run: Run, clinic: Clinic, newcomers: list[Guest]) -> list[Visit]:
    """The same for the days since the demo was loaded, among what was booked and entered then.

    The day of the load itself is lived to its end, with nobody new in it.
    """
    diary = Diary(run, clinic, newcomers, Rota(run, clinic, stored.turns(run, clinic)))
    diary.stored = stored.visits(run, clinic)
    stored.acquaint(diary)
    reasons = rows.find_reasons()
    life = Life(run, diary, reasons)
    for visit in diary.stored.get(run.first_day - timedelta(days=1), ()):
        life.decide(visit)
    _live_on(run, clinic, diary, reasons)
    before = [visit for visits in diary.stored.values() for visit in visits]
    met = stored.patients_met({visit.guest.pk for visit in diary.visits})
    new = _numbered(diary.visits, first_pk=stored.next_pk(), met=met)
    return [*before, *new]


def write(run: Run, clinic: Clinic, visits: list[Visit]) -> None:
    """Write the appointments with everything that happened to them."""
    rows.write_appointments(run, clinic, visits)
    rows.write_attending(visits)


write_history = rows.write_history
update_stored = rows.update_stored
last_lived_day = stored.last_lived_day


def _live_on(run: Run, clinic: Clinic, diary: Diary, reasons: dict[str, list[int]]) -> None:
    """From the first day to some weeks ahead."""
    life = Life(run, diary, reasons)
    shifts = bulk.Copier(WorkShift, "id", "doctor_id", "branch_id", "chair_id", "starts_at", "ends_at", "cancelled_at")
    days = run.scale.days + FUTURE_DAYS
    for number in range(days + 1):
        day = run.first_day + timedelta(days=number)
        for turn in _live(run, diary, life, day):
            if turn.is_stored:
                continue
            midnight = run.midnight(day)
            starts_at, ends_at = (midnight + timedelta(minutes=minute) for minute in (turn.starts, turn.ends))
            shifts.add(shifts.next_id(), turn.doctor.pk, clinic.branch_id, turn.chair_id, starts_at, ends_at, None)
        if number % 30 == 0:
            run.report("Schedule", number / days)
    shifts.flush()


def _live(run: Run, diary: Diary, life: Life, day: date) -> list[Turn]:
    """One day: gone by, today, or to come."""
    diary.open_day(day)
    if day == run.today:
        return Today(run, diary, life).live()
    turns = diary.rota.turns(day)
    outcome = life.decide if day < run.today else life.await_
    for turn in turns:
        parts = diary.parts(turn, day)
        load = diary.load_left(turn, parts, day)
        for part in parts:
            if isinstance(part, Visit):
                outcome(part)
                continue
            for visit in diary.fill(part, load):
                outcome(visit)
    return turns


def _numbered(visits: list[Visit], *, first_pk: int, met: Iterable[int]) -> list[Visit]:
    """In the order of booking, with ids; the earliest one of each patient that took or will take place is marked.

    ``met`` are patients who have such a mark already.
    """
    visits.sort(key=lambda visit: visit.booked_at)
    known = set(met)
    earliest: dict[int, Visit] = {}
    for pk, visit in enumerate(visits, start=first_pk):
        visit.pk = pk
        if visit.state not in _NEVER_HAPPENED and visit.guest.pk not in known:
            first = earliest.setdefault(visit.guest.pk, visit)
            if visit.starts_at < first.starts_at:
                earliest[visit.guest.pk] = visit
    for visit in earliest.values():
        visit.is_first = True
    return visits
