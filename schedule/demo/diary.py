"""How the demo's days fill up: newcomers, what was agreed before, and those who come again; season and day decide."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from core.demo import Run
from organization.demo import CHILDREN, Clinic, Doctor, Person
from patients.demo import Guest
from schedule.demo import kinds
from schedule.demo.kinds import KINDS, Kind, Next
from schedule.demo.rota import Rota, Turn
from schedule.demo.visit import Visit
from schedule.enums import NOT_OCCUPYING

GRID = 15  # minutes
SHORTEST = 30  # a rest of a turn that is shorter stays free
FUTURE_DAYS = 27
SEASON = {1: 0.86, 2: 0.97, 3: 1.02, 4: 1.05, 5: 0.97, 6: 0.96, 7: 0.90, 8: 0.93, 9: 1.02, 10: 1.07, 11: 1.08, 12: 1.10}
WEEKDAY = (1.0, 1.02, 1.02, 1.0, 1.03, 1.05, 0.85)
FULLEST = 0.94
LEAST_LOAD = 0.02
NO_GAP = 0.55  # of the breaks between two patients
REFILLED = 0.6  # of the times given back
CHILD_UNTIL = 15  # years, treated by the children's dentist
TEENS_AT_ORTHODONTIST = 0.3
# Which doctor somebody new asks for.
ASKED_FOR = {"Терапевт": 46, "Гигиенист": 16, "Хирург": 17, "Ортопед": 12, "Ортодонт": 9}


@dataclass(slots=True)
class Plan:
    """A visit that was agreed on: who, what for, on which tooth, not before which day."""

    guest: Guest
    kind: Kind
    tooth: str
    not_before: date
    agreed_at: datetime | None


class Diary:
    """Makes up the appointments day by day; ``visits`` holds them in the order they were thought of."""

    def __init__(self, run: Run, clinic: Clinic, guests: list[Guest], rota: Rota) -> None:
        self.run, self.clinic, self.rota = run, clinic, rota
        self.rng = run.rng("diary")
        self.visits: list[Visit] = []
        self.doctors = {doctor.pk: doctor for doctor in clinic.doctors}
        self.by_specialty: dict[str, list[Doctor]] = {}
        for doctor in clinic.doctors:
            self.by_specialty.setdefault(doctor.specialty, []).append(doctor)
        self.coming = deque(guests)
        self.newcomers: dict[str, deque[Guest]] = {name: deque() for name in self.by_specialty}
        self.agreed: dict[int, deque[Plan]] = {doctor.pk: deque() for doctor in clinic.doctors}
        self.later: dict[date, list[tuple[Doctor, Plan]]] = {}
        self.known: dict[int, list[Guest]] = {doctor.pk: [] for doctor in clinic.doctors}
        self.acquainted: set[tuple[int, int]] = set()  # doctors and guests
        self.busy: set[int] = set()  # guests who have an appointment on the day being filled
        self.stored: dict[date, list[Visit]] = {}  # booked already, by day
        self.faithful: Guest | None = None
        self.faithful_due = 0.0

    def density(self, day: date) -> float:
        """How full a day is: by season and weekday; days to come fill up as they draw near."""
        load = self.run.scale.load * SEASON[day.month] * WEEKDAY[day.weekday()]
        ahead = (day - self.run.today).days
        if ahead > 0:
            load *= 0.92 * 2.718 ** (-(ahead - 1) / 9)
        return min(load, FULLEST)

    def open_day(self, day: date) -> None:
        """Take up who is due on this day, and who has come to the clinic for the first time."""
        self.day = day
        self.busy = {visit.guest.pk for visit in self.stored.get(day, ())}
        for doctor, plan in self.later.pop(day, ()):
            self.agreed[doctor.pk].append(plan)
        end_of_day = self.run.midnight(day + timedelta(days=1))
        while self.coming and self.coming[0].created_at < end_of_day:
            guest = self.coming.popleft()
            if self.faithful is None and self._age(guest, day) > 30 and guest.leaves_on is None:
                self.faithful = guest
            self.newcomers[self._asks_for(guest, day)].append(guest)
        self.faithful_due += self.run.scale.faithful_visits / max(self.run.scale.days, 1)

    def parts(self, turn: Turn, day: date) -> list[Turn | Visit]:
        """A turn taken apart: what is booked in it already, and the free time between."""
        midnight = self.run.midnight(day)
        found: list[Turn | Visit] = []
        at = turn.starts
        mine = [visit for visit in self.stored.get(day, ()) if visit.doctor == turn.doctor]
        for visit in sorted(mine, key=lambda visit: visit.starts_at):
            starts = int((visit.starts_at - midnight).total_seconds() // 60)
            if turn.covers(starts):
                found += [replace(turn, starts=at, ends=starts), visit]
                at = starts + visit.minutes
        found.append(replace(turn, starts=at))
        return [part for part in found if isinstance(part, Visit) or part.ends > part.starts]

    def load_left(self, turn: Turn, parts: list[Turn | Visit], day: date) -> float:
        """How full the free time must get for the whole turn to be as full as the day should be."""
        booked = sum(part.minutes for part in parts if isinstance(part, Visit))
        whole = turn.ends - turn.starts
        return max(self.density(day) * whole - booked, 0) / max(whole - booked, 1)

    def fill(self, turn: Turn, load: float) -> Iterator[Visit]:
        """Place appointments one after another through a turn."""
        at, day = turn.starts, self.day
        while at + SHORTEST <= turn.ends and load > LEAST_LOAD:
            visit = self.place(turn, day, at, longest=turn.ends - at)
            if visit is None:
                at += 2 * GRID
                continue
            yield visit
            if visit.state in NOT_OCCUPYING and self.rng.random() < REFILLED:
                continue
            at += visit.minutes + self.gap(visit.minutes, load)

    def gap(self, minutes: int, load: float) -> int:
        """A break after an appointment, so that on the whole the load comes out."""
        if load >= 0.35 and self.rng.random() < NO_GAP:
            return 0
        mean = minutes * (1 - load) / load / (1 - NO_GAP if load >= 0.35 else 1)
        return GRID * max(1, round(self.rng.expovariate(1 / mean) / GRID))

    def place(self, turn: Turn, day: date, at: int, *, longest: int, shortest: int = 0) -> Visit | None:
        """An appointment of somebody for this doctor at this minute; None when nobody would come."""
        starts_at = self.run.midnight(day) + timedelta(minutes=at)
        plan = self._choose(turn.doctor, day, starts_at, longest)
        if plan is None:
            return None
        self.busy.add(plan.guest.pk)
        minutes = max(min(plan.kind.minutes, longest), shortest)
        booked_at, booked_by = self._booking(plan, starts_at)
        visit = Visit(
            guest=plan.guest,
            doctor=turn.doctor,
            chair_id=turn.chair_id,
            day=day,
            starts_at=starts_at,
            minutes=minutes,
            kind=plan.kind,
            tooth=plan.tooth,
            booked_at=booked_at,
            booked_by=booked_by,
            clerk=self.rng.choice(self.clinic.desk),
            ends_at=starts_at + timedelta(minutes=minutes),
            first_starts_at=starts_at,
        )
        self.visits.append(visit)
        return visit

    def agree_on_next(self, visit: Visit) -> None:
        """What follows from a visit that took place."""
        if visit.guest is self.faithful:
            return  # comes anyway
        key = (visit.doctor.pk, visit.guest.pk)
        if key not in self.acquainted:
            self.acquainted.add(key)
            self.known[visit.doctor.pk].append(visit.guest)
        chance = self.rng.random()
        for following in visit.kind.nexts:
            if chance < following.chance:
                self._agree(visit, following)
                return
            chance -= following.chance

    def agree_again(self, visit: Visit) -> None:
        """The same at another time, after a cancellation or when nobody came."""
        day = visit.day + timedelta(days=self.rng.randrange(2, 16))
        self._put(visit.doctor, Plan(visit.guest, visit.kind, visit.tooth, day, None))

    def _agree(self, visit: Visit, following: Next) -> None:
        kind = KINDS[following.kind]
        doctor = visit.doctor
        if following.specialty and following.specialty != doctor.specialty:
            colleagues = self.by_specialty.get(following.specialty)
            if not colleagues:
                return
            doctor = self.rng.choice(colleagues)
        elif kinds.SPECIALTY_OF[kind.code] != doctor.specialty:
            return
        is_same = following.is_same_tooth and visit.tooth and kind.teeth
        tooth = visit.tooth if is_same else kind.tooth(self.rng)
        day = visit.day + timedelta(days=self.rng.randint(*following.after))
        at = visit.finished_at + timedelta(minutes=self.rng.randrange(2, 9)) if visit.finished_at else None
        self._put(doctor, Plan(visit.guest, kind, tooth, day, at))

    def _put(self, doctor: Doctor, plan: Plan) -> None:
        self.later.setdefault(plan.not_before, []).append((doctor, plan))

    def _choose(self, doctor: Doctor, day: date, starts_at: datetime, longest: int) -> Plan | None:
        if self._is_faithful_due(doctor, day):
            self.faithful_due -= 1
            return Plan(self.faithful, *self._usual(doctor, longest), day, None)  # type: ignore[arg-type]
        new = self.newcomers[doctor.specialty]
        waiting = self.agreed[doctor.pk]
        if new and (len(new) > 4 or not waiting or self.rng.random() < 0.5):
            plan = self._newcomer(doctor, starts_at, longest)
            if plan is not None:
                return plan
        return self._agreed(waiting, day, longest) or self._somebody_known(doctor, day, longest)

    def _is_faithful_due(self, doctor: Doctor, day: date) -> bool:
        guest = self.faithful
        return (
            guest is not None
            and self.faithful_due >= 1
            and doctor.specialty != CHILDREN
            and guest.pk not in self.busy
            and guest.created_at < self.run.midnight(day)
            and day <= self.run.today + timedelta(days=7)
        )

    def _newcomer(self, doctor: Doctor, starts_at: datetime, longest: int) -> Plan | None:
        new, day = self.newcomers[doctor.specialty], starts_at.astimezone(self.run.zone).date()
        for _ in range(min(len(new), 3)):
            guest = new.popleft()
            if guest.created_at + timedelta(minutes=30) > starts_at or guest.pk in self.busy:
                new.append(guest)
                continue
            kind = kinds.first(self.rng, doctor.specialty, longest)
            return Plan(guest, kind, kind.tooth(self.rng), day, guest.created_at + timedelta(minutes=2))
        return None

    def _agreed(self, waiting: deque[Plan], day: date, longest: int) -> Plan | None:
        for _ in range(min(len(waiting), 6)):
            plan = waiting.popleft()
            if not self._may_come(plan.guest, day):
                if plan.guest.pk in self.busy:
                    waiting.append(plan)
                continue
            if plan.kind.minutes > longest:
                waiting.append(plan)
                continue
            return plan
        return None

    def _somebody_known(self, doctor: Doctor, day: date, longest: int) -> Plan | None:
        """A patient of this doctor, sooner one of the last months than one of the first."""
        known = self.known[doctor.pk]
        for _ in range(8 if known else 0):
            place = int(len(known) * (1 - self.rng.random() ** 2.2))
            guest = known[min(place, len(known) - 1)]
            if self._may_come(guest, day) and not self._has_outgrown(guest, doctor, day):
                return Plan(guest, *self._usual(doctor, longest), day, None)
        return None

    def _usual(self, doctor: Doctor, longest: int) -> tuple[Kind, str]:
        kind = kinds.usual(self.rng, doctor.specialty, longest)
        return kind, kind.tooth(self.rng)

    def _may_come(self, guest: Guest, day: date) -> bool:
        return guest.pk not in self.busy and (guest.leaves_on is None or day < guest.leaves_on)

    def _has_outgrown(self, guest: Guest, doctor: Doctor, day: date) -> bool:
        return doctor.specialty == CHILDREN and self._age(guest, day) > CHILD_UNTIL + 2

    def _booking(self, plan: Plan, starts_at: datetime) -> tuple[datetime, Person]:
        """When it was booked and by whom: at the end of a visit, at the first call, or some days before."""
        earliest = plan.guest.created_at + timedelta(minutes=1)
        if plan.agreed_at is not None and plan.agreed_at < starts_at - timedelta(minutes=20):
            booked_at = max(plan.agreed_at, earliest)
        else:
            days = self.rng.choice((0, 0, 1, 1, 2, 3, 4, 5, 7, 9, 12))
            minute = self.rng.randrange(9 * 60, 20 * 60)
            booked_at = self.run.midnight(starts_at.astimezone(self.run.zone).date() - timedelta(days=days))
            booked_at += timedelta(minutes=minute, seconds=self.rng.randrange(60))
            booked_at = max(min(booked_at, starts_at - timedelta(minutes=self.rng.randrange(20, 90))), earliest)
        booked_at = min(booked_at, self.run.now - timedelta(seconds=self.rng.randrange(60, 7200)))
        return min(max(booked_at, earliest), self.run.now), self.rng.choice(self.clinic.desk)

    def _asks_for(self, guest: Guest, day: date) -> str:
        age = self._age(guest, day)
        if age < CHILD_UNTIL and CHILDREN in self.by_specialty:
            is_teen = age >= 10 and "Ортодонт" in self.by_specialty and self.rng.random() < TEENS_AT_ORTHODONTIST
            return "Ортодонт" if is_teen else CHILDREN
        names = [name for name in self.by_specialty if name in ASKED_FOR]
        weights = [ASKED_FOR[name] * len(self.by_specialty[name]) ** 0.5 for name in names]
        return self.rng.choices(names, weights)[0]

    @staticmethod
    def _age(guest: Guest, day: date) -> float:
        return (day - guest.born_on).days / 365.25
