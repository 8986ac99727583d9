"""What the grid of one branch day is made from: each kind of row is read by one statement, without model instances."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any, NamedTuple

from core.sql import read
from schedule.selectors.reach import VISIBLE_APPOINTMENTS, VISIBLE_SHIFTS

NO_CHAIR = 0  # the column of appointments without a chair


class SheetPlace(NamedTuple):
    """The branch as its grid needs it; ``hours`` are the openings of the asked weekday, a night one closes earlier."""

    slot_minutes: int
    hours: tuple[tuple[time, time], ...]
    chairs: tuple[tuple[int, str, str], ...]  # id, name, room


class ShiftRow(NamedTuple):
    """A shift of the day, a cancelled one too: the day's stamp counts it."""

    pk: int
    version: int
    is_cancelled: bool
    doctor_id: int
    chair_id: int
    starts_at: datetime
    ends_at: datetime
    room: str | None
    surname: str
    name: str
    patronymic: str
    sort_key: str


class AppointmentRow(NamedTuple):
    """An appointment of the day, a cancelled one too: the day's stamp counts it."""

    pk: int
    version: int
    patient_id: int
    doctor_id: int
    chair_id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    confirmation: str
    is_overbooked: bool
    is_first_visit: bool
    purpose: str
    comment: str
    arrived_at: datetime | None
    patient_surname: str
    patient_name: str
    allergy: str
    alert: str
    surname: str
    name: str
    patronymic: str
    sort_key: str


_PLACE_SQL = """
SELECT b.slot_minutes,
  (SELECT json_agg(json_build_array(h.opens_at, h.closes_at)) FROM organization_branchhours h
   WHERE h.branch_id = b.id AND h.weekday = %(weekday)s),
  (SELECT json_agg(json_build_array(c.id, c.name, r.name) ORDER BY r.name, c.name) FROM organization_room r
   JOIN organization_chair c ON c.room_id = r.id AND c.archived_at IS NULL WHERE r.branch_id = b.id)
FROM organization_branch b WHERE b.id = %(branch)s
"""

# The lower bound on starts_at keeps years of history out of the scan: nothing on the grid is longer than LONGEST.
_SHIFTS_SQL = f"""
SELECT s.id, s.version, s.cancelled_at IS NOT NULL, s.doctor_id, coalesce(s.chair_id, 0), s.starts_at, s.ends_at,
  r.name, e.surname, e.name, e.patronymic, e.sort_key
FROM schedule_workshift s
JOIN organization_employee e ON e.id = s.doctor_id
LEFT JOIN organization_chair c ON c.id = s.chair_id
LEFT JOIN organization_room r ON r.id = c.room_id
WHERE s.branch_id = %(branch)s AND {VISIBLE_SHIFTS}
  AND s.starts_at > %(since)s::timestamptz - interval '24 hours' AND s.starts_at < %(until)s AND s.ends_at > %(since)s
ORDER BY s.starts_at, s.id
"""  # noqa: S608  a part of the statement, no value

_APPOINTMENTS_SQL = f"""
SELECT a.id, a.version, a.patient_id, a.doctor_id, coalesce(a.chair_id, 0), a.starts_at, a.ends_at, a.state,
  a.confirmation, a.is_overbooked, a.is_first_visit, a.purpose, a.comment, a.arrived_at,
  p.surname, p.name, p.allergy, p.alert, e.surname, e.name, e.patronymic, e.sort_key
FROM schedule_appointment a
JOIN patients_patient p ON p.id = a.patient_id
JOIN organization_employee e ON e.id = a.doctor_id
WHERE a.branch_id = %(branch)s AND {VISIBLE_APPOINTMENTS}
  AND a.starts_at > %(since)s::timestamptz - interval '24 hours' AND a.starts_at < %(until)s AND a.ends_at > %(since)s
ORDER BY a.starts_at, a.id
"""  # noqa: S608  a part of the statement, no value

_SPECIALTIES_SQL = """
SELECT link.employee_id, s.id, s.name FROM organization_employeespecialty link
JOIN organization_specialty s ON s.id = link.specialty_id
WHERE link.employee_id = ANY(%(doctors)s) ORDER BY s."order", s.name
"""


def place_of(branch_id: int, *, weekday: int) -> SheetPlace:
    """Step, opening hours of a weekday (Monday is 0) and chairs in use of a branch."""
    ((slot_minutes, hours, chairs),) = read(_PLACE_SQL, {"branch": branch_id, "weekday": weekday}, keep_plan=True)
    return SheetPlace(
        slot_minutes,
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in hours or ()),
        tuple((pk, name, room) for pk, name, room in chairs or ()),
    )


def shifts_of(reached: Mapping[str, Any], since: datetime, until: datetime) -> list[ShiftRow]:
    """Shifts that share time with [since, until); ``reached`` says of which branch and doctor."""
    asked = {**reached, "since": since, "until": until}
    return [ShiftRow(*row) for row in read(_SHIFTS_SQL, asked, keep_plan=True)]


def appointments_of(reached: Mapping[str, Any], since: datetime, until: datetime) -> list[AppointmentRow]:
    """Appointments that share time with [since, until); ``reached`` says of which branch and doctor."""
    asked = {**reached, "since": since, "until": until}
    return [AppointmentRow(*row) for row in read(_APPOINTMENTS_SQL, asked, keep_plan=True)]


def specialties_of(doctor_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Id and name of each doctor's specialities, the main one first."""
    found: dict[int, list[tuple[int, str]]] = {}
    if not doctor_ids:
        return found
    for doctor_id, pk, name in read(_SPECIALTIES_SQL, {"doctors": list(doctor_ids)}, keep_plan=True):
        found.setdefault(doctor_id, []).append((pk, name))
    return found
