"""One appointment of the demo while it is being made up; written as rows when everything about it is known."""

from dataclasses import dataclass
from datetime import date, datetime

from organization.demo import Doctor, Person
from patients.demo import Guest
from schedule.demo.kinds import Kind
from schedule.enums import AppointmentState, Confirmation

DONE = (AppointmentState.FINISHED, AppointmentState.SETTLED)


@dataclass(slots=True)
class Visit:
    """An appointment with everything that happened to it; billing's demo reads it and says when it was settled."""

    guest: Guest
    doctor: Doctor
    chair_id: int
    day: date
    starts_at: datetime
    minutes: int
    kind: Kind
    tooth: str
    booked_at: datetime
    booked_by: Person
    clerk: Person  # who meets the patient at the desk
    ends_at: datetime
    first_starts_at: datetime
    pk: int = 0
    state: str = AppointmentState.PLANNED
    confirmation: str = Confirmation.NONE
    is_first: bool = False
    moved_at: datetime | None = None
    confirmed_at: datetime | None = None
    arrived_at: datetime | None = None
    ready_at: datetime | None = None
    seated_at: datetime | None = None
    finished_at: datetime | None = None
    settled_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason_id: int | None = None
    comment: str = ""
    waits_at_desk: bool = False  # finished, and not yet at the desk by now
    is_stored: bool = False  # booked when the demo was loaded, and lived through only now
    version: int = 0  # of the stored row
    was: str = AppointmentState.PLANNED  # the stored state

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    def settle(self, moment: datetime) -> None:
        """Everything of it is paid."""
        self.state, self.settled_at = AppointmentState.SETTLED, moment
