"""What becomes of each appointment: kept, moved, cancelled, missed; and where everybody is at this very minute."""

from datetime import datetime, timedelta
from random import Random

from core.demo import MINUTE, Run
from schedule.demo.diary import GRID, NO_GAP, SHORTEST, Diary
from schedule.demo.rota import Turn
from schedule.demo.visit import Visit
from schedule.enums import AppointmentState, CancelSide, Confirmation

# Shares of all appointments. Source: PERFORMANCE, 17 % more records than visits.
VOIDED, CANCELLED, MISSED = 0.003, 0.095, 0.036
BY_PATIENT = 0.85
MOVED = 0.09
CONFIRMED = 0.72
REBOOKED = 0.6
ARRIVES_EARLY = timedelta(minutes=25)
WAITING = (AppointmentState.ARRIVED, AppointmentState.READY)
LATE_SINCE = timedelta(minutes=3)
SLOT = 5  # minutes: appointments begin in steps of this


class Life:
    """Decides outcomes; ``reasons`` are cancel reasons by side."""

    def __init__(self, run: Run, diary: Diary, reasons: dict[str, list[int]]) -> None:
        self.run, self.diary, self.reasons = run, diary, reasons
        self.rng: Random = run.rng("life")
        self.last_finish: dict[int, datetime] = {}

    def decide(self, visit: Visit) -> None:
        """What became of an appointment of a day gone by."""
        if self._is_off(visit):
            return
        if self._chance(MISSED, visit):
            visit.state = AppointmentState.NO_SHOW
            self._confirm(visit, share=0.3)
            if self.rng.random() < REBOOKED:
                self.diary.agree_again(visit)
            return
        self._confirm(visit)
        self.keep(visit)

    def await_(self, visit: Visit) -> None:
        """An appointment still to come: perhaps cancelled already, moved, or confirmed."""
        if not self._is_off(visit):
            days = (visit.day - self.run.today).days
            self._confirm(visit, share={0: 0.8, 1: 0.55, 2: 0.2}.get(days, 0.04), is_ahead=True)

    def keep(self, visit: Visit) -> None:
        """The patient came and was treated; the next visit may have been agreed on."""
        rng = self.rng
        before = self.last_finish.get(visit.doctor.pk)
        visit.arrived_at = visit.starts_at - rng.randrange(-8, 22) * MINUTE - rng.randrange(60) * MINUTE / 60
        visit.arrived_at = max(visit.arrived_at, visit.booked_at + MINUTE)
        seated = max(visit.starts_at + rng.randrange(0, 6) * MINUTE, visit.arrived_at + MINUTE)
        if before is not None and before.date() == seated.date():
            seated = max(seated, before + 2 * MINUTE)
        visit.seated_at = seated
        if rng.random() < 0.2:
            visit.ready_at = visit.arrived_at + (seated - visit.arrived_at) / 2
        visit.finished_at = seated + timedelta(minutes=visit.minutes * rng.uniform(0.7, 0.98))
        visit.finished_at = visit.finished_at.replace(microsecond=0)
        visit.state = AppointmentState.FINISHED
        self.last_finish[visit.doctor.pk] = visit.finished_at
        self.diary.agree_on_next(visit)

    def _chance(self, share: float, visit: Visit) -> bool:
        return self.rng.random() < share and visit.guest is not self.diary.faithful

    def _is_off(self, visit: Visit) -> bool:
        """Whether it was taken back or cancelled; a few of the others were moved from another day."""
        if self._chance(VOIDED, visit) and visit.booked_at + 2 * MINUTE < min(self.run.now, visit.starts_at):
            visit.state, visit.cancelled_at = AppointmentState.VOIDED, visit.booked_at + 50 * MINUTE / 60
            return True
        if self._chance(CANCELLED, visit):
            return self._cancel(visit)
        self._move(visit)
        return False

    def _cancel(self, visit: Visit) -> bool:
        last = min(visit.starts_at - 15 * MINUTE, self.run.now)
        if last <= visit.booked_at:
            return False
        side = CancelSide.PATIENT if self.rng.random() < BY_PATIENT else CancelSide.CLINIC
        # most call on the last day or two
        share = 1 - self.rng.random() ** 3
        visit.cancelled_at = (visit.booked_at + (last - visit.booked_at) * share).replace(microsecond=0)
        visit.state = AppointmentState.CANCELLED
        visit.cancel_reason_id = self.rng.choice(self.reasons[side])
        if side == CancelSide.PATIENT and self.rng.random() < 0.3:
            visit.confirmation, visit.confirmed_at = Confirmation.REFUSED, visit.cancelled_at
        if self.rng.random() < REBOOKED:
            self.diary.agree_again(visit)
        return True

    def _move(self, visit: Visit) -> None:
        """It was booked for an earlier day at first."""
        days = (visit.starts_at - visit.booked_at).days
        if days < 3 or self.rng.random() > MOVED * 2:
            return
        visit.first_starts_at = visit.starts_at - timedelta(days=self.rng.randrange(1, days))
        until = min(visit.first_starts_at, self.run.now)
        visit.moved_at = visit.booked_at + (until - visit.booked_at) * self.rng.uniform(0.3, 0.95)
        visit.moved_at = visit.moved_at.replace(microsecond=0)

    def _confirm(self, visit: Visit, share: float = CONFIRMED, *, is_ahead: bool = False) -> None:
        """The desk asks the day before."""
        asked_at = self.run.midnight(visit.day - timedelta(days=1)) + self.rng.randrange(11 * 60, 19 * 60) * MINUTE
        asked_at = min(asked_at, self.run.now - self.rng.randrange(1, 40) * MINUTE) if is_ahead else asked_at
        if asked_at <= max(visit.moved_at or visit.booked_at, visit.booked_at) + 30 * MINUTE:
            return
        chance = self.rng.random()
        if chance < share:
            visit.confirmation, visit.confirmed_at = Confirmation.CONFIRMED, asked_at
        elif chance < share * 1.12:
            visit.confirmation, visit.confirmed_at = Confirmation.ASKED, asked_at
        elif is_ahead and chance < share * 1.15:
            visit.confirmation, visit.confirmed_at = Confirmation.WANTS_MOVE, asked_at


class Today:
    """Lays today out around this minute and says where everybody is."""

    def __init__(self, run: Run, diary: Diary, life: Life) -> None:
        self.run, self.diary, self.life = run, diary, life
        self.rng = run.rng("today")

    def live(self) -> list[Turn]:
        """Fill today's turns. Somebody is in a chair, somebody waits, somebody is late, whoever was before has paid."""
        diary, day, now = self.diary, self.run.today, self.run.minute_now
        turns = diary.rota.turns_today()
        at_work = sorted((turn for turn in turns if turn.covers(now)), key=self._importance)
        for turn in turns:
            if turn.is_extra and turn.ends <= now:
                self._before(turn, turn.ends)
            elif turn not in at_work:
                for visit in diary.fill(turn, day):
                    self._place_in_time(visit)
        for number, turn in enumerate(at_work):
            self._around_now(turn, is_late=number % 3 == 1)
        self._see_to_the_waiting(at_work)
        self._see_to_the_desk()
        return turns

    def _today(self) -> list[Visit]:
        day = self.run.today
        return [visit for visit in self.diary.visits if visit.day == day]

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
            self.life._confirm(current, share=1.0, is_ahead=True)
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
        day = self.run.today
        rest = Turn(turn.doctor, turn.chair_id, at, turn.ends)
        for number, visit in enumerate(self.diary.fill(rest, day)):
            if number == 0 and visit.starts_at - self.run.now < 2 * ARRIVES_EARLY:
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
        visit.arrived_at = visit.seated_at - self.rng.randrange(3, 16) * MINUTE
        visit.state = AppointmentState.IN_CHAIR

    def _arrive(self, visit: Visit) -> None:
        """In the waiting room, some of them ready to be called in."""
        now = self.run.now
        visit.arrived_at = now - self.rng.randrange(1, 14) * MINUTE
        _booked_by(visit, visit.arrived_at - 20 * MINUTE)
        visit.arrived_at = max(visit.arrived_at, visit.booked_at + MINUTE / 2)
        visit.state = AppointmentState.ARRIVED
        if self.rng.random() < 0.35:
            visit.state, visit.ready_at = AppointmentState.READY, now - MINUTE / 2


def _booked_by(visit: Visit, moment: datetime) -> None:
    """It was booked before this moment, though not before there was a card."""
    visit.booked_at = max(min(visit.booked_at, moment), visit.guest.created_at + MINUTE / 6)
