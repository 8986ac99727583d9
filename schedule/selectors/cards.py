"""The cards beside the grid: who waits now, who is to be asked about a day. Each is one statement, in lines of text."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from core import clock, names
from core.actor import Actor
from core.sql import read
from schedule.enums import AppointmentState, Confirmation
from schedule.placement import AnyBranch
from schedule.selectors.reach import VISIBLE_APPOINTMENTS, reach


class Person(NamedTuple):
    """One line of a card. ``name`` is the patient's; ``at`` is the booked time by the branch's clock."""

    pk: int
    version: int
    name: str
    doctor_name: str
    at: str
    state: str
    confirmation: str
    arrived_at: datetime | None

    @property
    def state_title(self) -> str:
        return str(AppointmentState(self.state).label)

    @property
    def confirmation_title(self) -> str:
        return str(Confirmation(self.confirmation).label)


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """Appointments of one day that wait for the patient's word, and how many of all already have it."""

    on: date
    rows: list[Person]
    asked_for: int
    confirmed: int


_PEOPLE = f"""
SELECT a.id, a.version, a.starts_at, a.state, a.confirmation, a.arrived_at, p.surname, p.name,
  e.surname, e.name, e.patronymic
FROM schedule_appointment a
JOIN patients_patient p ON p.id = a.patient_id
JOIN organization_employee e ON e.id = a.doctor_id
WHERE a.branch_id = %(branch)s AND {VISIBLE_APPOINTMENTS}
  AND a.starts_at >= %(since)s AND a.starts_at < %(until)s
"""  # noqa: S608  a part of the statement, no value
_WAITING_SQL = _PEOPLE + "AND a.state IN ('arrived', 'ready') ORDER BY a.arrived_at, a.id"
_PLANNED_SQL = _PEOPLE + "AND a.state = 'planned' ORDER BY a.starts_at, a.id"


def waiting_room(*, actor: Actor, branch: AnyBranch, on: date) -> list[Person]:
    """Who came and sits in the waiting room, the longest waiting first."""
    since, until = clock.branch_day_bounds(on, branch.zone)
    return _people(_WAITING_SQL, actor, branch, since, until)


def to_confirm(*, actor: Actor, branch: AnyBranch, on: date) -> ToConfirm:
    """Planned appointments of a day without the patient's answer, those who asked for a change first."""
    since, until = clock.branch_day_bounds(on, branch.zone)
    if on == clock.localdate(branch.zone):
        since = max(since, timezone.now())  # who is due now is expected at the door, not on the phone
    rows = _people(_PLANNED_SQL, actor, branch, since, until)
    open_rows = [row for row in rows if row.confirmation != Confirmation.CONFIRMED]
    urgent = (Confirmation.WANTS_MOVE, Confirmation.REFUSED)
    open_rows.sort(key=lambda row: row.confirmation not in urgent)
    return ToConfirm(on=on, rows=open_rows, asked_for=len(rows), confirmed=len(rows) - len(open_rows))


def _people(statement: str, actor: Actor, branch: AnyBranch, since: datetime, until: datetime) -> list[Person]:
    found = read(statement, {**reach(actor, branch.pk), "since": since, "until": until})
    return [
        Person(
            pk=pk,
            version=version,
            name=f"{surname} {name}".strip(),
            doctor_name=names.short_name(*doctor),
            at=clock.format_time(starts_at, branch.zone),
            state=state,
            confirmation=confirmation,
            arrived_at=arrived_at,
        )
        for pk, version, starts_at, state, confirmation, arrived_at, surname, name, *doctor in found
    ]
