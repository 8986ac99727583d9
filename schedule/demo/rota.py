"""Who works when: halves of a day at a chair, weekly or two days on and two off; and a doctor on duty at any hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.demo import Run
from organization.demo import CHILDREN, HYGIENIST, ORTHOPAEDIST, SURGEON, THERAPIST, Clinic, Doctor, hours_of

DAY = 24 * 60
SETTLED_IN_MINUTES = 20  # who began at least so long ago works at full stretch
BEFORE_NOW, AFTER_NOW = 180, 120  # minutes of a duty shift
FULL_MORNING = 150  # minutes of work after which a day looks lived in
EARLY_MINUTES = 210
HALF_HOUR = 30
# Doctors who relieve each other, two days on and two off, by the order they are employed in at scale M.
PAIRS = ((THERAPIST, 2), (SURGEON, 1), (ORTHOPAEDIST, 1), (CHILDREN, 1), (HYGIENIST, 1))


@dataclass(frozen=True)
class Turn:
    """A doctor at a chair, from minute to minute of the branch's day; it may pass midnight."""

    doctor: Doctor
    chair_id: int
    starts: int
    ends: int
    is_extra: bool = False  # on duty outside the usual rota
    is_stored: bool = False  # a shift that is written already

    def covers(self, minute: int) -> bool:
        return self.starts <= minute < self.ends


@dataclass(frozen=True)
class _Place:
    doctor: Doctor
    chair_id: int
    half: int
    twin: int | None  # 0 or 1 of a pair, None for a weekly rota
    order: int


class Rota:
    """The clinic's usual rota, and today's with whoever is on duty."""

    def __init__(self, run: Run, clinic: Clinic, given: Mapping[date, list[Turn]] | None = None) -> None:
        """``given``: shifts that are written already; the usual rota begins on the day after the last of them."""
        self.run, self.clinic, self.given = run, clinic, given or {}
        self.places = _places(clinic)

    def turns(self, day: date) -> list[Turn]:
        """Who works on a day; nobody on the first two days of a year."""
        if self.given and day <= max(self.given):
            return self.given.get(day, [])
        if (day.month, day.day) in {(1, 1), (1, 2)}:
            return []
        return [self._turn(place, day) for place in self.places if _works(place, day)]

    def turns_today(self) -> list[Turn]:
        """Today's turns: the doctor of the demo login works now, and somebody is on duty outside usual hours."""
        now = self.run.minute_now
        turns = self.turns(self.run.today)
        if not self.given:
            turns = _staying_on(self._with_login(turns), now)
        at_work = [turn for turn in turns if turn.starts + SETTLED_IN_MINUTES <= now < turn.ends - 10]
        if len(at_work) < 2:
            turns = [*turns, *self._on_duty(turns, now, count=2 - len(at_work))]
        begun = min((turn.starts for turn in turns), default=now)
        if now - begun < FULL_MORNING and now >= 2 * HALF_HOUR:
            turns = [*turns, *self._on_duty(turns, now, count=1, until_usual=True)]
        return sorted(turns, key=lambda turn: (turn.starts, turn.doctor.pk))

    def _turn(self, place: _Place, day: date) -> Turn:
        opens, closes = (moment.hour * 60 for moment in hours_of(day))
        middle = (opens + closes) // 2
        is_second = (place.half + day.isocalendar().week) % 2
        return Turn(place.doctor, place.chair_id, *((middle, closes) if is_second else (opens, middle)))

    def _with_login(self, turns: list[Turn]) -> list[Turn]:
        """Let the doctor of the demo login work at this hour, changing with a colleague."""
        own = self.clinic.doctors[0]
        now = self.run.minute_now
        current = [turn for turn in turns if turn.covers(now)]
        if not current or any(turn.doctor == own for turn in current):
            return turns
        relieved = min(current, key=lambda turn: (turn.doctor.specialty != own.specialty, turn.doctor.pk)).doctor
        change = {own.pk: relieved, relieved.pk: own}
        return [Turn(change.get(turn.doctor.pk, turn.doctor), turn.chair_id, turn.starts, turn.ends) for turn in turns]

    def _last_night(self) -> list[Turn]:
        """Yesterday's turns that go on into today, by today's minutes."""
        turns = self.turns(self.run.today - timedelta(days=1))
        return [replace(turn, starts=turn.starts - DAY, ends=turn.ends - DAY) for turn in turns if turn.ends > DAY]

    def _on_duty(self, turns: list[Turn], now: int, *, count: int, until_usual: bool = False) -> list[Turn]:
        """Extra turns around now, where neither the chair nor the doctor is taken."""
        taken = [*turns, *self._last_night()]
        found: list[Turn] = []
        for chair_id in self.clinic.chairs:
            for doctor in self.clinic.doctors:
                others = [turn for turn in [*taken, *found] if chair_id == turn.chair_id or doctor == turn.doctor]
                turn = _early(doctor, chair_id, others, now) if until_usual else _around(doctor, chair_id, others, now)
                if turn is not None and len(found) < count:
                    found.append(turn)
        return found


def _places(clinic: Clinic) -> list[_Place]:
    """A chair and a half of the day for every doctor; two who relieve each other share theirs."""
    chairs = clinic.chairs
    free = list(clinic.doctors)
    places: list[_Place] = []
    if len(free) > 2 * len(chairs):
        for specialty, pairs in PAIRS:
            for _ in range(pairs):
                twins = [doctor for doctor in free if doctor.specialty == specialty][:2]
                chair = chairs[len(places) // 2 % len(chairs)]
                for number, doctor in enumerate(twins):
                    free.remove(doctor)
                    places.append(_Place(doctor, chair, 0, number, len(places)))
    first = len({place.chair_id for place in places}) if places else 0
    for number, doctor in enumerate(free):
        half = 1 if places and number < first else number // len(chairs) % 2
        places.append(_Place(doctor, chairs[number % len(chairs)], half, None, number))
    return places


def _works(place: _Place, day: date) -> bool:
    if place.twin is not None:
        return day.toordinal() // 2 % 2 == place.twin
    return day.weekday() != (place.order * 3 + 6) % 7


def _staying_on(turns: list[Turn], now: int) -> list[Turn]:
    """Whoever is about to go home stays for a while, unless somebody relieves them."""
    found = []
    for turn in turns:
        is_ending = turn.covers(now) and turn.ends - now <= SETTLED_IN_MINUTES
        taken = any(
            turn.ends <= other.starts < turn.ends + AFTER_NOW
            for other in turns
            if other.chair_id == turn.chair_id or other.doctor == turn.doctor
        )
        found.append(replace(turn, ends=turn.ends + AFTER_NOW) if is_ending and not taken else turn)
    return found


def _around(doctor: Doctor, chair_id: int, others: Iterable[Turn], now: int) -> Turn | None:
    """From some hours ago to some hours on, as far as the others leave room; None when now itself is taken."""
    starts = max(0, (now - BEFORE_NOW) // HALF_HOUR * HALF_HOUR)
    ends = min(-(-(now + AFTER_NOW) // HALF_HOUR) * HALF_HOUR, DAY + 6 * HALF_HOUR)
    for turn in others:
        if turn.covers(now):
            return None
        if turn.ends <= now:
            starts = max(starts, turn.ends)
        else:
            ends = min(ends, turn.starts)
    return Turn(doctor, chair_id, starts, ends, is_extra=True)


def _early(doctor: Doctor, chair_id: int, others: Iterable[Turn], now: int) -> Turn | None:
    """The hours before the usual ones, so that there are patients who have been already."""
    starts = max(0, (now - EARLY_MINUTES) // HALF_HOUR * HALF_HOUR)
    ends = min([turn.starts for turn in others if turn.ends > starts] + [now // HALF_HOUR * HALF_HOUR])
    return Turn(doctor, chair_id, starts, ends, is_extra=True) if ends - starts >= 2 * HALF_HOUR else None
