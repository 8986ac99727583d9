"""Where everybody is at this very minute: today of the demo, laid out around now."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.demo import MINUTE, Run
from schedule.demo.diary import GRID, NO_GAP, SHORTEST, Diary
from schedule.demo.life import MISSED, Life
from schedule.demo.rota import Turn
from schedule.demo.visit import Visit
from schedule.enums import AppointmentState

ARRIVES_EARLY = timedelta(minutes=25)
WAITING = (AppointmentState.ARRIVED, AppointmentState.READY)
LATE_SINCE = timedelta(minutes=3)
AT_THE_DESK = 25 * MINUTE  # after the visit
SLOT = 5  # minutes: appointments begin in steps of this


class Today:
    """Lays today out around this minute and says where everybody is."""

    def __init__(self, run: Run, diary: Diary, life: Life) -> None:
        self.run, self.diary, self.life = run, diary, life
        self.rng = run.rng("today")
        self.expecting: set[int] = set()  # doctors whose next patient has come

    def live(self) -> list[Turn]:
        """Fill today's turns. Somebody is in a chair, somebody waits, somebody is late, whoever was before has paid."""
        now = self.run.minute_now
        turns = self.diary.rota.turns_today()
        at_work = sorted((turn for turn in turns if turn.covers(now)), key=self._importance)
        for turn in turns:
            if turn not in at_work:
                self._away(turn)
        for number, turn in enumerate(at_work):
            self._at_work(turn, is_late=number % 3 == 1)
        self._see_to_the_waiting(at_work)
        self._see_to_the_desk()
        return turns

    def _away(self, turn: Turn) -> None:
        """A turn that is over or has not begun."""
        parts = self.diary.parts(turn, self.run.today)
        load = self.diary.load_left(turn, parts, self.run.today)
        for part in parts:
            if isinstance(part, Visit):
                self._place_in_time(part)
            elif turn.is_extra and turn.ends <= self.run.minute_now:
                self._before(part, part.ends)
            else:
                for visit in self.diary.fill(part, load):
                    self._place_in_time(visit)

    def _at_work(self, turn: Turn, *, is_late: bool) -> None:
        """A turn that goes on: who was, who is, who comes."""
        now = self.run.now
        for part in self.diary.parts(turn, self.run.today):
            if isinstance(part, Visit):
                if part.ends_at <= now:
                    self._finish(part, is_last=now - part.ends_at < AT_THE_DESK)
                elif part.starts_at > now:
                    self._expect(part)
                elif not is_late or part.starts_at > now - LATE_SINCE:
                    self.seat(part)
            elif part.ends <= self.run.minute_now:
                self._before(part, part.ends)
            elif part.covers(self.run.minute_now):
                self._around_now(part, is_late=is_late)
            else:
                self._after(part, part.starts)

    def _today(self) -> list[Visit]:
        day = self.run.today
        return [visit for visit in [*self.diary.visits, *self.diary.stored.get(day, ())] if visit.day == day]

    def _see_to_the_waiting(self, at_work: list[Turn]) -> None:
        """Somebody waits: whoever is the next, or somebody with acute pain after the one in the chair."""
        now, visits = self.run.now, self._today()
        if any(visit.state in WAITING for visit in visits):
            return
        coming = [visit for visit in visits if visit.state == AppointmentState.PLANNED and visit.starts_at > now]
        nearest = min(coming, key=lambda visit: visit.starts_at, default=None)
        if nearest is not None and nearest.starts_at - now < 3 * ARRIVES_EARLY:
            self._arrive(nearest)
            return
        for turn in at_work:
            taken = [visit.ends_at for visit in visits if visit.doctor == turn.doctor and visit.starts_at <= now]
            begins = int((max(taken, default=now) - self.run.midnight(self.run.today)) / MINUTE)
            begins = max(-(-self.run.minute_now // SLOT) * SLOT, begins)
            longest = turn.ends - begins
            visit = self.diary.place(turn, self.run.today, begins, longest=longest) if longest >= GRID else None
            if visit is not None:
                self._arrive(visit)
                return

    def _see_to_the_desk(self) -> None:
        """Somebody stands at the desk with an order that is not paid."""
        done = [visit for visit in self._today() if visit.is_done and visit.finished_at is not None]
        if len(done) > 1 and not any(visit.waits_at_desk for visit in done):
            max(done, key=lambda visit: visit.finished_at or visit.starts_at).waits_at_desk = True

    def _importance(self, turn: Turn) -> tuple[bool, int]:
        """The doctor of the demo login has somebody in the chair."""
        return (turn.doctor != self.diary.clinic.doctors[0], turn.doctor.pk)

    def _around_now(self, turn: Turn, *, is_late: bool) -> None:
        """One patient at this minute, the earlier ones before, the next ones behind without a break."""
        now = self.run.minute_now
        since = 7 if is_late else self.rng.randrange(12, 28)
        begins = max(turn.starts, (now - since) // SLOT * SLOT)
        shortest = -(-(now - begins + 10) // SLOT) * SLOT
        longest = turn.ends - begins
        current = self.diary.place(turn, self.run.today, begins, longest=longest, shortest=min(shortest, longest))
        self._before(turn, begins)
        if current is None:
            return
        if is_late and begins + LATE_SINCE / MINUTE <= now:
            self.life.confirm(current, share=1.0, is_ahead=True)
        else:
            self.seat(current)
        self._after(turn, begins + current.minutes)

    def _before(self, turn: Turn, until: int) -> None:
        """Whoever was treated in this turn before; the last one is at the desk, not yet settled."""
        placed: list[Visit] = []
        at = until
        while at - SHORTEST >= turn.starts:
            length = self.rng.choice((30, 30, 45, 45, 60))
            begins = max(turn.starts, at - length)
            visit = self.diary.place(turn, self.run.today, begins, longest=at - begins)
            if visit is None:
                break
            placed.append(visit)
            at = begins - (0 if self.rng.random() < NO_GAP else GRID)
        for number, visit in enumerate(reversed(placed), start=1):
            self._finish(visit, is_last=number == len(placed))

    def _after(self, turn: Turn, at: int) -> None:
        rest = replace(turn, starts=at)
        for number, visit in enumerate(self.diary.fill(rest, self.diary.density(self.run.today))):
            if number == 0:
                self._expect(visit)
            else:
                self._place_in_time(visit)

    def _expect(self, visit: Visit) -> None:
        """The next one comes early."""
        if visit.starts_at - self.run.now < 2 * ARRIVES_EARLY and visit.doctor.pk not in self.expecting:
            self.expecting.add(visit.doctor.pk)
            self._arrive(visit)
        else:
            self._place_in_time(visit)

    def _place_in_time(self, visit: Visit) -> None:
        """The state that follows from the time."""
        now = self.run.now
        if visit.ends_at <= now:
            if visit.ends_at + 15 * MINUTE < now and self.rng.random() < MISSED:
                visit.state = AppointmentState.NO_SHOW
            else:
                self._finish(visit, is_last=False)
        elif visit.starts_at <= now:
            self.seat(visit)
        elif visit.state in WAITING:
            return
        elif visit.starts_at - now < ARRIVES_EARLY and self.rng.random() < 0.5:
            self._arrive(visit)
        else:
            self.life.await_(visit)

    def _finish(self, visit: Visit, *, is_last: bool) -> None:
        """Treated and gone to the desk before now."""
        now = self.run.now
        _booked_by(visit, visit.starts_at - 30 * MINUTE)
        self.life.keep(visit)
        latest = now - MINUTE * (2 if is_last else 6)
        if visit.finished_at and visit.finished_at > latest:
            visit.finished_at = latest
            visit.seated_at = min(visit.seated_at or latest, latest - 10 * MINUTE)
            visit.arrived_at = min(visit.arrived_at or latest, visit.seated_at - 2 * MINUTE)
            visit.ready_at = None
        visit.waits_at_desk = is_last and now - (visit.finished_at or now) < 60 * MINUTE

    def seat(self, visit: Visit) -> None:
        """In the chair now."""
        now = self.run.now
        _booked_by(visit, visit.starts_at - 30 * MINUTE)
        visit.seated_at = min(visit.starts_at + self.rng.randrange(0, 5) * MINUTE, now - MINUTE)
        visit.arrived_at = visit.arrived_at or visit.seated_at - self.rng.randrange(3, 16) * MINUTE
        visit.state = AppointmentState.IN_CHAIR

    def _arrive(self, visit: Visit) -> None:
        """In the waiting room, some of them ready to be called in."""
        now = self.run.now
        if visit.arrived_at is not None:
            return
        visit.arrived_at = now - self.rng.randrange(1, 14) * MINUTE
        _booked_by(visit, visit.arrived_at - 20 * MINUTE)
        visit.arrived_at = max(visit.arrived_at, visit.booked_at + MINUTE / 2)
        visit.state = AppointmentState.ARRIVED
        if self.rng.random() < 0.35:
            visit.state, visit.ready_at = AppointmentState.READY, now - MINUTE / 2


def _booked_by(visit: Visit, moment: datetime) -> None:
    """It was booked before this moment, though not before there was a card."""
    visit.booked_at = max(min(visit.booked_at, moment), visit.guest.created_at + MINUTE / 6)
