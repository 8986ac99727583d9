"""What becomes of each appointment: kept, moved, cancelled, missed; and where everybody is at this very minute."""

from datetime import datetime, timedelta
from random import Random

from core.demo import MINUTE, Run
from schedule.demo.diary import Diary
from schedule.demo.visit import Visit
from schedule.enums import AppointmentState, CancelSide, Confirmation

# Shares of all appointments. Source: PERFORMANCE, 17 % more records than visits.
VOIDED, CANCELLED, MISSED = 0.003, 0.095, 0.036
BY_PATIENT = 0.85
MOVED = 0.09
CONFIRMED = 0.72
REBOOKED = 0.6


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
        if self._chance(MISSED, visit) and not visit.is_first:
            visit.state = AppointmentState.NO_SHOW
            self.confirm(visit, share=0.3)
            if self.rng.random() < REBOOKED:
                self.diary.agree_again(visit)
            return
        self.confirm(visit)
        self.keep(visit)

    def await_(self, visit: Visit) -> None:
        """An appointment still to come: perhaps cancelled already, moved, or confirmed."""
        if not self._is_off(visit):
            days = (visit.day - self.run.today).days
            self.confirm(visit, share={0: 0.8, 1: 0.55, 2: 0.2}.get(days, 0.04), is_ahead=True)

    def keep(self, visit: Visit) -> None:
        """The patient came and was treated; the next visit may have been agreed on."""
        rng = self.rng
        before = self.last_finish.get(visit.doctor.pk)
        came_at = visit.starts_at - rng.randrange(-8, 22) * MINUTE - rng.randrange(60) * MINUTE / 60
        visit.arrived_at = visit.arrived_at or max(came_at, visit.booked_at + MINUTE)
        seated = max(visit.starts_at + rng.randrange(0, 6) * MINUTE, visit.arrived_at + MINUTE)
        if before is not None and before.date() == seated.date():
            seated = max(seated, before + 2 * MINUTE)
        visit.seated_at = seated
        if rng.random() < 0.2 and visit.ready_at is None:
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
        if visit.is_stored:
            return False
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

    def confirm(self, visit: Visit, share: float = CONFIRMED, *, is_ahead: bool = False) -> None:
        """The desk asks the day before."""
        if visit.confirmation != Confirmation.NONE or visit.was != AppointmentState.PLANNED:
            return
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
